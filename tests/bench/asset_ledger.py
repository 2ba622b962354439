"""A ledger of many assets for the benchmark, written by the code that writes one: projects with their assets over all
townships, rights, upkeep, and years of income with a plan each for those that earn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from services.assets.entries.service import Draft as EntryDraft
from services.assets.income import kinds as income
from services.assets.ledger import service as ledger
from services.assets.ledger.domain import HOUSEHOLD, OPERATING, PUBLIC, STATE_CHANGED, Asset, Draft
from services.assets.projects import service as projects
from services.assets.projects.domain import Draft as ProjectDraft
from services.assets.projects.domain import Fund
from services.assets.rights import domain as rights
from services.assets.rules import RULES
from services.assets.upkeep import domain as upkeep
from shared.codes import divisions
from shared.db import transaction
from shared.http.permissions import PERMISSIONS, Principal
from shared.ids import uuid7

EACH = 12
"""Assets of a project, about as the plan's 1,636 operating projects have."""
_BATCH = 20
"""Projects of a transaction."""
_SOURCES = ("central_fiscal", "regional_fiscal", "paired", "bonds")
_CLASSES = (OPERATING, OPERATING, PUBLIC, PUBLIC, PUBLIC, HOUSEHOLD)
_COLLECTIVE = {"kind": "collective", "key": "N2150625MF01234568", "share": "1"}
_RENT_FEN = 7_200_000
_HOUSEHOLDS = 8
"""Households that a plan pays."""


def principal(role: str) -> Principal:
    """Somebody of the whole city who may do everything, by another name for every role."""
    return Principal(role, "developer", None, None, frozenset(PERMISSIONS))


async def fill(engine: AsyncEngine, count: int) -> None:
    """`count` assets with their lives until the autumn of 2026."""
    random, clerk, approver = Random(10), principal("clerk"), principal("approver")
    townships = [one.code for one in divisions.all_divisions() if one.level == "township"]
    for first in range(0, count // EACH + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, count // EACH + 1))
        async with transaction(engine) as conn:
            drafts: list[tuple[Draft, str]] = []
            for number in numbers:
                place, year = townships[number % len(townships)], 2014 + number % 12
                project = await projects.register(conn, clerk, _project(number, place, year))
                wanted = min(EACH, count - number * EACH)
                drafts += [
                    (_asset(random, project.project_id, number, index, place, year), "验收单")
                    for index in range(wanted)
                ]
            assets = await ledger.register_all(conn, clerk, drafts, RULES)
            entries = [entry for asset in assets for entry in _life(random, asset)]
            # Who approves is another than who drafts, and payments come after: three writings in their order.
            for who, kind in ((clerk, None), (approver, income.APPROVED), (clerk, income.PAID)):
                others = (income.APPROVED, income.PAID)
                await ledger.write(
                    conn,
                    who,
                    [one for one in entries if (one.kind == kind) or (not kind and one.kind not in others)],
                    RULES,
                )


def _project(number: int, place: str, year: int) -> ProjectDraft:
    amounts = (60_000_000 + number, 30_000_000 + number % 7, 9_000_000 + number % 3, 1_000_001)
    funds = tuple(Fund(source, amount) for source, amount in zip(_SOURCES, amounts, strict=True))
    return ProjectDraft(
        code=f"BENCH-{number:05d}",
        name=f"第 {number} 个项目",
        year=year,
        kind="farming_processing_services",
        status="accepted",
        division_code=place,
        owner_department="农牧局",
        total_fen=sum(amounts),
        funds=funds,
        accepted_on=date(year, 11, 1),
    )


def _asset(random: Random, project_id: UUID, number: int, index: int, place: str, year: int) -> Draft:
    of = _CLASSES[(number + index) % len(_CLASSES)]
    return Draft(
        name=f"资产 {number}-{index}",
        asset_class=of,
        form="fixed",
        division_code=place,
        place="嘎查",
        quantity="1",
        unit="项",
        original_value_fen=random.randint(100_000, 8_000_000),
        useful_life_years=15,
        real_estate=False,
        photovoltaic=False,
        operation_plan="由集体经济组织发包经营。" if of == OPERATING and index % 10 else None,
        risk_controls="承包保证金一年。" if of == OPERATING else None,
        equity_exit=None,
        equity_disposal=None,
        project_id=project_id,
        code=f"BENCH-{number:05d}-{index:02d}",
        acquired_on=date(year, 11, 10),
    )


def _life(random: Random, asset: Asset) -> Iterator[EntryDraft]:
    """What became of an asset; some of everything is missing or wrong, so that there are findings."""

    def entry(kind: str, day: date, /, **body: Any) -> EntryDraft:
        return EntryDraft(asset.asset_id, kind, day, body, "原始凭证")

    began = asset.acquired_on + timedelta(days=30)
    if random.random() < 0.95 and asset.asset_class != HOUSEHOLD:
        yield entry(rights.CONFIRMED, began, right="ownership", shares=[_COLLECTIVE], registration_no=None)
    if random.random() < 0.9 and asset.asset_class != HOUSEHOLD:
        yield entry(
            upkeep.ASSIGNED, began, mode="unit", unit="嘎查", post="管护员", duties="每季度巡查", interval_days=180
        )
        result = "damaged" if random.random() < 0.03 else "good"
        yield entry(upkeep.INSPECTED, date(2026, 1 + random.randrange(10), 15), result=result, photos=[])
    if random.random() < 0.05:
        yield entry(STATE_CHANGED, date(2026, 3, 1), state="idle", reason="承包人退出")
    if asset.asset_class == OPERATING:
        yield from _income(random, asset.asset_id, max(asset.acquired_on.year + 1, 2023))


def _income(random: Random, asset_id: UUID, first: int) -> Iterator[EntryDraft]:
    for year in range(first, 2027):

        def entry(kind: str, day: date, /, **body: Any) -> EntryDraft:
            return EntryDraft(asset_id, kind, day, body, "原始凭证")

        due = {"due_id": str(year), "period": str(year), "kind": "rent", "contract": "承包合同"}
        yield entry(income.DUE, date(year, 1, 2), **due, amount_fen=_RENT_FEN, due_on=f"{year}-06-30")
        if year == 2026 and random.random() < 0.1:
            continue
        yield entry(income.RECEIVED, date(year, 6, 20), due_id=str(year), amount_fen=_RENT_FEN)
        plan_id = str(uuid7())
        yield entry(
            income.DRAFTED, date(year, 7, 1), plan_id=plan_id, period=str(year), amount_fen=_RENT_FEN,
            opened_on=f"{year}-07-01", lines=_lines(random), rule=None, decisions={},
        )  # fmt: skip
        minutes = {"of": "members", "members_total": 96, "present": 80, "in_favour": 75, "against": 5}
        yield entry(income.DECIDED, date(year, 7, 12), plan_id=plan_id, **minutes)
        yield entry(income.NOTICED, date(year, 7, 13), plan_id=plan_id, until=f"{year}-07-24", place="公示栏")
        yield entry(income.REVIEWED, date(year, 7, 26), plan_id=plan_id, unit="苏木乡镇人民政府")
        yield entry(income.APPROVED, date(year, 7, 28), plan_id=plan_id)
        yield entry(income.PAID, date(year, 8, 1), plan_id=plan_id, line_id="1", amount_fen=_RENT_FEN // 2)


def _lines(random: Random) -> list[dict[str, Any]]:
    each = _RENT_FEN // 2 // _HOUSEHOLDS
    households = random.sample(range(130_000), _HOUSEHOLDS)
    return [
        {"line_id": "1", "purpose": "works", "amount_fen": _RENT_FEN - each * _HOUSEHOLDS, "use": "water"},
        *(
            {"line_id": str(line), "purpose": "post", "amount_fen": each, "household_no": f"1506250000{one:06d}",
             "basis": "post", "reference": "护水员", "standing": "lifted"}
            for line, one in enumerate(households, 2)
        ),
    ]  # fmt: skip
