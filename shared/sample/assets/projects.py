"""The sample's projects with their funds, and the assets they became: as many and as dear as the recipe says, in the
proportion of the sample's households to all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from random import Random
from typing import Any, NamedTuple

from shared.codes import divisions
from shared.sample.assets.domain import Asset, Body, chance, drawn, name_of, recipe
from shared.sample.dividing import divided
from shared.sample.domain import money
from shared.sample.population import Family

LEAST = 4
"""Operating and public projects in the smallest sample."""
_SPREAD = 0.7
"""Of the logarithm of the projects' values."""
_TERMS = {
    "equity_exit": "入股期满或企业连续两年未分红的，由嘎查集体经济组织提出退股，企业按原值回购。",
    "equity_disposal": "退股所得归集体，重新安排用于巩固拓展脱贫攻坚成果。",
}
_PLAN = "由嘎查集体经济组织统一发包，一年一签，年收益不低于原值的 6%，提前一个月收取。"
_CONTROLS = "承包人缴纳一年收益的保证金；每季度核对资产完好情况；投保自然灾害险。"


class Made(NamedTuple):
    """A project as `POST /v1/projects` takes it, and its assets."""

    body: Body
    assets: list[Asset]


def scale(households: int) -> float:
    """What part of the whole the sample is."""
    whole: int = recipe()["whole_households"]
    return min(1.0, households / whole)


def projects(households: int, lifted: Sequence[Family], random: Random, as_of: date) -> Iterator[Made]:
    """All projects, class by class."""
    villages = [place.code for place in divisions.all_divisions() if place.rural]
    for name in ("operating", "public"):
        said = recipe()["classes"][name]
        count = max(LEAST, round(said["projects"] * scale(households)))
        weights = {str(number): random.lognormvariate(0, _SPREAD) for number in range(count)}
        units = said["value"] * 100 // recipe()["unit_fen"] * count // said["projects"]
        for number, (_, value) in enumerate(divided(units, weights, 3).items()):
            yield _project(name, number, random.choice(villages), value, random, as_of)
    yield from _of_households(lifted, random, as_of)


def _project(name: str, number: int, village: str, units: int, random: Random, as_of: date) -> Made:
    said = recipe()["classes"][name]
    accepted, year = _accepted(said["first_year"], random, as_of)
    code = f"{'JY' if name == 'operating' else 'GY'}-{year}-{number + 1:04d}"
    count = drawn(random, said["assets"])
    parts = divided(units, {str(place): random.uniform(1, 3) for place in range(count)}, 1)
    assets = []
    for place, part in enumerate(parts.values(), 1):
        thing = _thing(name, random)
        body = _asset(f"{code}-{place:02d}", name, thing, village, accepted, random)
        assets.append(_owned(code, body, part * recipe()["unit_fen"], accepted, as_of))
    return Made(_body(code, name, village, year, accepted, assets, random), assets)


def _of_households(lifted: Sequence[Family], random: Random, as_of: date) -> Iterator[Made]:
    """What went to households: projects of several of one banner, an asset each."""
    said = recipe()["classes"]["household"]
    got = [family for family in lifted if random.random() < said["share"]] or list(lifted[:1])
    all_lifted = recipe()["whole_households"] * 0.055 * said["share"]
    units = round(said["value"] * 100 / recipe()["unit_fen"] * min(1.0, len(got) / all_lifted))
    values = divided(units, {f.household_no: random.uniform(0.5, 1.5) for f in got}, 1)
    by_banner = groupby(sorted(got, key=lambda f: (f.village[:6], f.index)), key=lambda f: f.village[:6])
    for banner, families in by_banner:
        waiting = list(families)
        for number in range(0, len(waiting), said["households"]):
            some = waiting[number : number + said["households"]]
            yield _shared_out(banner, number // said["households"], some, values, random, as_of)


def _shared_out(
    banner: str, number: int, families: Sequence[Family], values: Mapping[str, int], random: Random, as_of: date
) -> Made:  # fmt: skip
    accepted, year = _accepted(recipe()["classes"]["household"]["first_year"], random, as_of)
    code = f"DH-{year}-{banner}-{number + 1:03d}"
    thing = _thing("household", random)
    assets = []
    for place, family in enumerate(families, 1):
        body = _asset(f"{code}-{place:02d}", "household", thing, family.village, accepted, random)
        value = values[family.household_no] * recipe()["unit_fen"]
        assets.append(_owned(code, body, value, accepted, as_of, family.household_no))
    return Made(_body(code, "household", f"{banner}000000", year, accepted, assets, random), assets)


def _accepted(first_year: int, random: Random, as_of: date) -> tuple[date, int]:
    """The day of acceptance and the project's year, both well before the last day."""
    year = random.randint(first_year, as_of.year - 1)
    return date(year, 6, 1) + timedelta(days=random.randrange(190)), year


def _thing(name: str, random: Random) -> Sequence[Any]:
    things: list[Sequence[Any]] = recipe()["things"][name]
    return random.choices(things, weights=[thing[5] for thing in things])[0]


def _asset(code: str, name: str, thing: Sequence[Any], village: str, accepted: date, random: Random) -> Body:
    title, unit, form, real_estate, life, _ = thing
    body: Body = {
        "code": code,
        "name": f"{name_of(village)}{title}",
        "asset_class": name,
        "form": form,
        "division_code": village,
        "place": divisions.path(village),
        "quantity": str(random.randint(1, 3 if real_estate else 40)),
        "unit": unit,
        "real_estate": real_estate,
        "acquired_on": accepted.isoformat(),
        "document": f"{name_of(village[:6] + '000000')}项目验收单〔{accepted.year}〕{random.randint(1, 400)}号",
    }
    if life is not None:
        body["useful_life_years"] = life
    if title == recipe()["photovoltaic"]:
        body["photovoltaic"] = True
    if form == "equity":
        body |= _TERMS
    if name == "operating" and not chance(random, "no_plan"):
        body |= {"operation_plan": _PLAN, "risk_controls": _CONTROLS}
    return body


def _owned(
    project: str, body: Body, fen: int, accepted: date, as_of: date, household_no: str | None = None
) -> Asset:  # fmt: skip
    return Asset(project, {**body, "original_value": money(fen)}, fen, accepted, as_of, household_no)


def _body(
    code: str, name: str, place: str, year: int, accepted: date, assets: Sequence[Asset], random: Random
) -> Body:  # fmt: skip
    """The project: its funds are what its assets cost and up to eight per cent that became no asset."""
    banner = f"{place[:6]}000000"
    unit: int = recipe()["unit_fen"]
    spent = sum(asset.value_fen for asset in assets)
    extra = 0 if name == "household" else int(spent * random.uniform(0, 0.08)) // unit * unit
    return {
        "code": code,
        "name": f"{divisions.path(place)}{assets[0].body['name'].removeprefix(name_of(assets[0].village))}项目",
        "year": year,
        "kind": drawn(random, recipe()["classes"][name]["kinds"]),
        "status": "accepted",
        "division_code": place,
        "owner_department": name_of(banner) + random.choice(recipe()["departments"]),
        "total": money(spent + extra),
        "funds": [
            {"source": source, "amount": money(fen)} for source, fen in _funds(spent + extra, random).items() if fen
        ],
        "accepted_on": accepted.isoformat(),
    }


def _funds(total_fen: int, random: Random) -> dict[str, int]:
    weights: dict[str, float] = recipe()["sources"]
    chosen = {drawn(random, weights) for _ in range(random.choice((1, 2, 2, 3)))}
    return divided(total_fen, {source: random.uniform(1, 4) for source in sorted(chosen)}, 1)
