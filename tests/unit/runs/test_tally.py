"""What a run counts: each unknown is put down to who could have told, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.screening.facts.domain import FACTS
from services.screening.facts.service import FactRow
from services.screening.rules import shipped
from services.screening.rules.domain import RuleVersion
from services.screening.runs import tally
from services.screening.runs.domain import Run
from services.screening.runs.report import report
from services.screening.warnings.verdicts import Verdicts

KNOWN = datetime(2026, 11, 20, tzinfo=UTC)
VILLAGE, OTHER = "150625100201", "150602101201"
RULES = {rule.code: rule for rule in shipped.rules(KNOWN)}


def row(no: str, division: str = VILLAGE, silent: frozenset[int] = frozenset(), **known: Any) -> FactRow:
    """A household of which only `known` is known."""
    return FactRow(no, division, {name: known.get(name) for name in FACTS}, silent)


def counted(rules: list[RuleVersion], rows: list[FactRow], hits: set[str], in_force: set[str]) -> dict[str, Any]:
    """All pairs of rows and rules are unknown but those of households in `hits`."""
    pairs = {(one.household_no, rule.code) for one in rows for rule in rules}
    found = Verdicts(
        {rule.code: rule for rule in rules},
        frozenset(pair for pair in pairs if pair[0] in hits),
        frozenset(pair for pair in pairs if pair[0] not in hits),
    )
    places = {one.division_code: in_force for one in rows}
    return tally.of_verdicts(found, {one.household_no: one for one in rows}, places)


def test_hits_are_counted_by_rule_and_banner() -> None:
    found = counted([RULES["H01"]], [row("H1"), row("H2", OTHER), row("H3", OTHER)], {"H1", "H2", "H3"}, set())
    assert found["hits"] == {"H01/150625000000": 1, "H01/150602000000": 2}


def test_a_silent_feed_comes_before_what_it_would_have_told() -> None:
    found = counted([RULES["H01"]], [row("H1", silent=frozenset({9}))], set(), set())
    assert found["silent"] == {"9/150625000000": 1}
    assert found["silent_verdicts"] == {"9": 1}
    assert found["facts"] == {}


def test_the_silence_of_a_feed_that_the_rule_does_not_need_explains_nothing() -> None:
    found = counted([RULES["H01"]], [row("H1", silent=frozenset({20}))], set(), set())
    assert found["silent"] == {}
    assert found["facts"] == {"dwelling_unsafe": 1}


def test_a_parameter_without_a_value_comes_before_facts() -> None:
    rule = RULES["E02"]
    without = counted([rule], [row("H1")], set(), set())
    assert (without["parameters"], without["facts"]) == ({rule.parameters[0]: 1}, {})
    with_value = counted([rule], [row("H1")], set(), set(rule.parameters))
    assert (with_value["parameters"], with_value["facts"]) == ({}, {"disaster_net_loss_90d": 1})


def test_households_are_counted_once_a_feed_and_verdicts_once_a_rule() -> None:
    found = counted([RULES["H01"], RULES["H03"]], [row("H1", silent=frozenset({9}))], set(), set())
    assert (found["silent"], found["silent_verdicts"]) == ({"9/150625000000": 1}, {"9": 2})


def test_an_item_is_known_when_all_of_it_is() -> None:
    rule = RULES["W01"]
    found = Verdicts({rule.code: rule}, frozenset({("H1", "W01")}), frozenset())
    items = {"住房和饮水": ("dwelling_unsafe", "water_unsafe")}
    rows = [
        row("H1", dwelling_unsafe=False, water_unsafe=True),
        row("H2", water_unsafe=False),
        row("H3", dwelling_unsafe=False, water_unsafe=False, silent=frozenset({20})),
    ]
    rows[2] = replace(rows[2], silent=frozenset({20}))
    assert tally.of_items(items, rows, found) == {"住房和饮水/known": 1, "住房和饮水/hit": 1}


def test_pages_add_up_and_the_report_names_them() -> None:
    first = tally.added(
        tally.empty(3), seen=2, hits=Counter({"H01/150625000000": 2}), changes=Counter({"raised/H01": 2})
    )
    whole = tally.added(
        first, seen=1, hits=Counter({"H01/150625000000": 1, "H01/150602000000": 1}), changes=Counter({"eased/H01": 1})
    )
    assert tally.empty(3)["hits"] == {}
    whole |= {"titles": {"H01": "住房不安全"}, "silent": {"9/150625000000": 4}, "silent_verdicts": {"9": 8}}
    run = Run(
        UUID(int=1), "live-day", date(2026, 11, 20), "150600000000", KNOWN, False, "completed", "", 0, whole, None,
        1.26, "张三", KNOWN, None, KNOWN,
    )  # fmt: skip
    found = report(run)
    assert (found.seen, found.candidates, found.seconds) == (3, 3, 1.3)
    (hit,) = found.hits
    assert (hit.title, hit.households) == ("住房不安全", 4)
    assert [(one.name, one.count) for one in hit.banners] == [("东胜区", 1), ("杭锦旗", 3)]
    (silent,) = found.silent
    assert (silent.department_title, silent.households, silent.verdicts) == ("住房和城乡建设", 4, 8)
    assert (found.changes.raised, found.changes.eased, found.changes.by_rule) == (
        2,
        1,
        {"H01": {"raised": 2, "eased": 1}},
    )
