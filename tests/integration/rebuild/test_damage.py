"""Every table of screening that follows from the feeds or from what was told, damaged by hand one at a time: the
rebuild names it, mends it, tells nobody, and the next one finds all identical."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from services.local import rebuilding
from shared.codes import divisions
from shared.db import driver, transaction
from shared.events.codec import Delivery
from tests.factories import deliveries as made
from tests.factories.reconciled import changed
from tests.integration.rebuild.kept import LOST, TABLES, Kept
from tests.integration.screening.conftest import HEAD, VILLAGE, WIFE

_BANNER = divisions.banner_of(VILLAGE)
_HOUR = datetime(2026, 11, 19, 8, tzinfo=UTC)
DERIVED = tuple(table for table in LOST if table not in ("warning_sweep", "status_walk"))
"""What a banner was last swept to and how far all were looked at follow from neither: whatever they say, the worker
comes to what is."""


@pytest.fixture
async def kept(make_world: Callable[[], Any]) -> Kept:
    """Two households with something in every table; of their warnings one is eased and one superseded."""
    world = Kept.on(await make_world())
    await world.take(world.household("H1", HEAD), world.household("H2", WIFE), world.settlement("12000"))
    await world.take(world.settlement("13000", "S2", who=WIFE), world.appraisal("D"))
    await world.take(world.renovation(date(2026, 11, 1)), world.settlement("14000"))
    measure = made.assistance(date(2026, 10, 1), ended_on=date(2027, 10, 1))
    await world.take(
        world.settlement("100", "S2", who=WIFE),
        made.record(19, "M1", world.records.now(), measure, household_no="H1"),
        world.of(1, "L1", made.allowance(date(2026, 1, 1), WIFE), WIFE),
        made.income_stopped(date(2026, 11, 1), "H2", known_at=world.records.now()),
    )
    await world.take(*_said())
    await world.settle()
    return world


def _said() -> tuple[Delivery, Delivery]:
    """A word of ingest's that is believed, and one whose records are not all here yet."""
    return changed(9, _BANNER, 1, last_at=_HOUR), changed(6, _BANNER, 5, last_at=_HOUR)


def _evidence(path: str, value: str) -> str:
    """Of what is hit now: what the others stood on was of their day, and can be restored but not compared."""
    return f"""UPDATE warning_evidence SET evidence = jsonb_set(evidence::jsonb, '{{{{{path}}}}}', '{value}')::json
        WHERE warning_id IN (SELECT warning_id FROM warning WHERE state = 'open' AND NOT eased)"""


_RECEIPTS = "按已发出的事件恢复"
_STATUSES = "户的状态与已发出的事件不符"
_WORKLIST = ("待核实线索", "线索合计", "预警合计")
CASES = {
    "record_version": ("部门数据版本", "UPDATE {} SET amount_fen = 77 WHERE source_id = 'S1'"),
    "household_state": ("户的情况", "UPDATE {} SET lifted_year = 1999"),
    "member": ("户的成员", "UPDATE {} SET labour = 'weak'"),
    "covered": ("保障对象", "UPDATE {} SET person_key = person_key || 'x'"),
    "person": ("人员名册", "UPDATE {} SET person_key = person_key || 'x'"),
    "household": ("户名册", "UPDATE {} SET household_no = household_no || 'x'"),
    "feed_arrival": ("数据时效", "UPDATE {} SET known_hour = known_hour - interval '1 day'"),
    "applied_count": ("收到数据的计数", "UPDATE {} SET versions = versions + 1 WHERE kind = 8"),
    "freshness_claim": ("待核对的报送说明", "UPDATE {} SET published = published + 1"),
    "asset_income_stop": ("资产收益中断", "UPDATE {} SET stopped_on = stopped_on - 1"),
    "household_facts": ("户情指标", "UPDATE {} SET members = members + 1"),
    "warning": (_RECEIPTS, "UPDATE {} SET raised_at = raised_at - interval '1 day', severity = 'info'"),
    "warning_evidence": ("依据", _evidence("facts,0,value", "99")),
    "warning_change": (_RECEIPTS, "UPDATE {} SET severity = 'info', household_seq = household_seq + 100"),
    "household_told": (_STATUSES, "UPDATE {} SET status_seq = status_seq + 1, timeline = '[]'"),
    "clue": (_WORKLIST[0], "UPDATE {} SET due_at = due_at - interval '1 day'"),
    "clue_count": (_WORKLIST[1], "UPDATE {} SET clues = clues + 1"),
    "warning_count": (_WORKLIST[2], "UPDATE {} SET warnings = warnings + 1"),
}
MORE = {
    "statuses due never": (_STATUSES, "UPDATE household_told SET next_on = NULL WHERE next_on IS NOT NULL"),
    "superseding": (_RECEIPTS, "UPDATE warning SET superseded_by = NULL"),
    "words": ("依据", _evidence("text", '"x"').format()),
    "clues too many": (
        _WORKLIST[0],
        "INSERT INTO clue SELECT 'H9', division_code, 1, now(), now(), now(), 1 FROM clue LIMIT 1",
    ),
}
_LONG = {True: (pytest.mark.long,), False: ()}
DAMAGE = [
    *(pytest.param(title, change.format(table), id=f"{table}-changed") for table, (title, change) in CASES.items()),
    *(pytest.param(title, f"DELETE FROM {table}", id=f"{table}-deleted", marks=_LONG[table in TABLES])
      for table, (title, _) in CASES.items() if table != "warning"),
    pytest.param(_RECEIPTS, "WITH e AS (DELETE FROM warning_evidence) DELETE FROM warning", id="warning-deleted"),
    *(pytest.param(*case, id=name) for name, case in MORE.items()),
]  # fmt: skip


def test_every_table_that_follows_is_damaged_here() -> None:
    assert set(CASES) == set(DERIVED)


@pytest.mark.parametrize(("title", "damage"), DAMAGE)
async def test_damage_is_named_and_mended_and_nobody_is_told(kept: Kept, title: str, damage: str) -> None:
    before, told, statuses = await _all(kept), await kept.changes(), await kept.statuses()
    await kept.execute(damage)
    assert await _all(kept) != before
    said = StringIO()
    outcome = await kept.rebuild()
    assert rebuilding.report(outcome, Console(file=said, width=200)) == 1, outcome
    assert title in said.getvalue()
    assert outcome.undecided == {}
    assert await _all(kept) == before
    assert (await kept.rebuild()).identical
    await kept.settle()
    assert await kept.changes() == told
    assert await kept.statuses() == statuses != []


async def test_a_warning_that_nobody_was_told_of_is_named_and_left_to_people(kept: Kept) -> None:
    await kept.execute(
        """INSERT INTO warning (warning_id, household_no, division_code, rule_code, rule_version, severity, state,
               eased, demo, as_of, raised_at, updated_at)
           SELECT gen_random_uuid(), household_no, division_code, 'H99', 1, severity, 'not_confirmed',
               eased, demo, as_of, raised_at, updated_at FROM warning LIMIT 1"""
    )
    said = StringIO()
    assert rebuilding.report(await kept.rebuild(), Console(file=said, width=200)) == 1
    assert "1 件预警从未发出过" in said.getvalue()


async def _all(kept: Kept) -> dict[str, list[Any]]:
    """Every row of every table in canonical columns; of evidence what is no instant of processing, of counts what is
    counted."""
    asked = {
        "applied_count": "SELECT kind, banner_code, sum(versions) FROM applied_count GROUP BY 1, 2 ORDER BY 1, 2",
        "sentences": "SELECT warning_id, evidence ->> 'text' FROM warning_evidence ORDER BY 1",
        "warning_count": "SELECT * FROM warning_count WHERE warnings <> 0 ORDER BY 1, 2, 3, 4",
    }
    found = await kept.dump([table for table in DERIVED if table not in ("warning_evidence", *asked)])
    async with transaction(kept.engine) as conn:
        raw = await driver(conn)
        for table, question in asked.items():
            found[table] = [tuple(row) for row in await raw.fetch(question)]
    return {**found, "canonical": (await kept.canonical(history=True)).splitlines()}
