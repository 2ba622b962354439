"""The law of the room: the verdict of SQL is the verdict of the explanation, for any rule and household."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import orjson
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS as DECLARED
from services.screening.facts.domain import SILENCE_KINDS, FactType
from services.screening.parameters import repository as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.parameters.shipped import definitions
from services.screening.rules import repository, service
from services.screening.rules.language import Inputs, RuleTextError, check, compile_predicate, evaluate, parse
from tests.factories.rule_texts import COLUMNS, HOUSEHOLDS, KINDS, PARAMETERS, SILENT, TEXTS, VOCABULARY
from tests.integration.screening_rules.conftest import Sql, household, relation

TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)
CASES = st.lists(st.tuples(HOUSEHOLDS, SILENT), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(TEXTS, CASES, PARAMETERS)
def test_any_predicate(
    sql: Sql, text: str, cases: list[tuple[dict[str, Any], frozenset[int]]], parameters: dict[str, Decimal]
) -> None:
    try:
        tree = parse(text)
        check(tree, VOCABULARY)
    except RuleTextError:
        assume(False)
    rows = [
        {"n": n, **values, **{f"silent_{kind}": kind in silent for kind in KINDS}}
        for n, (values, silent) in enumerate(cases)
    ]
    found = sql.ask(
        f"SELECT ({compile_predicate(tree, VOCABULARY.facts)}) AS truth"
        f" FROM jsonb_to_recordset($1::text::jsonb) AS f({COLUMNS})"
        " CROSS JOIN (SELECT $2::numeric AS line, $3::numeric AS share, $4::numeric AS heads) p ORDER BY f.n",
        orjson.dumps(rows).decode(),
        *(parameters.get(name) for name in ("line", "share", "heads")),
    )
    exact = {name: Fraction(value) for name, value in parameters.items()}
    expected = [evaluate(tree, Inputs(VOCABULARY.facts, values, exact, silent)).truth for values, silent in cases]
    assert [row["truth"] for row in found] == expected


MONEY = (0, 1, 999_999, 1_000_000, 2_599_999, 2_600_000, 10**12)
VALUES: dict[FactType, tuple[Any, ...]] = {
    "fen": (*MONEY, *(-fen for fen in MONEY)),
    "count": tuple(range(8)),
    "days": (0, 29, 30, 60, 3000),
    "boolean": (False, True),
}


def _household(seed: int) -> dict[str, Any]:
    """A value for every fact, a third of them unknown; by seed, as drawing seventy facts one by one takes minutes."""
    chance = Random(seed)
    return {
        fact.name: None if chance.random() < 0.33 else chance.choice(list(fact.labels) or VALUES[fact.type])
        for fact in DECLARED.values()
    }


FACTS = st.integers(0, 2**32).map(_household)
DIVISIONS = ("150622100201", "150622100202", "150622101201", "150623100201", "150702100201")
SCOPES = {
    "150000000000": "15",
    "150600000000": "1506",
    "150622000000": "150622",
    "150622100000": "150622100",
    "150622100201": "150622100201",
    "150623000000": "150623",
}
HOUSEHOLD_CASES = st.lists(
    st.tuples(FACTS, st.sampled_from(DIVISIONS), st.frozensets(st.sampled_from(SILENCE_KINDS), max_size=3)),
    min_size=1,
    max_size=12,
)


@st.composite
def parameter_values(draw: st.DrawFn) -> list[ParameterValue]:
    """Values of every parameter with overlapping places and days, and corrections of them."""
    found: dict[tuple[str, str, date, int], ParameterValue] = {}
    for _ in range(draw(st.integers(0, 8))):
        name = draw(st.sampled_from(sorted(definitions())))
        scope, starts = (
            draw(st.sampled_from(sorted(SCOPES))),
            draw(st.sampled_from([date(2026, 1, 1), date(2026, 7, 1)])),
        )
        version = 1 + sum(key[:3] == (name, scope, starts) for key in found)
        found[name, scope, starts, version] = ParameterValue(
            name=name,
            division_code=scope,
            valid_from=starts,
            valid_to=draw(st.sampled_from([None, date(2026, 11, 23), TODAY])),
            version=version,
            value=Decimal(draw(st.sampled_from([3, 40, 1_000_000, 2_600_000, 5_000_000]))),
            type=definitions()[name].type,
            unit=definitions()[name].unit,
            document="测试",
            status="adopted",
            known_at=datetime(2026, 10, version, tzinfo=UTC) if version < 3 else datetime(2027, 1, 1, tzinfo=UTC),
        )
    return list(found.values())


@settings(max_examples=40, deadline=None)
@given(HOUSEHOLD_CASES, parameter_values())
def test_the_shipped_rules_for_any_household(
    in_database: Callable[..., None],
    cases: list[tuple[dict[str, Any], str, frozenset[int]]],
    values: list[ParameterValue],
) -> None:
    async def verdicts_are_the_explanations(conn: AsyncConnection) -> None:
        await service.seed(conn, demo=False, known_at=datetime(2026, 9, 1, tzinfo=UTC))
        await parameters.add(conn, values)
        rules = await repository.live(conn, TODAY, NOW)
        rows = [household(str(n), place, sorted(silent), **facts) for n, (facts, place, silent) in enumerate(cases)]
        found = await repository.verdicts(conn, *relation(*rows), TODAY, NOW, every=True)
        names = list(definitions())
        local = await parameters.in_force(conn, names, DIVISIONS, TODAY, NOW)
        assert local == {place: _in_force(values, place) for place in DIVISIONS}
        assert len(found) == len(cases)
        for number, hit, unknown in found:
            facts, place, silent = cases[int(number)]
            explained = [service.explain(rule, facts, local[place], silent) for rule in rules]
            assert hit == sum(1 << bit for bit, e in enumerate(explained) if e.verdict == "hit")
            assert unknown == sum(1 << bit for bit, e in enumerate(explained) if e.verdict == "unknown")
            assert all(bool(e.missing) == (e.verdict == "unknown") for e in explained)
        touched = await repository.verdicts(conn, *relation(*rows), TODAY, NOW)
        assert sorted(touched) == sorted(row for row in found if row.hit or row.unknown)

    in_database(verdicts_are_the_explanations)


def _in_force(values: list[ParameterValue], place: str) -> Mapping[str, ParameterValue]:
    """The definition, said once more: the newest known version of each (name, place, first day); of
    those valid today here the most local, then the latest begun."""
    newest: dict[tuple[str, str, date], ParameterValue] = {}
    for value in sorted(values, key=lambda v: v.version):
        if value.known_at <= NOW:
            newest[value.name, value.division_code, value.valid_from] = value
    here = [
        v
        for v in newest.values()
        if place.startswith(SCOPES[v.division_code]) and v.valid_from <= TODAY <= (v.valid_to or date.max)
    ]
    best: dict[str, ParameterValue] = {}
    for value in sorted(here, key=lambda v: (len(SCOPES[v.division_code]), v.valid_from)):
        best[value.name] = value
    return best
