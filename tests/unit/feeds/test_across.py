"""Fields that must agree: education, emergency and rural revitalisation; what is odd but possible is noted only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.feeds import catalogue
from shared.feeds.domain import Feed, Refused
from tests.unit.feeds.support import one, refused, taken

SCHOOLING = catalogue.get("education", "schooling")
AID = catalogue.get("education", "student-aid")
LOSS = catalogue.get("emergency", "disaster-loss")
CASUALTY = catalogue.get("emergency", "casualty")
INCOME = catalogue.get("rural-revitalization", "income")
ASSISTANCE = catalogue.get("rural-revitalization", "assistance")
WATER = catalogue.get("rural-revitalization", "drinking-water")
LINKAGE = catalogue.get("rural-revitalization", "interest-linkage")
EMPLOYMENT = catalogue.get("rural-revitalization", "employment")
MONITORED = catalogue.get("rural-revitalization", "monitored-household")
REMOVED = {"state": "removed", "removal_way": "assisted", "removed_month": "2026-06"}


@pytest.mark.parametrize(
    ("feed", "change", "place", "code"),
    [
        (SCHOOLING, {"absence_reason": "poverty"}, "absence_reason", "reason_without_dropout"),
        (SCHOOLING, {"status": "returned", "absence_reason": "other"}, "absence_reason", "reason_without_dropout"),
        (SCHOOLING, {"grade_year": 7}, "grade_year", "grade_above_stage"),
        (SCHOOLING, {"stage": "junior", "grade_year": 9}, "grade_year", "grade_above_stage"),
        (SCHOOLING, {"as_of": "2014-03-14"}, "as_of", "before_birth"),
        (AID, {"school_year": "2025-2027"}, "school_year", "school_year_format"),
        (CASUALTY, {"occurred_on": "1969-12-31"}, "occurred_on", "before_birth"),
        (ASSISTANCE, {"ended_on": "2026-03-19"}, "ended_on", "dates_out_of_order"),
        (LINKAGE, {"until": "2025-12-31"}, "until", "dates_out_of_order"),
        (EMPLOYMENT, {"ended_on": "2026-03-09"}, "ended_on", "dates_out_of_order"),
        (EMPLOYMENT, {"started_on": "1969-12-31"}, "started_on", "before_birth"),
        (MONITORED, {"removal_way": "natural"}, "removal_way", "removal_without_removed"),
        (MONITORED, {"removed_month": "2026-06"}, "removed_month", "removal_without_removed"),
        (MONITORED, {"state": "tracked", "removed_month": "2026-06"}, "removed_month", "removal_without_removed"),
        (MONITORED, {**REMOVED, "removal_way": ...}, "removal_way", "removed_incomplete"),
        (MONITORED, {**REMOVED, "removed_month": ...}, "removed_month", "removed_incomplete"),
        (MONITORED, {**REMOVED, "removed_month": "2026-01"}, "removed_month", "dates_out_of_order"),
        (MONITORED, {"risk_types": ["illness", "water", "illness"]}, "risk_types", "risk_repeated"),
        (MONITORED, {"disaster_item": "drought"}, "disaster_item", "item_without_disaster"),
    ],
)
def test_what_does_not_agree_is_refused_at_the_field(feed: Feed, change: dict[str, Any], place: str, code: str) -> None:
    assert refused(feed, **change) == [(place, code)]


@pytest.mark.parametrize(
    ("feed", "change"),
    [
        (SCHOOLING, {"status": "dropped_out", "absence_reason": "physical"}),
        (SCHOOLING, {"as_of": "2014-03-15"}),
        (ASSISTANCE, {"ended_on": "2026-03-20"}),
        (LINKAGE, {"until": "2056-12-31"}),
        (INCOME, {"wage": "0", "operating": "0.00", "property": "0", "transfer": "0", "operating_cost": "90000.00"}),
        (INCOME, {"wage": "100.00"}),
        (EMPLOYMENT, {"monthly_wage": "0"}),
        (EMPLOYMENT, {"employment": "seeking", "monthly_wage": ..., "place": ...}),
        (LOSS, {"house_damage": "none"}),
        (LOSS, {"livestock_loss": ..., "other_loss": ...}),
        (MONITORED, REMOVED),
        (MONITORED, {**REMOVED, "removed_month": "2026-02"}),
        (MONITORED, {"risk_types": ["natural_disaster", "illness"], "disaster_item": "drought"}),
    ],
)
def test_what_agrees_is_taken_without_a_note(feed: Feed, change: dict[str, Any]) -> None:
    assert taken(feed, **change).notes == []


@pytest.mark.parametrize(
    ("feed", "change", "place", "code"),
    [
        (SCHOOLING, {"status": "suspected_dropout"}, "absence_reason", "dropout_without_reason"),
        (INCOME, {"wage": "0.01"}, "wage", "unit_suspect"),
        (INCOME, {"wage": "99.99"}, "wage", "unit_suspect"),
        (EMPLOYMENT, {"monthly_wage": "4.20"}, "monthly_wage", "unit_suspect"),
        (EMPLOYMENT, {"employment": "seeking"}, "monthly_wage", "wage_while_seeking"),
        (
            LOSS,
            {"house_damage": "none", "livestock_loss": "0.00", "other_loss": ...},
            "house_damage",
            "no_loss",
        ),
    ],
)
def test_what_is_odd_is_taken_with_a_note(feed: Feed, change: dict[str, Any], place: str, code: str) -> None:
    notes = taken(feed, **change).notes
    assert [(note["pointer"], note["code"]) for note in notes] == [(f"/records/0/{place}", code)]
    assert f"“{feed.model.model_fields[place].title}”" in notes[0]["message"]


def test_a_birth_date_is_not_told() -> None:
    result = one(CASUALTY, occurred_on="1969-12-31")
    assert isinstance(result, Refused)
    assert [("1970" in error["message"], error["value_masked"]) for error in result.errors] == [(False, "1969-12-31")]


@pytest.mark.parametrize(
    ("feed", "change", "day"),
    [
        (SCHOOLING, {}, date(2026, 3, 31)),
        (AID, {}, date(2025, 9, 1)),
        (LOSS, {}, date(2026, 2, 12)),
        (CASUALTY, {}, date(2026, 5, 8)),
        (INCOME, {}, date(2026, 3, 31)),
        (INCOME, {"period_end_month": "2024-02"}, date(2024, 2, 29)),
        (ASSISTANCE, {}, date(2026, 3, 20)),
        (WATER, {}, date(2026, 4, 18)),
        (LINKAGE, {}, date(2026, 1, 1)),
        (EMPLOYMENT, {}, date(2026, 3, 10)),
        (MONITORED, {}, date(2026, 2, 1)),
        (MONITORED, REMOVED, date(2026, 6, 30)),
        (MONITORED, {"state": "tracked", "source_updated_at": "2026-03-05T17:30:00Z"}, date(2026, 3, 6)),
    ],
)
def test_a_fact_holds_from_the_kinds_own_day(feed: Feed, change: dict[str, Any], day: date) -> None:
    assert taken(feed, **change).effective_on == day


def test_who_answers_for_a_kind_where_the_sender_does_not() -> None:
    owners = {feed.name: feed.feedback_owner for feed in catalogue.FEEDS.values() if feed.feedback_owner}
    assert owners == {"rural-revitalization/drinking-water": "水利", "rural-revitalization/employment": "人社"}


def test_only_schooling_grows_no_older_in_the_holidays() -> None:
    last, today = date(2026, 7, 10), date(2026, 9, 1)
    assert {feed.name for feed in catalogue.FEEDS.values() if feed.due_in_term} == {SCHOOLING.name}
    assert SCHOOLING.age_days(last, today) == 1
    assert AID.age_days(last, today) == 53


def test_a_wrong_item_of_a_list_is_answered_with_the_list_itself() -> None:
    result = one(MONITORED, risk_types=["illness", "bad_luck"])
    assert isinstance(result, Refused)
    ((place, message),) = [(error["pointer"], error["message"]) for error in result.errors]
    assert place == "/records/0/risk_types/1"
    assert message.startswith("“风险类型”的第 2 项只能填：illness（因病）、disability（因残）")
