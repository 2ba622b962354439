"""Numbers, targets and statuses as a clerk would say them."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest

from services.indicators.board.domain import STATUSES, age_words, number_words, parts_words, tally, target_words
from services.indicators.values.domain import Status


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        ("71.4", "%", "71.4%"),
        ("98.20", "%", "98.2%"),
        ("100", "%", "100%"),
        ("100.00", "%", "100%"),
        ("72.300", "%", "72.3%"),
        ("1.2", "百分点", "+1.2 个百分点"),
        ("-0.8", "百分点", "−0.8 个百分点"),
        ("0.0", "百分点", "0 个百分点"),
        ("18330", "万元", "18,330 万元"),
        ("9E+3", "人", "9,000 人"),
        ("0.66666667", "", "0.667"),
    ],
)
def test_a_number_with_its_unit(number: str, unit: str, said: str) -> None:
    assert number_words(Decimal(number), unit) == said


def test_no_number_is_a_dash_and_never_zero() -> None:
    assert number_words(None, "%") == "—"
    assert parts_words(None, Decimal(3)) == ""
    assert age_words(None) == "从未报送"


def test_what_is_expected() -> None:
    assert target_words("more_than", Decimal(30), "%") == "＞ 30%"
    assert target_words("rising", Decimal("60.1"), "%") == "高于上年（60.1%）"
    assert target_words("rising", None, "%") == "高于上年"
    assert target_words("at_least", None, "%") == "—"
    assert parts_words(Decimal(318), Decimal(735)) == "318 ÷ 735"


def test_every_status_has_words_and_is_counted() -> None:
    assert set(STATUSES) == set(get_args(Status))
    assert len({said.text for said in STATUSES.values()}) == len(STATUSES)
    counted = [(said.text, count) for said, count in tally(["behind", "achieved", "behind"])]
    assert counted == [("已达到", 1), ("落后", 2)]
