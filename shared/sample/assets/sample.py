"""The sample's whole ledger of assets over the families of the sample: the same for the same arguments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from random import Random

from shared.sample.assets import disposals, income, upkeep
from shared.sample.assets.domain import Asset, Body, Step, chance
from shared.sample.assets.projects import Made, projects
from shared.sample.lives import Life
from shared.sample.sample import Sample

_HOUSEHOLDS = "rural-revitalization/household"
_PLANS = ("/plans", "/disposal")


class AssetSample:
    """Projects, assets, and what happened to each asset. Everything is dated before the sample's last day."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self._made: list[Made] = list(
            projects(
                sample.households,
                [life.family for life in sample.lives if life.family.lifted],
                self._random("assets"),
                sample.as_of,
            )
        )

    @property
    def projects(self) -> list[Body]:
        """As `POST /v1/projects` takes them."""
        return [made.body for made in self._made]

    @property
    def assets(self) -> list[Asset]:
        """The assets, project by project."""
        return [asset for made in self._made for asset in made.assets]

    def steps(self) -> Iterator[Step]:
        """What happened to each asset, but plans: it needs no more than the asset."""
        for asset in self.assets:
            yield from self._life(asset)

    def plans(self) -> Iterator[Step]:
        """The distribution plans, asset by asset: the ledger must have heard by then what their households are."""
        for asset in self.assets:
            if asset.asset_class != "operating":
                continue
            life = self._life(asset)
            if not any(step.path.startswith("/disposal") or step.path == "/states" for step in life):
                needy, leaving = self._needy.get(asset.banner, ()), self._leaving.get(asset.banner, ())
                yield from income.distributed(asset, life, needy, leaving)

    def households(self) -> set[str]:
        """The households whom the plans pay."""
        lines = (line for step in self.plans() if step.path == "/plans" for line in step.body["lines"])
        return {line["household_no"] for line in lines if "household_no" in line}

    def _life(self, asset: Asset) -> list[Step]:
        random = self._random(asset.code)
        steps = [*upkeep.rights(asset, random), *upkeep.keeping(asset, random)]
        if asset.asset_class != "operating":
            return steps
        gone = list(disposals.disposed(asset, random)) if chance(random, "disposed") else []
        if not gone:
            return [*steps, *income.earned(asset, random)]
        first = gone[0].body["holds_on"]
        return [*(step for step in steps if step.body["holds_on"] < first), *gone]

    @cached_property
    def _needy(self) -> Mapping[str, Sequence[str]]:
        """Lifted households by banner, those whose record is spoiled left out: nobody will have heard of them."""
        return self._by_banner([life for life in self._known if life.family.lifted])

    @cached_property
    def _leaving(self) -> Mapping[str, Sequence[str]]:
        """Households that were monitored when the last plans were drafted, and whose risk was removed since."""
        drafted = date(self.sample.as_of.year, 1, 10)
        found = [
            life
            for life in self._known
            if not life.family.lifted
            and (held := life.monitored) is not None
            and held.state == "removed"
            and held.changed is not None
            and held.identified < drafted - timedelta(days=60)
            and drafted + timedelta(days=60) < held.changed
        ]
        return self._by_banner(found)

    @cached_property
    def _known(self) -> list[Life]:
        spoiled = self.sample.spoiled(_HOUSEHOLDS)
        return [life for life in self.sample.lives if f"HU-{life.family.household_no}" not in spoiled]

    @staticmethod
    def _by_banner(lives: Sequence[Life]) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for life in lives:
            found[life.family.village[:6]].append(life.family.household_no)
        return found

    def _random(self, purpose: str) -> Random:
        said = self.sample
        return Random(f"{said.seed}/{said.households}/{said.as_of}/assets/{purpose}")  # noqa: S311 (repeatable)
