"""The sample's ledger, entered over REST as `xianjie up` does: everything is taken, the totals are the sample's by an
independent computation, and what is wrong with assets becomes findings."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.assets.app import build
from services.assets.beneficiaries import service as beneficiaries
from services.assets.findings import service as findings
from services.assets.ledger.files import layout as asset_layout
from services.assets.ledger.files.layout import LAYOUT
from services.assets.projects.files import layout as project_layout
from services.assets.settings import Settings
from services.assets.terms.domain import fen
from services.assets.terms.sheets.reading import read
from services.local import ledger, repository
from services.local.client import Client
from services.local.interrupt import Interrupt
from services.local.layout import Address
from shared import clock
from shared.codes import divisions
from shared.db import create_engine, transaction
from shared.events.households import HouseholdStatusChangedV1
from shared.http.issuer import DevIssuer
from shared.sample import generate
from shared.sample.assets import AssetSample
from tests.support.served import served

HOUSEHOLDS, AS_OF = 1_500, date(2026, 11, 20)
Sum = tuple[int, int]


@pytest.fixture(scope="module")
def sample() -> AssetSample:
    return AssetSample(generate(HOUSEHOLDS, 4, AS_OF))


@pytest.fixture
def people(settings: Settings, issuer: DevIssuer) -> Iterator[dict[str, Client]]:
    with served(build(settings)) as found:
        port = int(found.rpartition(":")[2])
        addresses = {name: Address(name, port) for name in ("assets", "ingest")}
        made = {
            name: Client(addresses, issuer.sign(role, division=divisions.CITY, sub=sub))
            for name, (role, sub) in ledger.PEOPLE.items()
        }
        yield made
        for one in made.values():
            one.close()


@pytest.fixture
def interrupt() -> Iterator[Interrupt]:
    one = Interrupt()
    yield one
    one.release()


def said_of(sample: AssetSample) -> list[HouseholdStatusChangedV1]:
    """What screening says of the lifted and monitored households of the sample, in the plainest way."""
    found = []
    for life in sample.sample.lives:
        held = life.monitored
        days = [(date(2020, 1, 1), False)]
        if held is not None:
            days += [(held.identified, True)] + ([(held.changed, False)] if held.changed else [])
        for number, (day, monitored) in enumerate(days, 1):
            said = {
                "household_no": life.family.household_no, "status_seq": number, "status_on": day,
                "base_status": "lifted" if life.family.lifted else "general", "monitored": monitored,
                "members": len(life.family.members), "known_at": clock.now(),
            }  # fmt: skip
            found.append(HouseholdStatusChangedV1.model_validate(said))
    return found


def hear_and_look(settings: Settings, sample: AssetSample | None) -> tuple[int, int]:
    """The worker's part: keep what was said of households, or look for findings."""

    async def work() -> tuple[int, int]:
        engine = create_engine(settings.database_url.get_secret_value(), name="test", pool_size=1)
        try:
            async with transaction(engine) as conn:
                if sample is None:
                    return await findings.look(conn, AS_OF)
                await beneficiaries.keep(conn, said_of(sample))
                return 0, 0
        finally:
            await engine.dispose()

    return asyncio.run(work())


def enter(people: dict[str, Client], sample: AssetSample, interrupt: Interrupt) -> dict[str, int]:
    ids, pushed = ledger.register(people, sample, "m")
    for name, steps in (("lived", sample.steps()), ("planned", sample.plans())):
        sent = ledger.live(people, steps, ids, f"m-{name}", interrupt)
        pushed.counts.update(sent.counts)
        pushed.differences += sent.differences
    assert pushed.differences == []
    assert ledger.compared(people["clerk"], sample) == []
    return dict(pushed.counts)


def test_all_of_it_is_taken_and_the_totals_are_the_samples(
    settings: Settings, people: dict[str, Client], sample: AssetSample, interrupt: Interrupt
) -> None:
    url, households = settings.database_url.get_secret_value(), sample.households()
    assert repository.ask(url, repository.heard_of(households)) == 0
    hear_and_look(settings, sample)
    assert repository.ask(url, repository.heard_of(households)) == len(households) > 0
    counts = enter(people, sample, interrupt)
    steps, plans = list(sample.steps()), list(sample.plans())
    drafts = sum(step.path == "/plans" for step in plans)
    assert counts == {
        "projects": len(sample.projects), "assets": len(sample.assets), "plans": drafts,
        "entries": len(steps) + len(plans) - drafts,
    }  # fmt: skip
    totals = people["clerk"].get("assets", "/v1/totals")
    for dimension, expected in computed(sample).items():
        told = {one["key"]: (one["assets"], fen(one["value"])) for one in whole(totals[dimension])}
        assert told == {str(key): found for key, found in expected.items()}, dimension
    given = {one["source"]: fen(one["value"]) + fen(one["disposed_value"]) for one in totals["by_source"]}
    assert {source: amount for source, amount in given.items() if amount} == by_source(sample)
    assert fen(totals["funds"]) == sum(fen(body["total"]) for body in sample.projects)
    assert enter(people, sample, interrupt) == counts, "sent again it is answered as the first time"
    assert people["clerk"].get("assets", "/v1/totals") == totals
    opened, _ = hear_and_look(settings, None)
    page = people["clerk"].get("assets", "/v1/findings", limit=500)
    assert opened == len(page["items"]) > 10
    codes = {one["code"] for one in page["items"]}
    assert codes == {
        "damaged", "handover_overdue", "idle", "income_overdue", "inspection_overdue", "no_custodian",
        "no_operation_plan", "right_unconfirmed",
    }  # fmt: skip
    marked = people["clerk"].get("assets", "/v1/plans", marked=True)["items"]
    assert marked
    assert all(one["state"] == "paid" for one in marked)


def whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with what was disposed of added again."""
    return [
        {
            "key": one["key"],
            "assets": one["assets"] + one["disposed_assets"],
            "value": f"{(fen(one['value']) + fen(one['disposed_value'])) / 100:.2f}",
        }
        for one in rows
    ]


def computed(sample: AssetSample) -> dict[str, dict[object, Sum]]:
    """Assets and their value (fen) by class, banner and year, in plain Python."""
    years = {body["code"]: body["year"] for body in sample.projects}
    found: dict[str, dict[object, Sum]] = {name: {} for name in ("by_class", "by_banner", "by_year")}
    for asset in sample.assets:
        keys = asset.asset_class, asset.banner + "000000", years[asset.project_code]
        for sums, key in zip(found.values(), keys, strict=True):
            count, value = sums.get(key, (0, 0))
            sums[key] = count + 1, value + fen(asset.body["original_value"])
    return found


def by_source(sample: AssetSample) -> dict[str, int]:
    """Each asset's value by the shares of its project's sources: whole fen, what is left over to the largest rests,
    of equal ones to the source that comes first by name."""
    projects = {body["code"]: body for body in sample.projects}
    found: dict[str, int] = defaultdict(int)
    for asset in sample.assets:
        body = projects[asset.project_code]
        value, total = fen(asset.body["original_value"]), fen(body["total"])
        exact = {fund["source"]: Fraction(value * fen(fund["amount"]), total) for fund in body["funds"]}
        given = {source: int(amount) for source, amount in exact.items()}
        rests = sorted(exact, key=lambda source: (given[source] - exact[source], source))
        for source in rests[: value - sum(given.values())]:
            given[source] += 1
        for source, amount in given.items():
            found[source] += amount
    return dict(found)


def test_what_xianjie_sample_writes_is_what_the_ledger_reads(sample: AssetSample, tmp_path: Path) -> None:
    assert ledger.write(tmp_path, sample) == (len(sample.projects), len(sample.assets))
    rows = read(project_layout.LAYOUT, (tmp_path / ledger.FILES[0]).read_bytes(), ledger.FILES[0])
    drafts = [project_layout.said(row) for row in rows]
    assert [draft and draft.code for draft in drafts] == [body["code"] for body in sample.projects]
    assets = [asset_layout.said(row) for row in read(LAYOUT, (tmp_path / ledger.FILES[1]).read_bytes(), "")]
    assert [one and one.draft.original_value_fen for one in assets] == [asset.value_fen for asset in sample.assets]
