"""For the sample's figures every value made of them equals plain Python, in every division and year; and so do those
that set lifted households' incomes beside an observed figure."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from shared.codes import divisions
from shared.sample.observing import observations
from tests.factories import oracle_indicators as oracle
from tests.factories.oracle_indicators import observed
from tests.integration.indicators.conftest import TODAY, World
from tests.integration.indicators.laws.conftest import push, records

_LEVELS = {place.code: place.level for place in divisions.all_divisions()}


async def send(world: World) -> list[dict[str, Any]]:
    """All figures of the sample, sent by one person and approved by another."""
    owner, checker = world.bearer("indicator_owner"), world.bearer("indicator_checker")
    sent = list(observations(TODAY.year))
    for start in range(0, len(sent), 1000):
        body = {"observations": sent[start : start + 1000]}
        answer = await world.client.post("/v1/observations", json=body, headers=owner)
        assert answer.status_code == 201, answer.text[:1000]
    while waiting := (await world.get("/v1/observations", state="proposed", limit=500)).json()["items"]:
        for one in waiting:
            path = f"/v1/observations/{one['observation_id']}/approval"
            assert (await world.client.post(path, json={}, headers=checker)).status_code == 200
    return sent


def wanted(indicator: Indicator) -> list[str]:
    """The divisions above the village that the indicator has values for."""
    return [
        code
        for code, level in _LEVELS.items()
        if level != "village" and level in indicator.levels
        and (not indicator.divisions or code in indicator.divisions)
    ]  # fmt: skip


def with_income(
    indicator: Indicator, book: observed.Book, mean: oracle.Mean, division: str, year: int
) -> Decimal | None:
    """#1 and the ratio to rural income: a growth or a mean of yuan per head, beside what was observed."""
    named = indicator.formula.arguments
    if not mean.households or not mean.heads or not mean.heads_before:
        return None
    now, before = (
        Decimal(net) / heads for net, heads in ((mean.net, mean.heads), (mean.net_before, mean.heads_before))
    )
    if indicator.formula.name == "income_growth_gap":
        growth = book.figure(named["growth"], division, year)
        if growth is None or before <= 0:
            return None
        return observed.rounded((now / before - 1) * 100 - growth, False, indicator.precision)
    figure = book.figure(named["income"], division, year)
    return None if not figure else observed.rounded(now / figure, False, indicator.precision)


async def test_every_value_of_observed_figures_equals_plain_python(world: World) -> None:
    events = records(400, 17)
    await push(world, events, Random(17))
    sent = await send(world)
    await world.settle()
    catalogue = definitions.catalogue()
    book = observed.Book(sent, catalogue.inputs)
    rows = await world.rows("SELECT * FROM indicator_value WHERE current AND length(period) = 4")
    standing = {(row["number"], row["division_code"], int(row["period"])): row["value"] for row in rows}
    known = max(row["known_at"] for row in rows)
    incomes = {year: oracle.income(events, year, date(year, 12, 31), known) for year in range(2021, TODAY.year + 1)}
    numbers: Counter[str] = Counter()
    for indicator in catalogue.indicators:
        name = indicator.formula.name or ""
        for code in wanted(indicator):
            for year in range(2021, TODAY.year + 1):
                if name in observed.FORMULAS:
                    expected = observed.value(book, indicator, code, year)
                elif name.startswith("income_"):
                    if year < TODAY.year - 1:  # departments send no older reports, and the sample has two years
                        continue
                    expected = with_income(indicator, book, incomes[year].get(code, oracle.Mean()), code, year)
                else:
                    continue
                found = standing.get((indicator.number, code, year))
                assert found == expected, (indicator.code, name, code, year, found, expected)
                numbers[name] += expected is not None
    assert all(numbers[name] for name in (*observed.FORMULAS, "income_growth_gap", "income_ratio")), numbers
