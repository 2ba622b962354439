"""For a sample population every computed value equals a plain-Python computation from the pushed records, for all
divisions and periods; and the city is its banners."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from shared.codes import divisions
from shared.events.codec import Delivery
from tests.factories import oracle_indicators as oracle
from tests.factories.oracle.known import Known
from tests.integration.indicators.conftest import TODAY, World
from tests.integration.indicators.laws.conftest import push, records

Row = dict[str, Any]


@dataclass
class Expected:
    """What the records give, by calculation and day, as known at one instant."""

    known: Known

    def __post_init__(self) -> None:
        self._found: dict[tuple[str, date], oracle.Counts] = {}
        self._towns: dict[date, oracle.Town] = {}

    def counts(self, name: str, day: date) -> oracle.Counts:
        """Numerator and denominator by division."""
        if day not in self._towns:
            self._towns[day] = oracle.Town(self.known.on(day))
        if (name, day) not in self._found:
            self._found[name, day] = oracle.counts(oracle.CALCULATIONS[name](self._towns[day]))
        return self._found[name, day]


def percent(numerator: int, denominator: int, precision: int) -> Decimal:
    """The ratio as people write it: half up, but neither whole nor nothing by rounding."""
    step = Decimal(1).scaleb(-precision)
    exact = Decimal(numerator) * 100 / denominator
    if numerator in (0, denominator):
        return exact
    return min(max(exact.quantize(step, ROUND_HALF_UP), step), 100 - step)


def counted() -> dict[int, Indicator]:
    """The indicators of both families that are counted from records."""
    found = {i.number: i for i in definitions.catalogue().indicators if i.formula.name in oracle.CALCULATIONS}
    assert {i.formula.name for i in found.values()} == set(oracle.CALCULATIONS)
    return found


async def standing(world: World) -> list[Row]:
    return [dict(row) for row in await world.rows("SELECT * FROM indicator_value WHERE current")]


def agree(row: Row, indicator: Indicator, expected: Expected) -> bool:
    """Whether a value is what the records give; True where there is a number at all."""
    name = indicator.formula.name or ""
    covered, everybody = expected.counts(name, row["as_of"]).get(row["division_code"], (0, 0))
    where = (row["code"], row["division_code"], row["period"], row["as_of"], row["reason"])
    assert (row["denominator"] or 0) == everybody, where
    if row["value"] is None:
        assert row["reason"], where
        assert row["numerator"] is None, where
        return False
    assert row["numerator"] == covered, where
    assert row["value"] == percent(covered, everybody, indicator.precision), where
    return True


def city_is_its_banners(rows: list[Row]) -> None:
    """Numerators and denominators of the city are the sums of the banners'."""
    of_period: dict[tuple[int, str], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        of_period[row["number"], row["period"]][row["division_code"]] = row
    summed = set()
    for (number, period), found in of_period.items():
        city = found.get(divisions.CITY)
        if city is None or city["value"] is None:  # a city lacks what one of its banners never sent
            continue
        summed.add(number)
        banners = [row for code, row in found.items() if code != divisions.CITY and divisions.banner_of(code) == code]
        for part in ("numerator", "denominator"):
            assert city[part] == sum(row[part] or 0 for row in banners), (number, period, part)
    assert len(summed) > len({row["number"] for row in rows}) / 2


async def check(world: World, events: list[Delivery], random: Random) -> None:
    await push(world, events, random, settle=0.1)
    rows, indicators = await standing(world), counted()
    mine = [row for row in rows if row["number"] in indicators]
    known: datetime = max(row["known_at"] for row in mine)
    expected = Expected(Known(events, known))
    with_number = {row["number"] for row in mine if agree(row, indicators[row["number"]], expected)}
    assert with_number == set(indicators), "in a sample everything can be computed somewhere"
    there = {(row["number"], row["division_code"], row["period"]) for row in mine}
    for number, indicator in indicators.items():
        for code in expected.counts(indicator.formula.name or "", TODAY):
            place = divisions.get(code)
            if (
                place is not None
                and place.level in indicator.levels
                and (not indicator.divisions or code in indicator.divisions)
            ):
                assert (number, code, str(TODAY.year)) in there, (number, code)
    city_is_its_banners(mine)


async def test_every_computed_value_of_a_sample_equals_plain_python(world: World) -> None:
    await check(world, records(400, 11), Random(11))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 25))
async def test_every_computed_value_of_a_large_sample_equals_plain_python(world: World, seed: int) -> None:
    await check(world, records(2_000, seed), Random(seed))
