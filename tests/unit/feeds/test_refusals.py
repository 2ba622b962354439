"""What a clerk reads: the place, a stable code, a Chinese sentence with the field's title, never a person."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes.identity import check_digit
from shared.feeds import catalogue
from shared.feeds.domain import Refused
from shared.feeds.medical_insurance.settlement import PARTS
from tests.unit.feeds.support import (
    APPRAISAL,
    ENROLMENT,
    HOUSEHOLD,
    PREPARER,
    RENOVATION,
    SETTLEMENT,
    example,
    one,
    refused,
    taken,
)

MEMBER: dict[str, Any] = example(HOUSEHOLD)["members"][0]
OTHER = "11010519491231002X"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source_id": ...}, "required"),
        ({"source_id": ""}, "source_id_format"),
        ({"source_id": "x" * 65}, "source_id_format"),
        ({"source_id": "a\x00b"}, "source_id_format"),
        ({"source_id": " a"}, "source_id_format"),
        ({"source_id": 7}, "source_id_format"),
        ({"source_id": f"JS-{OTHER}"}, "id_number_in_text"),
        ({"source_updated_at": "2026-03-05"}, "instant_format"),
        ({"source_updated_at": "2026-03-05T09:30:00"}, "instant_format"),
        ({"source_updated_at": "2026-02-30T09:30:00+08:00"}, "instant_format"),
        ({"source_updated_at": "2026-03-05T24:30:00+08:00"}, "instant_format"),
        ({"source_updated_at": "2026-03-05T09:30:60+08:00"}, "instant_format"),
        ({"source_updated_at": "2026-03-05T09:30:00+99:00"}, "instant_format"),
        ({"source_updated_at": "0000-01-01T00:00:00Z"}, "instant_format"),
        ({"source_updated_at": "0001-01-01T00:00:00+08:00"}, "instant_format"),
        ({"source_updated_at": "0001-01-01T00:00:00+09:00"}, "instant_format"),
        ({"source_updated_at": "9999-12-31T23:59:59-09:00"}, "instant_format"),
        ({"source_updated_at": "1970-01-01T00:00:00Z"}, "instant_too_early"),
        ({"op": "delete"}, "not_in_code_list"),
        ({"effective_on": "2026-02-30"}, "date_format"),
        ({"effective_on": "0000-01-01"}, "date_format"),
        ({"effective_on": "1900-01-01"}, "date_too_early"),
        ({"division_code": "110000000000"}, "division_unknown"),
        ({"division_code": "胜利村"}, "division_ambiguous"),
        ({"id_number": "150625197001019947"}, "id_number_check"),
        ({"id_number": "15062519700101994843"}, "disability_card_in_id_number"),
        ({"id_number": 150625197001019948}, "id_number_format"),
        ({"name": None}, "required"),
        ({"name": "  "}, "name_format"),
        ({"name": "150625197001019948"}, "name_format"),
        ({"name": "某\n某"}, "name_format"),
        ({"setting": "hospital"}, "not_in_code_list"),
        ({"settled_on": "2026-02-29"}, "date_format"),
        ({"settled_on": "20260301"}, "date_format"),
        ({"hospital_code": "H 1"}, "institution_code_format"),
        ({"total": "18,600.00"}, "amount_format"),
        ({"total": "18600.001"}, "amount_format"),
        ({"total": "-1.00"}, "amount_format"),
        ({"total": "1e5"}, "amount_format"),
        ({"total": "１８６００"}, "amount_format"),
        ({"total": 18600}, "amount_format"),
        ({"total": 1e300}, "number_too_large"),
        ({"total": "9" * 1_000_000}, "amount_format"),
        ({"other_insurance_paid": "100000000.01"}, "amount_too_large"),
        ({"phone": "1"}, "unknown_field"),
        ({"total": "18300.00"}, "amounts_do_not_add_up"),
        ({"self_paid_in_catalogue": "6100.01"}, "in_catalogue_above_self_paid"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_settlement_is_refused_at_the_place_with_the_code(change: dict[str, Any], code: str) -> None:
    assert (next(iter(change)), code) in refused(SETTLEMENT, **change)


@pytest.mark.parametrize(
    ("feed", "change", "place", "code"),
    [
        (ENROLMENT, {"insurance_year": "2026"}, "insurance_year", "year_format"),
        (ENROLMENT, {"insurance_year": 2026.5}, "insurance_year", "year_format"),
        (ENROLMENT, {"insurance_year": 10**9}, "insurance_year", "out_of_range"),
        (ENROLMENT, {"insurance_year": 1999}, "insurance_year", "out_of_range"),
        (ENROLMENT, {"subsidised": "是"}, "subsidised", "flag_format"),
        (APPRAISAL, {"grade": "肆级"}, "grade", "dwelling_grade"),
        (APPRAISAL, {"grade": ""}, "grade", "dwelling_grade"),
        (APPRAISAL, {"appraiser": "91150600MA0N00001X"}, "appraiser", "credit_code_check"),
        (APPRAISAL, {"floor_area_m2": "很大"}, "floor_area_m2", "area_format"),
        (RENOVATION, {"progress": "accepted"}, "accepted_on", "accepted_without_date"),
        (RENOVATION, {"accepted_on": "2026-06-01"}, "accepted_on", "date_without_accepted"),
        (
            RENOVATION,
            {"progress": "accepted", "accepted_on": "2025-06-01"},
            "accepted_on",
            "accepted_before_plan",
        ),
        (HOUSEHOLD, {"household_no": "12"}, "household_no", "household_no_format"),
        (HOUSEHOLD, {"household_no": OTHER}, "household_no", "id_number_in_text"),
        (HOUSEHOLD, {"division_code": "150625"}, "division_code", "division_not_village"),
        (HOUSEHOLD, {"base_status": "general"}, "lifted_year", "lifted_year_without_lifted"),
        (HOUSEHOLD, {"lifted_year": 2021}, "lifted_year", "out_of_range"),
        (HOUSEHOLD, {"resettled_site": "一区"}, "resettled_site", "site_without_resettlement"),
        (HOUSEHOLD, {"members": []}, "members", "list_length"),
        (HOUSEHOLD, {"members": [MEMBER] * 21}, "members", "list_length"),
        (HOUSEHOLD, {"members": {}}, "members", "list_format"),
        (HOUSEHOLD, {"members": [5]}, "members/0", "not_an_object"),
        (HOUSEHOLD, {"members": [MEMBER, {**MEMBER, "relation": "son"}]}, "members/1/id_number", "member_twice"),
        (HOUSEHOLD, {"members": [MEMBER, {**MEMBER, "id_number": OTHER}]}, "members", "one_head"),
        (HOUSEHOLD, {"members": [{**MEMBER, "relation": "son"}]}, "members", "one_head"),
        (HOUSEHOLD, {"members": [{**MEMBER, "relation": "x"}]}, "members/0/relation", "not_in_code_list"),
        (HOUSEHOLD, {"members": [{**MEMBER, "phone": 1}]}, "members/0/phone", "unknown_field"),
        (HOUSEHOLD, {"members": [{**MEMBER, "works_away_months": 13}]}, "members/0/works_away_months", "out_of_range"),
        (
            HOUSEHOLD,
            {"members": [{**MEMBER, "health": ["healthy", "chronic"]}]},
            "members/0/health",
            "health_contradiction",
        ),
        (HOUSEHOLD, {"members": [{**MEMBER, "health": [["x"]]}]}, "members/0/health/0", "not_in_code_list"),
        (HOUSEHOLD, {"members": [{**MEMBER, "id_number": OTHER[:-1] + "1"}]}, "members/0/id_number", "id_number_check"),
        (HOUSEHOLD, {"members": [{**MEMBER, "name": "1"}]}, "members/0/name", "name_format"),
    ],
)
def test_the_other_kinds_are_refused_at_the_place_with_the_code(
    feed: Any, change: dict[str, Any], place: str, code: str
) -> None:
    assert (place, code) in refused(feed, **change)


def test_a_second_spouse_is_refused_and_a_couple_of_one_sex_noted() -> None:
    spouse = {**MEMBER, "id_number": "15062519720101994" + check_digit("15062519720101994"), "relation": "spouse"}
    record = taken(HOUSEHOLD, members=[MEMBER, spouse])
    assert [note["code"] for note in record.notes] == ["couple_of_one_sex"]
    third = {**spouse, "id_number": OTHER}
    assert ("members", "one_spouse") in refused(HOUSEHOLD, members=[MEMBER, spouse, third])


@pytest.mark.parametrize(
    ("total", "other", "fits"),
    [
        ("10.00", "9.00", True),
        ("10.00", "8.99", False),
        ("5000.00", "4900.00", True),
        ("5000.00", "4899.99", False),
        ("5000.00", "5100.01", False),
        ("50000.00", "50200.00", True),
        ("50000.00", "49799.99", False),
        ("0.00", "1.00", True),
    ],
)
def test_the_total_may_differ_by_two_per_cent_between_one_and_two_hundred_yuan(
    total: str, other: str, fits: bool
) -> None:
    zero = dict.fromkeys(PARTS, "0.00") | {"self_paid_in_catalogue": "0.00"}
    change = {**zero, "total": total, "basic_paid": other}
    if fits:
        taken(SETTLEMENT, **change)
    else:
        assert refused(SETTLEMENT, **change) == [("total", "amounts_do_not_add_up")]


def test_every_fault_is_named_at_once() -> None:
    found = refused(
        SETTLEMENT, total="1,0", settled_on="2026-02-30", id_number="150625197001019947", division_code="无"
    )
    assert dict(found) == {
        "total": "amount_format",
        "settled_on": "date_format",
        "id_number": "id_number_check",
        "division_code": "division_unknown",
    }


def test_a_chinese_title_as_name_is_answered_with_the_name() -> None:
    result = one(SETTLEMENT, total=..., 医疗总费用="1.00")
    assert isinstance(result, Refused)
    assert "“医疗总费用”是字段的中文名，请改用字段名 total" in [error["message"] for error in result.errors]


def test_a_record_wrong_everywhere_has_a_bounded_number_of_errors() -> None:
    result = one(SETTLEMENT, **{f"x{number}": 1 for number in range(5_000)})
    assert isinstance(result, Refused)
    assert len(result.errors) == 50


@pytest.mark.parametrize("feed", catalogue.FEEDS.values(), ids=lambda feed: feed.name)
def test_every_field_left_out_or_spoiled_is_named_by_its_title(feed: Any) -> None:
    for name, field in feed.model.model_fields.items():
        for spoiled in (..., ["150625197001019948", "某某"], {"张三丰": 1}):
            result = one(feed, **{name: spoiled})
            if not isinstance(result, Refused):
                assert spoiled is ...
                assert not field.is_required()
                continue
            error = result.errors[0]
            assert error["pointer"].startswith(f"/records/0/{name}")
            assert re.match(r"“[^”]*[\u4e00-\u9fff][^”]*”|第 \d+ 位成员", error["message"]), error
            assert not re.search(r"\d{9}|张三|某某", str(error["value_masked"]))


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=30)
    | st.sampled_from(["150625197001019947", "１", "2026-02-30", "\x00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data(), st.sampled_from(list(catalogue.FEEDS.values())))
def test_no_record_breaks_the_preparer_and_no_refusal_shows_a_number(data: st.DataObject, feed: Any) -> None:
    record = example(feed)
    names = data.draw(st.lists(st.sampled_from([*record, "op", "effective_on", "members", "x"]), max_size=4))
    record.update({name: data.draw(_values) for name in names})
    (result,) = PREPARER.records(feed, [record])
    if isinstance(result, Refused):
        assert result.errors
        for error in result.errors:
            assert not re.search(r"[0-9]{15}", f"{error['message']}{error['value_masked']}{error['pointer']}")
            str(error).encode()
            orjson.dumps(error)  # as it stands on the receipt


@pytest.mark.parametrize("wrong", [{"name": "\ud800"}, {"\ud800": 1}, {"setting": "\ud800"}])
def test_half_a_surrogate_pair_is_refused_in_words_that_can_be_sent(wrong: dict[str, Any]) -> None:
    feed = catalogue.get("medical-insurance", "settlement")
    (result,) = PREPARER.records(feed, [{**example(feed), **wrong}])
    assert isinstance(result, Refused)
    assert orjson.loads(orjson.dumps(result.errors)) == result.errors
