"""Periods, and what closings say together."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.deliveries.domain import BANNERS, CITY, Delivery, Wanted, begins, declared, explanation, faults

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


def delivery(code: str, sent: int) -> Delivery:
    return Delivery(8, "2026-02", code, 1, sent, NOON, NOON)


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2026", date(2026, 1, 1)),
        ("2026-H1", date(2026, 1, 1)),
        ("2026-H2", date(2026, 7, 1)),
        ("2026-Q1", date(2026, 1, 1)),
        ("2026-Q4", date(2026, 10, 1)),
        ("2026-02", date(2026, 2, 1)),
        ("2026-12", date(2026, 12, 1)),
        ("2026-02-D1", date(2026, 2, 1)),
        ("2026-02-D3", date(2026, 2, 21)),
    ],
)
def test_a_period_begins(period: str, day: date) -> None:
    assert begins(period) == day


@pytest.mark.parametrize(
    "period", ["", "26", "2026-", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-02-D4", "2026-02-01", "2026-02\n"]
)
def test_anything_else_is_no_period(period: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        begins(period)


def test_a_period_may_be_closed_from_its_first_day_on() -> None:
    wanted = Wanted("2026-03-D2", CITY, 0)
    assert [fault["code"] for fault in faults(wanted, date(2026, 3, 10))] == ["period_in_future"]
    assert faults(wanted, date(2026, 3, 11)) == []


@given(st.dictionaries(st.sampled_from(sorted(BANNERS)), st.integers(0, 10**9)), st.none() | st.integers(0, 10**9))
def test_the_city_covers_all_banners_and_banners_add_up(banners: dict[str, int], city: int | None) -> None:
    said = [delivery(code, sent) for code, sent in banners.items()]
    said += [delivery(CITY, city)] if city is not None else []
    found = declared(said)
    assert found.complete == (city is not None or len(banners) == 9)
    assert found.sent == (city if city is not None else sum(banners.values()))


@pytest.mark.parametrize(
    ("sent", "received", "complete", "says"),
    [(5, 5, True, "一致"), (5, 4, True, "少 1 条"), (5, 6, True, "多 1 条"), (5, 6, False, "尚有旗区未关闭")],
)
def test_a_clerk_is_told_what_to_do(sent: int, received: int, complete: bool, says: str) -> None:
    said = declared([delivery(CITY if complete else min(BANNERS), sent)])
    assert says in explanation(said, received, "2026-02")
