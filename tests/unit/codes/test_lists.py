"""Code lists: dated values, coarser groups, spellings; certificates and what counts as severe."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import disability, identity, lists
from shared.codes.errors import CodeError

_ENTRY = {
    "title": "病种",
    "valid_from": date(2022, 1, 1),
    "values": {
        "01": ["胃癌", "1"],
        "02": {"words": "旧病", "valid_to": date(2023, 12, 31)},
        "31": {"words": ["新病"], "valid_from": date(2025, 1, 1)},
    },
}


def test_a_value_may_come_and_go() -> None:
    codes = lists.read("demo", _ENTRY)
    assert codes.titles["31"] == "新病"
    assert codes.in_force("01", date(2000, 1, 1), date(2022, 1, 1))
    assert not codes.in_force("01", date(2000, 1, 1), date(2021, 12, 31))
    assert codes.in_force("02", date(2023, 12, 31), date(2026, 1, 1))
    assert not codes.in_force("02", date(2024, 1, 1), date(2026, 1, 1))
    assert not codes.in_force("31", date(2024, 1, 1), date(2024, 12, 31))
    assert lists.get("disability_grade").in_force("1", date.min, date.min)


def test_one_spelling_cannot_mean_two_values() -> None:
    with pytest.raises(ValueError, match="胃癌"):
        lists.read("demo", {"title": "病种", "values": {"01": "胃癌", "02": ["贲门癌", "胃癌"]}})


def test_the_diseases_known_are_thirty_and_the_other_nine_have_no_name() -> None:
    diseases = lists.get("major_disease")
    assert list(diseases.titles) == [f"{number:02d}" for number in range(1, 31)]
    assert "内蒙古 2022 年执行 30 种" in (diseases.source or "")
    assert diseases.note in diseases.in_words()  # type: ignore[operator]


def test_every_disaster_belongs_to_an_item_of_the_household_record() -> None:
    kinds, items = lists.get("disaster_type"), lists.get("disaster_item")
    assert len(kinds.titles) == 13
    assert set(kinds.groups) == set(kinds.titles)
    assert set(kinds.groups.values()) == set(items.titles)
    assert len(lists.get("risk_type").titles) == 11


@given(st.data())
def test_every_spelling_is_found_in_any_width_and_with_spaces(data: st.DataObject) -> None:
    codes = data.draw(st.sampled_from(list(lists.LISTS.values())))
    word, value = data.draw(st.sampled_from([*codes.spellings.items(), *((code, code) for code in codes.titles)]))
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    assert codes.find(f" {wide} ") == codes.find(word) == value
    assert codes.find(f"{word}?") is None


@given(
    st.dates(date(1900, 1, 1), date(2025, 1, 1)),
    st.integers(0, 999),
    st.sampled_from("1234567"),
    st.sampled_from("1234"),
    st.sampled_from(["", "B1", "B9", "b2"]),
)
def test_a_card_says_whose_it_is(born: date, sequence: int, category: str, grade: str, tail: str) -> None:
    head = f"150625{born:%Y%m%d}{sequence:03d}"
    number = head + identity.check_digit(head)
    card = disability.parse_card(f"{number}{category}{grade}{tail}")
    assert (card.id_number, card.category, card.grade) == (number, category, grade)
    assert card.number == f"{number}{category}{grade}{tail.upper()}"
    assert disability.parse_card(f" {number[:6]} {card.number[6:].lower()}") == card


@pytest.mark.parametrize("text", ["", "150625197001019948", "1506251970010199484", "9" * 400, "1506251970010199480 1"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(CodeError) as refused:
        disability.parse_card(text)
    assert refused.value.code == "disability_card_format"


def test_severe_is_a_dated_parameter_and_another_for_a_single_person() -> None:
    day = date(2026, 1, 1)
    assert [grade for grade in "1234" if disability.is_severe("4", grade, day)] == ["1", "2"]
    single = {
        (category, grade)
        for category in "1234567"
        for grade in "34"
        if disability.is_severe(category, grade, day, "single_person_allowance")
    }
    assert single == {("5", "3"), ("6", "3")}
    assert not disability.is_severe("5", "3", date(2021, 6, 30), "single_person_allowance")
