"""Periods, rounding, status and change of values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.periods import as_of, end_of, ended, period_of
from services.indicators.values.domain import (
    Stored,
    Value,
    diff,
    history_start,
)
from services.indicators.values.status import percentage, readings_of, rounded, status_of
from services.indicators.values.words import reading_words
from shared.ids import uuid7

CATALOGUE = definitions.catalogue()
DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))


@given(DAYS)
def test_a_day_lies_in_its_periods_and_the_next_day_after_the_last_does_not(day: date) -> None:
    for granularity in ("month", "year"):
        period = period_of(day, granularity)
        assert day <= end_of(period)
        assert period_of(end_of(period), granularity) == period
        assert period_of(end_of(period) + timedelta(days=1), granularity) != period
        assert as_of(period, day) == day


@given(DAYS, DAYS)
def test_ended_periods_are_exactly_those_whose_last_day_lies_between(one: date, other: date) -> None:
    since, until = sorted((one, other))
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    expected = {period_of(day, g) for day in days for g in ("month", "year") if day == end_of(period_of(day, g))}
    assert set(ended(["month", "year"], since, until)) == expected
    assert [end_of(p) for p in ended(["month"], since, until)] == sorted(
        (end_of(p) for p in expected if "-" in p), reverse=True
    )


def test_history_is_two_years_for_records_and_the_plan_for_observations() -> None:
    assert history_start(date(2026, 11, 24), 2021, observed=False) == date(2024, 11, 1)
    assert history_start(date(2022, 3, 5), 2021, observed=False) == date(2021, 1, 1)
    assert history_start(date(2026, 11, 24), 2021, observed=True) == date(2021, 1, 1)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 3))
def test_rounding_never_completes_a_guarantee(parts: tuple[int, int], precision: int) -> None:
    numerator, denominator = parts
    value = percentage(Decimal(numerator), Decimal(denominator), precision)
    assert (value == 100) == (numerator == denominator)
    assert (value == 0) == (numerator == 0)
    assert abs(value - Decimal(numerator) * 100 / denominator) <= Decimal(1).scaleb(-precision)


@pytest.mark.parametrize(
    ("code", "value", "year", "closed", "status"),
    [
        ("medical_insurance", "100", 2025, False, "achieved"),
        ("medical_insurance", "99.99", 2025, False, "gap_open"),
        ("medical_insurance", "99.99", 2025, True, "breached"),
        ("medical_insurance", None, 2025, True, "not_computable"),
        ("return_to_poverty", "0", 2023, True, "achieved"),
        ("return_to_poverty", "1", 2023, True, "breached"),
        ("allowance_standard_ratio", "75", 2022, True, "achieved"),
        ("allowance_standard_ratio", "73.2", 2023, True, "on_track"),
        ("allowance_standard_ratio", "73.1", 2023, True, "behind"),
        ("allowance_standard_ratio", "71.3", 2023, True, "reversed"),
        ("allowance_standard_ratio", "74.9", 2025, True, "behind"),
        ("allowance_standard_ratio", "74.9", 2026, False, "behind"),
        ("allowance_standard_ratio", "71.4", 2021, True, "on_track"),
        ("sanitary_toilets", "75", 2025, True, "behind"),
        ("sanitary_toilets", "75.1", 2025, True, "achieved"),
        ("village_income_over_500k", "20", 2023, True, "no_baseline"),
        ("village_income_over_500k", "20", 2025, True, "behind"),
        ("medical_insurance", "99", 2020, True, "no_target"),
    ],
)
def test_status_by_the_published_method(code: str, value: str | None, year: int, *, closed: bool, status: str) -> None:
    number = None if value is None else Decimal(value)
    assert status_of(definitions.get(code), CATALOGUE.plan, number, year, closed=closed) == status


def like(code: str, **change: Any) -> Indicator:
    """An indicator with something else in it."""
    return replace(definitions.get(code), **change)


def test_single_years_count_where_there_is_no_2025_target() -> None:
    plan = like("city_linkage_fund_plan")
    assert plan.target is None
    asked = [("18286", 2021), ("18285", 2021), ("18330", 2025), ("18330", 2026)]
    found = [status_of(plan, CATALOGUE.plan, Decimal(value), year, closed=True) for value, year in asked]
    assert found == ["achieved", "behind", "achieved", "no_target"]


def test_ten_points_a_year_is_on_track_until_it_is_all() -> None:
    mechanism = like("tight_linkage_mechanism")
    asked = [("60", 2021), ("79", 2023), ("80", 2023), ("55", 2023), ("100", 2024), ("99", 2025)]
    found = [status_of(mechanism, CATALOGUE.plan, Decimal(value), year, closed=True) for value, year in asked]
    assert found == ["on_track", "behind", "on_track", "reversed", "achieved", "behind"]


@given(st.decimals("1", "200", places=1), st.decimals("1", "200", places=1))
def test_what_must_rise_is_achieved_exactly_when_it_rose(now: Decimal, before: Decimal) -> None:
    ratio = next(i for i in CATALOGUE.indicators if i.comparison == "rising")
    status = status_of(ratio, CATALOGUE.plan, now, 2023, closed=True, previous=before)
    assert (status == "achieved") == (now > before)
    assert status_of(ratio, CATALOGUE.plan, now, 2023, closed=True) == "no_baseline"


def test_what_must_stay_low_is_worse_when_it_is_higher() -> None:
    low = next(i for i in CATALOGUE.indicators if i.comparison == "at_most")
    assert low.target is not None
    for over, status in [(Decimal(0), "achieved"), (Decimal("0.1"), "behind")]:
        assert status_of(low, CATALOGUE.plan, low.target + over, 2025, closed=True) == status


def test_another_reading_has_its_own_status_beside() -> None:
    villages = definitions.get("village_income_over_500k")
    thirty = replace(VALUE, number=6, code=villages.code, value=Decimal("30.0"), period="2025", status="behind")
    read = readings_of(villages, CATALOGUE.plan, thirty, TODAY)
    assert [(one.reading.comparison, one.status) for one in read] == [("at_least", "achieved")]
    assert status_of(villages, CATALOGUE.plan, Decimal("30.0"), 2025, closed=True) == "behind"


def test_a_reading_about_others_is_not_judged_by_this_number() -> None:
    sewage = next(one for one in CATALOGUE.indicators if any(reading.population for reading in one.readings))
    [read] = readings_of(sewage, CATALOGUE.plan, replace(VALUE, code=sewage.code, value=Decimal(99)), TODAY)
    assert (read.reading.population, read.status) == ("建制镇", None)
    assert reading_words(read.status, read.reading.population) == "口径不同（建制镇），未单独统计"


@given(st.decimals("-5", "5", places=4), st.integers(0, 2))
def test_a_gap_is_not_closed_by_rounding(exact: Decimal, precision: int) -> None:
    number = rounded(exact, precision, ratio=False)
    assert (number == 0) == (exact == 0)
    assert abs(number - exact) <= Decimal(1).scaleb(-precision)


TODAY = date(2026, 5, 10)
VALUE = Value(
    number=8,
    code="medical_insurance",
    division_code="150600000000",
    period="2026",
    as_of=TODAY,
    known_at=datetime(2026, 5, 10, 3, tzinfo=UTC),
    value=Decimal("99.00"),
    numerator=Decimal(99),
    denominator=Decimal(100),
    unit="%",
    status="gap_open",
    reason=None,
    basis=None,
    beside={"households": Decimal(40)},
    sources=(),
    formula_version=1,
)


def test_the_same_number_later_is_a_confirmation_and_another_one_a_value() -> None:
    before = Stored(uuid7(), VALUE, VALUE.known_at)
    later = replace(VALUE, as_of=TODAY + timedelta(days=1), known_at=VALUE.known_at + timedelta(days=1))
    assert diff([later], [before], TODAY).confirm == [(before.value_id, later)]
    fewer = replace(later, numerator=Decimal(98), value=Decimal("98.00"))
    assert diff([fewer], [before], TODAY).publish == [(fewer, before.value_id)]
    assert diff([replace(later, status="breached")], [before], TODAY).publish


def test_of_an_ended_period_nothing_is_said_that_nobody_ever_knew() -> None:
    nothing = replace(VALUE, period="2025-01", value=None, status="not_computable")
    assert not diff([nothing], [], TODAY).publish
    assert diff([replace(nothing, period="2026-05")], [], TODAY).publish
    known = Stored(uuid7(), replace(VALUE, period="2025-01"), VALUE.known_at)
    assert diff([nothing], [known], TODAY).publish == [(nothing, known.value_id)]
