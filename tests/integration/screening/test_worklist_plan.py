"""How a worklist is read when it is long: a page by an index in its order, numbers from the counts
(performance §11; the figures are the benches')."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.screening.clues import repository, service
from services.screening.warnings.repository import Filter, reading, rederive_clues
from shared import clock
from shared.codes import divisions
from shared.db import driver, transaction
from tests.integration.screening.conftest import TODAY, World

BANNER = "150625"
_FILL = """
INSERT INTO warning (warning_id, household_no, division_code, rule_code, rule_version, risk_type, severity, state,
    eased, demo, snoozed_until, as_of, raised_at, updated_at)
SELECT gen_random_uuid(), 'H' || h, p[1 + h % cardinality(p)], r.code, 1, '因病', r.severity,
    CASE WHEN h % 7 = 0 THEN 'not_confirmed' ELSE 'open' END, false, false,
    CASE WHEN h % 11 = 0 THEN $2::date + 20 END, $2, $3::timestamptz - h % 20 * interval '1 day', $3
FROM (SELECT $1::text[] AS p) places, generate_series(1, 20000) h,
    (VALUES ('M01', 'high'), ('I01', 'normal')) r (code, severity)
WHERE r.code = 'I01' OR h % 4 = 0
"""


@pytest.fixture
async def filled(world: World) -> World:
    """25,000 warnings, most of them in one banner."""
    villages = [place.code for place in divisions.all_divisions() if place.level == "village"]
    villages.sort(key=lambda code: not code.startswith(BANNER))
    villages = villages[: sum(code.startswith(BANNER) for code in villages) + 20]
    async with transaction(world.engine) as conn:
        raw = await driver(conn)
        await raw.execute(_FILL, villages, TODAY, clock.now())
        await rederive_clues(conn)
        await raw.execute("ANALYZE warning, clue, clue_count, warning_count")
    return world


async def _nodes(world: World, sql: str, *arguments: Any) -> list[dict[str, Any]]:
    async with transaction(world.engine) as conn:
        (row,) = await (await driver(conn)).fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *arguments)
    return list(_flat(row[0][0]["Plan"]))


def _flat(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(inner for part in node.get("Plans", ()) for inner in _flat(part))]


async def test_a_page_walks_an_index_in_the_order_of_the_list_and_stops(filled: World) -> None:
    start, deep = (None, None, None), (3, clock.now(), "")
    for sql, prefix in ((repository._PAGE_OF_BANNER, BANNER), (repository._PAGE, "")):
        for after in (start, deep):
            nodes = await _nodes(filled, sql, f"{prefix}%", TODAY, False, None, *after, 101)
            assert [node["Node Type"] for node in nodes] == ["Limit", "Index Scan"], nodes
            assert nodes[1].get("Rows Removed by Filter", 0) < 100, "those put off are skipped, nothing else"


async def test_numbers_come_from_the_counts_and_todays_clocks_alone(filled: World) -> None:
    nodes = await _nodes(filled, repository._COUNTS, f"{BANNER}%", 9, TODAY)
    assert {node["Relation Name"] for node in nodes if "Relation Name" in node} == {"clue_count"}
    midnight = clock.start_of_day(TODAY)
    today = (f"{BANNER}%", 9, TODAY, midnight, midnight + timedelta(hours=10))
    scan = (await _nodes(filled, repository._DUE_SINCE_MIDNIGHT_OF_BANNER, *today))[-1]
    assert (scan["Node Type"], scan["Relation Name"]) == ("Index Scan", "clue")
    async with transaction(filled.engine) as conn:
        lines = await service.counts(conn, BANNER)
        due = await repository.due_since(conn, BANNER, 6, TODAY, midnight, clock.now())
    assert scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0) < sum(line.clues for line in lines) / 5
    assert sum(line.overdue for line in lines) > due.get(BANNER, 0)


async def test_totals_of_the_list_come_from_the_counts_too(filled: World) -> None:
    wanted = Filter(BANNER)
    nodes = await _nodes(filled, reading._TOTALS, f"{BANNER}%", None, None, None)
    assert {node["Relation Name"] for node in nodes if "Relation Name" in node} == {"warning_count"}
    async with transaction(filled.engine) as conn:
        severities, states = await reading.totals(conn, wanted)
        rows = await (await driver(conn)).fetch(
            "SELECT state, severity FROM warning WHERE division_code LIKE $1", f"{BANNER}%"
        )
    assert {k: n for k, n in states.items() if n} == Counter(row["state"] for row in rows)
    assert {k: n for k, n in severities.items() if n} == Counter(row["severity"] for row in rows)


async def test_what_is_counted_is_what_is_listed(filled: World) -> None:
    async with transaction(filled.engine) as conn:
        (line,) = [line for line in await service.counts(conn, "") if line.division_code.startswith(BANNER)]
        listed = await service.page(conn, BANNER, limit=20_000)
        put_off = await service.page(conn, BANNER, limit=20_000, snoozed=True)
    assert line.clues == len(listed.items) > 1_000
    assert line.snoozed == len(put_off.items) > 100
    assert line.overdue == sum(clue.overdue for clue in listed.items)
    assert line.warnings == sum(len(clue.rules) for clue in listed.items)
    assert all(clue.snoozed_until == date(2026, 12, 10) for clue in put_off.items)
