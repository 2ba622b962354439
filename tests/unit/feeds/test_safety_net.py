"""Civil affairs: who is covered leaves as person keys only; months, status and reasons hang together."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from shared.feeds import catalogue
from tests.unit.feeds.support import KEYS, PREPARER, example, refused, taken

ALLOWANCE = catalogue.get("civil-affairs", "minimum-living-allowance")
HARDSHIP = catalogue.get("civil-affairs", "extreme-hardship-support")
MARGIN = catalogue.get("civil-affairs", "low-income-margin")
RELIEF = catalogue.get("civil-affairs", "temporary-relief")
NUMBER = "150625197001019948"
OTHER = "11010519491231002X"
with_members = pytest.mark.parametrize("feed", [ALLOWANCE, MARGIN], ids=lambda feed: feed.kind)
with_months = pytest.mark.parametrize("feed", [ALLOWANCE, HARDSHIP, MARGIN], ids=lambda feed: feed.kind)


@with_members
def test_covered_members_leave_as_sorted_person_keys_and_never_as_numbers(feed: Any) -> None:
    record = taken(feed, covered_members=[NUMBER, OTHER])
    assert orjson.loads(record.data_json)["covered_members"] == sorted([KEYS.of(NUMBER), KEYS.of(OTHER)])
    assert NUMBER not in repr(record.data_json)
    assert OTHER not in repr(record.data_json)
    assert record.identities == [(KEYS.of(NUMBER), NUMBER, "某某")]  # nobody else is named here


@with_members
def test_another_order_of_covered_members_is_no_other_content_but_another_member_is(feed: Any) -> None:
    both = taken(feed, covered_members=[NUMBER, OTHER])
    assert both.digest == taken(feed, covered_members=[OTHER, NUMBER]).digest
    assert both.digest == taken(feed, covered_members=[OTHER.lower(), NUMBER]).digest
    assert both.digest != taken(feed, covered_members=[NUMBER]).digest


@with_members
def test_a_wrong_or_repeated_number_is_named_by_its_place_and_masked(feed: Any) -> None:
    (result,) = PREPARER.records(feed, [example(feed, covered_members=[NUMBER, OTHER[:-1] + "1", NUMBER])])
    assert [(error["pointer"], error["code"]) for error in result.errors] == [  # type: ignore[union-attr]
        ("/records/0/covered_members/1", "id_number_check"),
        ("/records/0/covered_members/2", "member_twice"),
    ]
    assert OTHER[6:14] not in str(result.errors)  # type: ignore[union-attr]
    assert "第 2 项" in result.errors[0]["message"]  # type: ignore[union-attr]
    assert refused(feed, covered_members=[]) == [("covered_members", "list_length")]
    assert refused(feed, covered_members=[NUMBER] * 21) == [("covered_members", "list_length")]
    assert refused(feed, covered_members=NUMBER) == [("covered_members", "list_format")]
    assert refused(feed, covered_members=[5]) == [("covered_members/0", "id_number_format")]


@with_members
def test_a_number_in_another_writing_is_put_right_and_noted(feed: Any) -> None:
    record = taken(feed, covered_members=[f" {OTHER.lower()} "])
    assert [(note["pointer"], note["code"]) for note in record.notes] == [
        ("/records/0/covered_members/0", "id_number_normalised")
    ]


@with_months
@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"status": "exited"}, "exit_month", "exited_without_month"),
        ({"exit_month": "2026-03"}, "exit_month", "month_without_exited"),
        ({"status": "exited", "exit_month": "2020-01"}, "exit_month", "dates_out_of_order"),
        ({"start_month": "2026-13"}, "start_month", "month_format"),
        ({"start_month": "202601"}, "start_month", "month_format"),
        ({"start_month": "1949-09"}, "start_month", "date_too_early"),
        ({"start_month": "2199-01"}, "start_month", "date_in_future"),
        ({"status": "在保"}, "status", "not_in_code_list"),
    ],
)
def test_status_and_months_hang_together(feed: Any, change: dict[str, Any], place: str, code: str) -> None:
    assert (place, code) in refused(feed, **change)


@with_months
def test_a_benefit_holds_from_its_first_month_and_leaving_changes_no_day_before(feed: Any) -> None:
    start = date.fromisoformat(f"{feed.examples[0]['start_month']}-01")
    assert taken(feed).effective_on == start
    assert taken(feed, status="exited", exit_month="2026-06").effective_on == start
    assert taken(feed, effective_on="2026-05-01").effective_on == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"exit_reason": "income"}, "exit_reason", "reason_without_exited"),
        ({"tapering_until": "2024-04"}, "tapering_until", "dates_out_of_order"),
        (
            {"status": "exited", "exit_month": "2026-03", "tapering_until": "2026-02"},
            "tapering_until",
            "dates_out_of_order",
        ),
        ({"category": "D"}, "category", "not_in_code_list"),
        ({"category": 1}, "category", "not_in_code_list"),
        ({"certificate_no": NUMBER}, "certificate_no", "id_number_in_text"),
        ({"monthly_amount": "1,860"}, "monthly_amount", "amount_format"),
    ],
)
def test_the_allowances_own_fields(change: dict[str, Any], place: str, code: str) -> None:
    assert refused(ALLOWANCE, **change) == [(place, code)]


def test_a_category_in_words_is_put_right_and_noted() -> None:
    for written in ("A类", "ａ", " 重点保障 ", "A 类（重点保障）"):
        record = taken(ALLOWANCE, category=written)
        assert orjson.loads(record.data_json)["category"] == "A"
        assert [note["code"] for note in record.notes] == ["code_normalised"]


def test_whoever_left_may_still_be_in_the_tapering_period() -> None:
    taken(ALLOWANCE, status="exited", exit_month="2026-03", exit_reason="income", tapering_until="2026-08")


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"amount": "0"}, "amount", "amount_zero"),
        ({"paid_on": "2199-01-01"}, "paid_on", "date_in_future"),
        ({"relief_kind": "other"}, "relief_kind", "not_in_code_list"),
        ({"cause": ...}, "cause", "required"),
    ],
)
def test_relief(change: dict[str, Any], place: str, code: str) -> None:
    assert refused(RELIEF, **change) == [(place, code)]


def test_a_retract_needs_no_members() -> None:
    retract = {
        "source_id": "DB-1",
        "source_updated_at": "2026-03-05T09:30:00+08:00",
        "op": "retract",
        "retract_reason": "重复登记",
        "id_number": NUMBER,
    }
    (record,) = PREPARER.records(ALLOWANCE, [retract])
    assert record.key == KEYS.of(NUMBER)  # type: ignore[union-attr]
