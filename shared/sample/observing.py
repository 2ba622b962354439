"""Observations in the sample (示例): what statisticians would send of every observed quantity, year by year, and the
plan's own figures of 2021. Deterministic; the words of `observations.yaml` are the whole recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from shared.codes import divisions
from shared.sample.dividing import divided, parts

FIRST_YEAR, PLAN_YEARS = 2021, 4
HANGJIN = "150625000000"
Observed = dict[str, Any]
"""One observation as `POST /v1/observations` takes it."""


def observations(last_year: int) -> Iterator[Observed]:
    """Everything for 2021 (what needs a base: 2020) to `last_year`, wholes before their parts, then the villages."""
    recipe = _recipe()
    for figure in recipe["official"]:
        yield {
            "input": "official_value",
            "division_code": divisions.CITY,
            "period": str(FIRST_YEAR),
            "document": recipe["plan"],
            **figure,
        }
    ordered = sorted(recipe["inputs"].items(), key=lambda item: "of" in item[1])
    for code, spec in ordered:
        for year in range(spec.get("from", FIRST_YEAR), last_year + 1):
            for division, value in _values(code, spec, year).items():
                yield _observed(code, division, year, value, spec["unit"])
    for year in sorted({FIRST_YEAR, last_year - 1, last_year}):
        for village, value in _village_incomes(year):
            yield _observed("village_operating_income", village, year, value, "万元")


def _observed(code: str, division: str, year: int, value: str, unit: str) -> Observed:
    document = _recipe()["document"].format(year=year)
    return {
        "input": code, "division_code": division, "period": str(year), "value": value, "unit": unit,
        "document": document,
    }  # fmt: skip


def _values(code: str, spec: Mapping[str, Any], year: int) -> dict[str, str]:
    """By division the value of one year."""
    decimals = spec.get("decimals", 0)
    if "villages" in spec:
        return {place: str(count) for place, count in _villages_by_place().items()}
    if "total" in spec or "share" in spec:
        found = _parts(code, spec, year)
    else:
        found = {place: round(_level(spec, year) * 10**decimals) for place in _places(spec["at"])}
        for place in found:
            found[place] += round(_apart(code, place) * spec.get("spread", 0) * 10**decimals)
        if spec["unit"] == "%":
            found = {place: min(count, 100 * 10**decimals) for place, count in found.items()}
    return {place: f"{count / 10**decimals:.{decimals}f}" for place, count in found.items()}


def _parts(code: str, spec: Mapping[str, Any], year: int) -> dict[str, int]:
    """By banner, in units of the last decimal: they add up to the city's."""
    scale = 10 ** spec.get("decimals", 0)
    banners = _banners()
    if "total" in spec:
        weights = {banner: count * (1 + _apart(code, banner) / 4) for banner, count in banners.items()}
        least = 1 if round(_level(spec, year) * scale) >= len(banners) else 0
        return divided(round(_level(spec, year) * scale), weights, least)
    whole = _whole(spec["of"], year)
    share = {banner: 1 + _apart(code, banner) / 10 for banner in whole}
    return parts(round(sum(whole.values()) * _line(spec["share"], year)), whole, share)


def _whole(code: str, year: int) -> dict[str, int]:
    return dict(_banners()) if code == "villages" else _parts(code, _recipe()["inputs"][code], year)


def _level(spec: Mapping[str, Any], year: int) -> float:
    """The city's value of a year."""
    if "years" not in spec:
        return _line(spec.get("path") or spec["total"], year)
    years: dict[int, float] = spec["years"]
    last = max(known for known in years if known <= year)
    grown: float = years[last] * (1 + spec["growth"] / 100) ** (year - last)
    return grown


def _line(ends: list[float], year: int) -> float:
    first, last = ends
    return first + (last - first) * min(max(year - FIRST_YEAR, 0), PLAN_YEARS) / PLAN_YEARS


def _apart(code: str, place: str) -> float:
    """How far a banner lies from the city, in [-1, 1], the same every year; the city itself not at all."""
    return 0 if place == divisions.CITY else Random(f"{code} {place}").uniform(-1, 1)  # noqa: S311 - no secret


def _places(at: str) -> list[str]:
    banners = list(_banners())
    return {"city": [divisions.CITY], "both": [divisions.CITY, *banners], "banners": banners, "hangjin": [HANGJIN]}[at]


def _village_incomes(year: int) -> Iterator[tuple[str, str]]:
    """By village its operating income: every band holds as many as the recipe says."""
    bands = {int(band): _line([ends[2021], ends[2025]], year) for band, ends in _recipe()["bands"].items()}
    for rank, village in enumerate(_ranked()):
        low, high = (50, 160) if rank < bands[50] else (20, 50) if rank < bands[20] else (10, 20)
        within = Random(f"{village} {year}").random()  # noqa: S311 - no secret
        yield village, f"{low + (high - low) * within * 0.99:.2f}"


@cache
def _ranked() -> list[str]:
    """The villages from the richest to the poorest: as many as the plan counts."""
    villages = [division.code for division in divisions.all_divisions() if division.rural]
    Random("villages").shuffle(villages)  # noqa: S311 - no secret
    return villages[: _recipe()["villages"]]


@cache
def _villages_by_place() -> dict[str, int]:
    """By banner and township how many villages there are."""
    found: dict[str, int] = {}
    for village in sorted(_ranked()):
        for place in (f"{village[:6]}000000", f"{village[:9]}000"):
            found[place] = found.get(place, 0) + 1
    return found


@cache
def _banners() -> Mapping[str, int]:
    """By banner how many villages it has."""
    banners = [division.code for division in divisions.all_divisions() if division.level == "banner"]
    return {banner: _villages_by_place()[banner] for banner in banners}


@cache
def _recipe() -> dict[str, Any]:
    text = files(__package__).joinpath("observations.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
