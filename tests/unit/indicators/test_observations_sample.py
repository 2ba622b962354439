"""The sample's observations: every observed quantity, nothing refused, and 2021 adds up to the plan's figures."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Level
from services.indicators.observations import pairs
from services.indicators.observations.checks import check
from services.indicators.observations.domain import OFFICIAL, Draft
from services.indicators.observations.schemas import ObservationIn
from services.indicators.observations.spots import Spot
from shared.codes import divisions
from shared.sample.dividing import divided, parts
from shared.sample.observing import observations

CATALOGUE = definitions.catalogue()
DRAFTS = [ObservationIn.model_validate(one).draft() for one in observations(2026)]
LEVELS: dict[str, Level] = {"city": "city", "banner": "banner", "township": "township", "village": "village"}
PLACES = st.dictionaries(st.text("abc", min_size=1), st.integers(0, 1000), min_size=1, max_size=9)


def level_of(code: str) -> Level:
    found = divisions.get(code)
    assert found is not None
    return LEVELS[found.level]


def share(part: str, whole: str, digits: str) -> Decimal:
    """The city's share in 2021 from its banners' observations."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for draft in DRAFTS:
        if draft.period == "2021" and level_of(draft.division_code) == "banner":
            sums[draft.input] += draft.value
    return (sums[part] / sums[whole] * 100).quantize(Decimal(digits))


def test_every_observed_quantity_is_in_it() -> None:
    assert {draft.input for draft in DRAFTS} == {*CATALOGUE.inputs, OFFICIAL}


def test_nothing_of_it_is_refused_and_no_place_comes_twice() -> None:
    by_place: dict[tuple[str, str | None, str, str], Draft] = {draft.place: draft for draft in DRAFTS}
    wrong = [
        error
        for draft in DRAFTS
        for error in (
            *check(draft, CATALOGUE, level_of(draft.division_code), date(2026, 11, 28), Spot(repr(draft))),
            *pairs.faults(draft, CATALOGUE, by_place, Spot(repr(draft))),
        )
    ]
    assert wrong == []
    assert len(by_place) == len(DRAFTS)


def test_it_is_the_same_every_time_and_says_that_it_is_made_up() -> None:
    again = [ObservationIn.model_validate(one).draft() for one in observations(2026)]
    assert again == DRAFTS
    assert all(draft.document.startswith("示例") for draft in DRAFTS if draft.input != OFFICIAL)


@pytest.mark.parametrize(
    ("part", "whole", "figure"),
    [
        ("sanitary_toilet_households", "rural_households", "69.2"),
        ("sewage_villages", "villages", "43"),
        ("township_sewage_treated", "township_sewage_discharged", "83"),
    ],
)
def test_the_banners_of_2021_make_the_plans_shares(part: str, whole: str, figure: str) -> None:
    assert share(part, whole, figure) == Decimal(figure)


def test_the_villages_of_2021_are_the_plans_735_with_318_over_200000_yuan() -> None:
    villages = [d for d in DRAFTS if d.input == "village_operating_income" and d.period == "2021"]
    assert (len(villages), sum(d.value >= 20 for d in villages), min(d.value for d in villages) >= 10) == (
        735,
        318,
        True,
    )
    told = {d.division_code: d.value for d in DRAFTS if d.input == "villages" and d.period == "2021"}
    for place, count in told.items():
        assert sum(d.division_code.startswith(divisions.prefix(place)) for d in villages) == count
    assert sum(count for place, count in told.items() if level_of(place) == "banner") == 735


@given(PLACES, st.integers(0, 5000), st.integers(0, 3))
def test_what_is_divided_adds_up(weights: dict[str, int], total: int, least: int) -> None:
    weighed = {place: weight + 0.5 for place, weight in weights.items()}
    total = max(total, least * len(weights))
    found = divided(total, weighed, least)
    assert sum(found.values()) == total
    assert min(found.values()) >= least


@given(PLACES, st.floats(0, 1), st.lists(st.floats(0.5, 1.5), min_size=9, max_size=9))
def test_parts_add_up_and_stay_within_their_wholes(wholes: dict[str, int], rate: float, leaning: list[float]) -> None:
    wholes = {place: whole + 1 for place, whole in wholes.items()}
    total = int(sum(wholes.values()) * rate)
    found = parts(total, wholes, dict(zip(wholes, leaning, strict=False)))
    assert sum(found.values()) == total
    assert all(0 <= found[place] <= wholes[place] for place in wholes)


def test_more_than_all_of_it_is_refused() -> None:
    with pytest.raises(ValueError, match="more than all"):
        parts(3, {"a": 1, "b": 1}, {"a": 1, "b": 1})
