"""What the statements take from the shared lists is what the shared lists say."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from services.screening.facts.groups import wording
from shared.codes import disability
from shared.codes.school_calendar import CALENDAR, school_year
from shared.db import driver
from shared.versions import kinds
from tests.integration.facts.groups.scene import Scene

CARDS = [(category, grade) for category in range(1, 8) for grade in range(1, 5)]
DAYS = [date(2015, 12, 31), date(2016, 1, 1), date(2021, 6, 30), date(2021, 7, 1), date(2026, 11, 20)]


async def column(scene: Scene, sql: str, *args: Any) -> list[Any]:
    found = await (await driver(scene.conn)).fetch(wording.fill(sql, in_set=True), *args)
    return [row[0] for row in found]


@pytest.mark.parametrize("purpose", ["severe", "single_person_allowance"])
async def test_severe_in_statements_is_severe_in_python(scene: Scene, purpose: disability.Purpose) -> None:
    told = []
    asked = "unnest($2::int[], $3::int[]) AS c (category, grade)"
    sql = f"SELECT {{is_severe {purpose} c.category c.grade}} FROM {asked}"
    for day in DAYS:
        told += await column(scene, sql, day, [card[0] for card in CARDS], [card[1] for card in CARDS])
    expected = [disability.is_severe(str(c), str(g), day, purpose) for day, (c, g) in product(DAYS, CARDS)]
    assert told == expected
    assert {True, False} == set(expected)


async def test_school_years_and_terms_in_statements_are_those_of_the_calendar(scene: Scene) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 800, 9)]
    days += [date(2026, 8, 31), date(2026, 9, 1), date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29)]
    sql = "SELECT max(t) FROM unnest({term_starts}) AS t WHERE t <= $1::date"
    for day in days:
        assert await column(scene, "SELECT {school_year}", day) == [school_year(day)]
        firsts = [first for year in (day.year - 1, day.year) for first, _ in CALENDAR.terms(year)]
        assert await column(scene, sql, day) == [max(first for first in firsts if first <= day)]


async def test_a_text_of_a_code_is_the_value_that_has_it(scene: Scene) -> None:
    for name, codes in (("DISASTER_TYPE", kinds.DISASTER_TYPE), ("CASUALTY_CAUSE", kinds.CASUALTY_CAUSE)):
        sql = f"SELECT ({{texts {name}}})[c] FROM unnest($1::int[]) AS c"
        assert await column(scene, sql, list(codes.values())) == list(codes)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{code SCHOOLING_STATUS enroled}", KeyError),
        ("{code SCHOOLING enrolled}", KeyError),
        ("{code COVERING 1}", KeyError),
        ("{texts HOUSE_DAMAGE}", ValueError),  # its codes begin at 0, an array's places at 1
    ],
)
def test_what_there_is_not_is_refused_at_assembly(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        wording.fill(text, in_set=True)


def test_one_code_stands_alone_and_several_in_brackets() -> None:
    one, several = "{code SCHOOLING_STATUS returned}", "{code SCHOOLING_STATUS suspected_dropout dropped_out}"
    assert (wording.fill(one, in_set=True), wording.fill(several, in_set=False)) == ("5", "(3, 4)")
