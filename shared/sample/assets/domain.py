"""What the sample's ledger is made of: bodies as the routes of the ledger take them, and the words of the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from shared.codes import divisions
from shared.codes.credit import check_character

Body = dict[str, Any]
CLERK, APPROVER = "clerk", "approver"
"""Who enters and who approves: never the same."""


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset of a project: `body` is that of `POST /v1/assets` without the project's id. `household_no` owns a
    household-class asset, `last_day` is the day at which the sample ends."""

    project_code: str
    body: Body
    value_fen: int
    acquired_on: date
    last_day: date
    household_no: str | None = None

    @property
    def code(self) -> str:
        code: str = self.body["code"]
        return code

    @property
    def asset_class(self) -> str:
        name: str = self.body["asset_class"]
        return name

    @property
    def village(self) -> str:
        code: str = self.body["division_code"]
        return code

    @property
    def banner(self) -> str:
        return self.village[:6]

    def day(self, wanted: date) -> str:
        """That day, or the nearest on which the asset was there."""
        return min(max(wanted, self.acquired_on), self.last_day).isoformat()

    def ago(self, days: int) -> str:
        """The day so many days before the last one, or the nearest on which the asset was there."""
        return self.day(self.last_day - timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Step:
    """An entry on an asset, to be posted to `/v1/assets/{asset_id}{path}` by `by`. `plan` names the plan that the step
    drafts or goes on with: the answer to its draft gives the number that the others send as `plan_id`."""

    asset_code: str
    path: str
    body: Body = field(repr=False)
    by: str = CLERK
    plan: str | None = None


@cache
def recipe() -> Mapping[str, Any]:
    """The words of `recipe.yaml`."""
    loaded: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("recipe.yaml").read_text("utf-8"))
    return loaded


def chance(random: Random, name: str) -> bool:
    """Whether what the recipe calls so happens this time."""
    return random.random() < float(recipe()["chances"][name])


def drawn(random: Random, weights: Mapping[Any, float]) -> Any:
    """One of the keys by weight."""
    return random.choices(list(weights), weights=list(weights.values()))[0]


def collective(village: str) -> str:
    """The made-up credit code of a village's collective, with a right check character."""
    return _credit(f"N2{village[:6]}MF{village[5:12]}")


def authority(banner: str) -> str:
    """The made-up credit code of a banner's water authority."""
    return _credit(f"11{banner}MB{banner}0")


def lessee(number: int) -> str:
    """The made-up credit code of an enterprise that rents assets."""
    return _credit(f"91150600MA0P{number:05d}")


def _credit(first_17: str) -> str:
    return first_17 + check_character(first_17)


def name_of(code: str) -> str:
    """A division's own name."""
    place = divisions.get(code)
    return place.name if place else ""
