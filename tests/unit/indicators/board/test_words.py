"""Numbers, targets and statuses as a clerk would say them."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest

from services.indicators.board import titles
from services.indicators.board.domain import MARKS, age_words, number_words, parts_words, tally, target_words
from services.indicators.definitions import service as definitions
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


def test_every_status_is_counted_and_has_a_title() -> None:
    assert set(MARKS) == set(get_args(Status)) == set(titles.statuses())
    assert tally(["behind", "achieved", "behind"]) == [("achieved", 1), ("behind", 2)]


def test_everything_named_on_a_page_has_a_title() -> None:
    catalogue = definitions.catalogue()
    for indicator in catalogue.indicators:
        for feed in indicator.sources:
            assert titles.source(*feed.split("/"))
    assert titles.beside("unrecorded") == "无记录"
    assert titles.beside("rural_income_growth") == catalogue.inputs["rural_income_growth"].title
    assert titles.place("150625000000").endswith("杭锦旗")
    assert titles.place("elsewhere") == "elsewhere"
