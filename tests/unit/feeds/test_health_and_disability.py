"""Diseases by the dated list, and certificates whose number must agree and never leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from shared.feeds import catalogue
from shared.feeds.domain import Refused
from tests.unit.feeds.support import example, one, refused, taken

DISEASE = catalogue.get("health", "major-disease")
CHRONIC = catalogue.get("health", "chronic-care")
CERTIFICATE = catalogue.get("disabled-federation", "certificate")
BENEFIT = catalogue.get("disabled-federation", "benefit")
NUMBER = "150625197001019948"
CARD = f"{NUMBER}43"


@pytest.mark.parametrize(
    ("written", "code"), [("23", "23"), ("脑卒中", "23"), ("2", "02"), ("０２", "02"), ("食道癌", "04")]
)
def test_a_disease_is_understood_by_code_or_name(written: str, code: str) -> None:
    record = taken(DISEASE, disease_code=written)
    assert orjson.loads(record.data_json)["disease_code"] == code
    assert [note["code"] for note in record.notes] == ([] if written == code else ["code_normalised"])


@pytest.mark.parametrize("written", ["31", "39", "感冒", "0", "癌", ""])
def test_an_unnamed_disease_is_refused_with_the_list_and_the_reason(written: str) -> None:
    result = one(DISEASE, disease_code=written)
    assert isinstance(result, Refused)
    (error,) = result.errors
    assert error["code"] == "not_in_code_list"
    assert "30（风湿性心脏病）" in error["message"]
    assert "第 31 至 39 种的病名尚未公布" in error["message"]


@pytest.mark.parametrize(
    ("feed", "change", "place", "code"),
    [
        (DISEASE, {"diagnosed_on": "1969-12-31"}, "diagnosed_on", "before_birth"),
        (DISEASE, {"diagnosed_on": "2021-12-31"}, "", ""),
        (DISEASE, {"treatment_status": "cured"}, "treatment_status", "not_in_code_list"),
        (CHRONIC, {"disease": "cancer"}, "disease", "not_in_code_list"),
        (CHRONIC, {"contracted": "是"}, "contracted", "flag_format"),
        (CHRONIC, {"last_follow_up_on": "1969-01-01"}, "last_follow_up_on", "before_birth"),
        (BENEFIT, {"end_month": "2023-12"}, "end_month", "dates_out_of_order"),
        (BENEFIT, {"benefit": "both"}, "benefit", "not_in_code_list"),
        (CERTIFICATE, {"issued_on": "1969-01-01"}, "issued_on", "before_birth"),
        (CERTIFICATE, {"event": "lost"}, "event", "not_in_code_list"),
    ],
)
def test_single_faults(feed: Any, change: dict[str, Any], place: str, code: str) -> None:
    if not place:
        taken(feed, **change)  # an old disease: on the list since
    else:
        assert refused(feed, **change) == [(place, code)]


def test_a_follow_up_without_a_contract_is_noted() -> None:
    assert [note["code"] for note in taken(CHRONIC, contracted=False).notes] == ["follow_up_without_contract"]
    assert taken(CHRONIC, contracted=False, last_follow_up_on=...).notes == []


@pytest.mark.parametrize("number", [CARD, f"{CARD}B1", f" {CARD}b2 ", "１５０６２５１９７００１０１９９４８４３"])
def test_a_certificate_in_any_writing_is_taken_and_its_number_stays_here(number: str) -> None:
    record = taken(CERTIFICATE, certificate_no=number)
    assert set(orjson.loads(record.data_json)) == {"category", "grade", "event", "issued_on"}
    assert NUMBER not in record.data_json.decode()
    assert NUMBER[6:] not in str(record.notes)


def test_the_certificates_number_is_content_all_the_same() -> None:
    first = taken(CERTIFICATE)
    assert first.digest == taken(CERTIFICATE, certificate_no=f"{CARD} ").digest
    assert first.digest != taken(CERTIFICATE, certificate_no=f"{CARD}B1").digest


@pytest.mark.parametrize("written", ["3", "三级", "叁级", "叁", "３", "3级", " III级 ", "Ⅲ"])
def test_a_grade_in_any_writing_is_put_right(written: str) -> None:
    record = taken(CERTIFICATE, grade=written)
    assert orjson.loads(record.data_json)["grade"] == "3"
    assert bool(record.notes) == (written != "3")


def test_the_fourth_grade_as_the_files_write_it() -> None:
    record = taken(CERTIFICATE, grade="肆级", certificate_no=f"{NUMBER}44")
    assert orjson.loads(record.data_json)["grade"] == "4"
    assert record.notes[0]["message"] == "“残疾等级”已按代码表换成 4（四级），请核对"


@pytest.mark.parametrize("written", ["", "五级", "0", "重度", 3, None])
def test_a_grade_is_never_guessed(written: Any) -> None:
    ((place, code),) = refused(CERTIFICATE, grade=written)
    assert (place, code) == ("grade", "required" if written is None else "not_in_code_list")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"certificate_no": "11010519491231002X43"}, [("certificate_no", "certificate_of_another")]),
        ({"certificate_no": f"{NUMBER}13"}, [("category", "certificate_category")]),
        ({"category": "视力"}, [("category", "certificate_category")]),
        ({"grade": "肆级"}, [("grade", "certificate_grade")]),
        ({"certificate_no": f"{NUMBER}"}, [("certificate_no", "disability_card_format")]),
        ({"certificate_no": f"{NUMBER}83"}, [("certificate_no", "disability_card_format")]),
        ({"certificate_no": f"{NUMBER}45"}, [("certificate_no", "disability_card_format")]),
        ({"certificate_no": f"{CARD}B"}, [("certificate_no", "disability_card_format")]),
        ({"certificate_no": "15062519700101994743"}, [("certificate_no", "disability_card_check")]),
        ({"certificate_no": 15062519700101994843}, [("certificate_no", "disability_card_format")]),
    ],
    ids=str,
)
def test_number_category_and_grade_must_agree(change: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert refused(CERTIFICATE, **change) == found
    result = one(CERTIFICATE, **change)
    assert isinstance(result, Refused)
    assert not any(NUMBER[:17] in str(error) for error in result.errors)


def test_a_card_in_the_field_of_the_identity_number_is_named_as_such() -> None:
    record = example(CERTIFICATE, id_number=CARD)
    assert ("id_number", "disability_card_in_id_number") in refused(CERTIFICATE, **record)


def test_a_cancelled_certificate_holds_from_the_day_of_the_change() -> None:
    assert taken(CERTIFICATE).effective_on == date(2021, 6, 10)
    assert taken(CERTIFICATE, event="cancelled").effective_on == date(2026, 3, 5)
