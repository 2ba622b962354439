"""Credit codes, dwelling grades and code lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shared.codes import credit, dwelling, lists
from shared.codes.errors import CodeError

_first_17 = st.builds(
    lambda head, rest: head + rest,
    st.sampled_from(["911506", "521506", "121506"]),
    st.text(alphabet=credit.ALPHABET, min_size=11, max_size=11),
)


@given(_first_17)
def test_the_check_character_is_the_one_of_the_standard(first_17: str) -> None:
    assert credit.check_character(first_17) == uscc.calc_check_digit(first_17)


@given(_first_17, st.integers(0, 16), st.sampled_from(credit.ALPHABET))
def test_one_wrong_character_is_always_noticed(first_17: str, place: int, character: str) -> None:
    code = first_17 + credit.check_character(first_17)
    if code[place] != character:
        with pytest.raises(CodeError):
            credit.parse(code[:place] + character + code[place + 1 :])


def test_a_village_collective_is_not_refused_for_its_letter() -> None:
    first_17 = "N2150625MF00000A1"
    code = first_17 + credit.check_character(first_17)
    assert credit.parse(f" {code.lower()} ") == code


@pytest.mark.parametrize("text", ["", "9115", "I1150600MA0N00001W", "9" * 19, "９" * 400])
def test_what_is_no_credit_code_is_refused(text: str) -> None:
    with pytest.raises(CodeError) as refused:
        credit.parse(text)
    assert refused.value.code == "credit_code_format"


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("A", "A"),
        ("d", "D"),
        (" C级 ", "C"),
        ("Ｃ级危房", "C"),
        ("一级危房", "D"),
        ("二级危房", "C"),
        ("三级危房", "C"),
    ],
)
def test_grades_are_read_by_the_table(written: str, grade: str) -> None:
    assert dwelling.grade(written) == (grade, written != grade)


@pytest.mark.parametrize("written", ["", "肆级", "四级", "E", "AB", "一级"])
def test_a_grade_is_never_guessed(written: str) -> None:
    with pytest.raises(CodeError) as refused:
        dwelling.grade(written)
    assert refused.value.code == "dwelling_grade"


def test_lists_have_titles_and_no_spelling_means_two_things() -> None:
    for codes in lists.LISTS.values():
        assert codes.title
        assert all(codes.titles.values())
        assert not set(codes.spellings) & set(codes.titles)


def test_relations_are_the_twenty_eight_of_the_national_system() -> None:
    assert len(lists.get("relation").titles) == 28
    assert lists.get("relation").spellings["之岳母"] == "wifes_mother"
