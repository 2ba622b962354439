"""A snapshot's bytes and totals, and which year suits which kind."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.assessments.domain import Assessment, Head, Wish, canonical, digest, tallies
from services.indicators.assessments.errors import AssessmentInvalidError
from services.indicators.definitions import service as definitions

PLAN = definitions.catalogue().plan
TODAY = date(2026, 11, 20)
KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])),
)
CONTENTS = st.dictionaries(KEYS, st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))


def backwards(value: Any) -> Any:
    """The same with every object's members in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(list(value))}
    return [backwards(one) for one in value] if isinstance(value, list) else value


@settings(max_examples=25)
@given(CONTENTS)
def test_the_bytes_do_not_depend_on_the_order_of_members(content: dict[str, Any]) -> None:
    assert canonical(backwards(content)) == canonical(content)


@settings(max_examples=25)
@given(CONTENTS)
def test_what_is_read_back_is_written_to_the_same_bytes(content: dict[str, Any]) -> None:
    assert canonical(json.loads(canonical(content))) == canonical(content)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_is_kept_exactly_and_written_without_an_exponent(number: Decimal) -> None:
    text = json.loads(canonical({"value": number}))["value"]
    assert Decimal(text) == number
    assert "E" not in text.upper()


def test_one_instant_has_one_form() -> None:
    east = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
    assert canonical({"at": east}) == canonical({"at": east.astimezone(UTC)}) == b'{"at":"2026-11-20T02:00:00+00:00"}'


def test_another_content_has_another_digest() -> None:
    rows = [{"value": "71.4"}, {"value": "71.5"}, {"value": None}]
    assert len({digest(canonical({"rows": [row]})) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("kind", "year"),
    [("yearly", 2021), ("yearly", 2026), ("mid_term", 2022), ("mid_term", 2024), ("final", 2025), ("final", 2026)],
)
def test_years_that_suit(kind: Any, year: int) -> None:
    Wish(kind, year, "考核").check(PLAN, TODAY)


@pytest.mark.parametrize(
    ("kind", "year"),
    [("yearly", 2020), ("yearly", 2027), ("mid_term", 2021), ("mid_term", 2025), ("final", 2024), ("final", 2027)],
)
def test_years_that_do_not(kind: Any, year: int) -> None:
    with pytest.raises(AssessmentInvalidError) as refused:
        Wish(kind, year, "考核").check(PLAN, TODAY)
    assert refused.value.errors[0]["value_masked"] == str(year)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "division_code": st.sampled_from(["150600000000", "150602000000", "150625000000"]),
            "department": st.sampled_from(["民政局", "统计局"]),
            "status": st.sampled_from(["achieved", "behind", "not_computable"]),
        }
    )
)


@given(ROWS)
def test_every_row_is_counted_once_by_division_and_once_by_department(rows: list[dict[str, str]]) -> None:
    for name in ("division_code", "department"):
        found = tallies(rows, name)
        assert [tally.key for tally in found] == sorted({row[name] for row in rows})
        assert sum(tally.targets for tally in found) == len(rows)
        for tally in found:
            own = [row for row in rows if row[name] == tally.key]
            assert tally.targets == len(own) == sum(tally.statuses.values())
            assert tally.statuses == {
                status: sum(row["status"] == status for row in own) for status in {row["status"] for row in own}
            }


@given(
    ROWS,
    st.sampled_from(["", "1506", "150625"]),
    st.sampled_from([None, "150625000000"]),
    st.sampled_from([None, "民政局"]),
)
def test_a_view_holds_what_was_asked_and_nothing_outside_the_scope(
    rows: list[dict[str, str]], prefix: str, division: str | None, department: str | None
) -> None:
    head = Head(UUID(int=1), "yearly", 2025, "考核", "x", datetime(2026, 1, 1, tzinfo=UTC), len(rows), "")
    shown = Assessment(head, {"rows": rows}, {}).view(prefix, division, department)
    assert shown == [
        row
        for row in rows
        if row["division_code"].startswith(prefix)
        and (division is None or row["division_code"] == division)
        and (department is None or row["department"] == department)
    ]
