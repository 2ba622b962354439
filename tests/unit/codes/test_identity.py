"""Identity numbers: GB 11643, held against an independent implementation."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shared.codes import identity
from shared.codes.errors import CodeError

_dates = st.dates(date(1900, 1, 1), date(2025, 12, 31))
_first_17 = st.builds(lambda day, seq: f"110105{day:%Y%m%d}{seq:03d}", _dates, st.integers(0, 999))


@given(_first_17)
def test_the_check_digit_is_the_one_of_the_standard(first_17: str) -> None:
    assert identity.check_digit(first_17) == ric.calc_check_digit(first_17 + "0")


@given(_first_17)
def test_a_valid_number_is_read_and_the_fast_path_agrees(first_17: str) -> None:
    number = first_17 + identity.check_digit(first_17)
    found = identity.parse(number)
    assert (found.number, found.notes) == (number, ())
    assert (
        found.birth_on
        == identity.birth_of(number)
        == date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    )
    assert found.sex == ("male" if int(number[16]) % 2 else "female")


@given(_first_17, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(first_17: str, place: int, shift: int) -> None:
    number = first_17 + identity.check_digit(first_17)
    old = number[place]
    new = str((int(old) + shift) % 10) if old != "X" else str(shift)
    wrong = number[:place] + new + number[place + 1 :]
    assert identity.birth_of(wrong) is None
    with pytest.raises(CodeError):
        identity.parse(wrong)


@given(_first_17, st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_noticed(first_17: str, place: int) -> None:
    number = first_17 + identity.check_digit(first_17)
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert identity.birth_of(wrong) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    assert identity.birth_of(text) is None or len(text) == 18
    with contextlib.suppress(CodeError):
        assert identity.parse(text).number.isascii()


@pytest.mark.parametrize(
    "written", ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "]
)
def test_the_way_of_writing_is_put_right_and_noted(written: str) -> None:
    found = identity.parse(written)
    assert found.number == "11010519491231002X"
    assert [code for code, _ in found.notes] == ["id_number_normalised"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("11010519491231002X43", "disability_card_in_id_number"),
        ("11010519491231002X43B1", "disability_card_in_id_number"),
        ("110105491231002", "id_number_format"),
        ("", "id_number_format"),
        ("1101051949123100", "id_number_format"),
        ("110105194902300025", "id_number_birth"),
        ("110105000001010025", "id_number_birth"),
        ("110105999912310020", "id_number_check"),
        ("110105194912310021", "id_number_check"),
    ],
)
def test_a_refusal_says_what_is_wrong(written: str, code: str) -> None:
    with pytest.raises(CodeError) as refused:
        identity.parse(written)
    assert refused.value.code == code


def test_an_unknown_province_is_a_note_and_no_refusal() -> None:
    number = "99010519491231002"
    number += identity.check_digit(number)
    assert identity.birth_of(number) is None, "the fast path leaves notes to parse"
    assert [code for code, _ in identity.parse(number).notes] == ["id_number_division_unknown"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("号码11010519491231002X，请核对", True),
        ("残疾证11010519491231002x43", True),
        ("YB-2026-000123", False),
        ("110105194912310021", False),
        ("1101051949123100201101051949", False),
    ],
)
def test_a_number_inside_a_text_is_found(text: str, found: bool) -> None:
    assert identity.contains(text) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("号码110105194912310021，请核对", True),
        ("残疾证11010519491231002x43", True),
        ("YB-2026-000123", False),
        ("110105194999310021", False),
        ("1101051949123100201101051949", False),
    ],
)
def test_what_was_meant_as_a_number_is_found_in_what_people_type(text: str, found: bool) -> None:
    assert identity.resembles(text) is found
