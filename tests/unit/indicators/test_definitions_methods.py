"""The published method says what the code decides, in its order."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import methods, service
from services.indicators.definitions.domain import Comparison, Indicator, Path
from services.indicators.definitions.method_schemas import MethodsOut
from services.indicators.definitions.plan_figures import compound_growth, figure, simple_growth
from services.indicators.values.domain import Status
from services.indicators.values.status import status_of

METHODS = methods.methods()
CATALOGUE = service.catalogue()
MONEY = st.decimals(Decimal(1), Decimal(100_000), places=1)


def test_every_status_path_and_comparison_is_explained() -> None:
    assert {term.code for term in METHODS.statuses} == set(get_args(Status))
    assert [term.code for term in METHODS.paths] == list(get_args(Path))
    assert {term.code for term in METHODS.comparisons} == set(get_args(Comparison))
    titles = {term.code: {t.title for t in METHODS.statuses if t.code == term.code} for term in METHODS.statuses}
    assert all(len(names) == 1 for names in titles.values())


def test_what_is_expected_of_a_year_is_a_table_of_both_families() -> None:
    told = MethodsOut.of(METHODS, CATALOGUE, methods.contradictions())
    rows = {row.code: row for row in told.expected}
    assert len(rows) == len(CATALOGUE.indicators)
    assert rows["allowance_standard_ratio"].by_year[2023] == Decimal("73.2")
    assert rows["return_to_poverty"].by_year == dict.fromkeys(range(2021, 2026), Decimal(0))
    assert rows["tight_linkage_mechanism"].by_year[2022] == 70
    assert rows["rural_income"].by_year == {**dict.fromkeys(range(2021, 2025)), 2025: Decimal(30000)}
    assert not any(rows["lifted_income_ratio"].by_year.values())


def test_a_contradiction_is_shown_beside_the_indicators_it_names() -> None:
    known = CATALOGUE.by_code()
    for one in methods.contradictions():
        assert one.handling
        for code in one.indicators:
            assert code in known
            assert one in methods.contradictions_of(code)
    assert len({one.code for one in methods.contradictions()}) == len(methods.contradictions())
    assert not methods.contradictions_of("medical_insurance")


NUMBERS = st.one_of(st.none(), st.decimals(-20, 120, places=1), st.sampled_from([Decimal(n) for n in (0, 30, 75, 100)]))


@given(st.sampled_from(CATALOGUE.indicators), NUMBERS, NUMBERS, st.integers(2019, 2028), st.booleans())
def test_the_code_decides_as_the_published_conditions_read(
    one: Indicator, value: Decimal | None, previous: Decimal | None, year: int, closed: bool
) -> None:
    """Each condition as a reader of the page would check it, from top to bottom: the first that fits holds."""
    expected = one.target_of(year, CATALOGUE.plan, previous)
    goal = one.target if one.target is not None else expected
    number = Decimal(0) if value is None else value
    beyond = number.__gt__ if one.direction == "down" else number.__lt__
    fits = [
        value is None,
        year < 2021 or (goal is None and one.comparison != "rising"),
        goal is None and one.comparison == "rising",
        goal is not None and _satisfies(one.comparison, number, goal),
        one.binding and not closed,
        one.binding and closed,
        one.baseline is not None and beyond(one.baseline),
        expected is None and one.baseline is None,
        expected is None,
        year < 2025 and expected is not None and expected != goal and not beyond(expected),
        True,
    ]
    first = next(term.code for term, fit in zip(METHODS.statuses, fits, strict=True) if fit)
    assert status_of(one, CATALOGUE.plan, value, year, closed=closed, previous=previous) == first


def _satisfies(comparison: Comparison, number: Decimal, goal: Decimal) -> bool:
    return {
        "at_least": number >= goal,
        "at_most": number <= goal,
        "more_than": number > goal,
        "rising": number > goal,
        "zero": number == goal,
    }[comparison]


@given(MONEY, MONEY, st.integers(1, 10))
def test_compound_growth_leads_from_the_first_to_the_last(first: Decimal, last: Decimal, years: int) -> None:
    growth = compound_growth(first, last, Decimal(years))
    low, high = ((1 + (growth + Decimal(d) / 20) / 100) ** years * first for d in (-1, 1))
    assert low <= last * (1 + Decimal("1e-9"))
    assert last * (1 - Decimal("1e-9")) <= high
    assert growth <= simple_growth(first, last, Decimal(years))


def test_an_unknown_figure_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        figure("mean", [Decimal(1)])
