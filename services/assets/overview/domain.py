"""Totals of the ledger: sums of cells, and how they reconcile to the projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.assets.ledger.domain import DISPOSED


@dataclass(slots=True)
class Sum:
    """Assets and their original value (fen), those that were disposed of apart."""

    assets: int = 0
    fen: int = 0
    disposed_assets: int = 0
    disposed_fen: int = 0

    def add(self, state: str, assets: int, fen: int) -> None:
        """Take a cell in."""
        if state == DISPOSED:
            self.disposed_assets += assets
            self.disposed_fen += fen
        else:
            self.assets += assets
            self.fen += fen

    @property
    def capitalised_fen(self) -> int:
        """All that was ever capitalised."""
        return self.fen + self.disposed_fen


@dataclass(frozen=True, slots=True)
class Planned:
    """A kind of project in 专栏7: planned projects in all and by year, planned investment and special funds (亿元),
    and what the ledger holds of the plan's years (fen)."""

    kind: str
    projects: int
    years: tuple[int, ...]
    total_yi: str
    special_yi: str
    registered: tuple[int, ...]
    registered_fen: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The ledger in sums. `funds_fen` by source is what the projects of a division cost, `formed_fen` what of it became
    assets, wherever those are; `by_source` is what the assets of the division owe to each, standing and disposed of.
    `by_place` is of a place and a class, as finely as was asked."""

    whole: Sum
    by_class: Mapping[str, Sum]
    by_banner: Mapping[str, Sum]
    by_year: Mapping[int, Sum]
    by_state: Mapping[str, Sum]
    by_place: Mapping[tuple[str, str], Sum]
    by_source: Mapping[str, tuple[int, int]]
    projects: int
    funds_fen: Mapping[str, int]
    formed_fen: Mapping[str, int]
    plan: Sequence[Planned]

    @property
    def not_capitalised_fen(self) -> int:
        """Funds of projects that became no asset (yet)."""
        return sum(self.funds_fen.values()) - sum(self.formed_fen.values())

    @property
    def sources(self) -> list[str]:
        """Every source of the projects or of the assets."""
        return sorted(self.funds_fen.keys() | self.by_source.keys())


def divided(values_fen: Iterable[int], funds: Sequence[tuple[str, int]]) -> dict[str, int]:
    """What assets of one project owe to its sources (fen): each value divided as the project's `funds` are (source,
    fen; in the order of the sources) to the fen, what division leaves over going to the largest remainders."""
    total, places = sum(amount for _, amount in funds), range(len(funds))
    sums = [0] * len(funds)
    for value in values_fen:
        parts = [divmod(value * amount, total) for _, amount in funds]
        left = value - sum([whole for whole, _ in parts])
        for place, (whole, _) in enumerate(parts):
            sums[place] += whole
        rests = [rest for _, rest in parts]
        for place in sorted(places, key=rests.__getitem__, reverse=True)[:left] if left else ():
            sums[place] += 1
    return {source: fen for (source, _), fen in zip(funds, sums, strict=True)}


def grouped(cells: Iterable[tuple[Hashable, str, int, int]]) -> dict[Any, Sum]:
    """(key, state, assets, fen) added up by key, in the order of the keys' first cells."""
    found: dict[Any, Sum] = defaultdict(Sum)
    for key, state, assets, fen in cells:
        found[key].add(state, assets, fen)
    return dict(found)


def added(sums: Iterable[Sum]) -> Sum:
    """Several sums as one."""
    whole = Sum()
    for one in sums:
        whole.add("", one.assets, one.fen)
        whole.add(DISPOSED, one.disposed_assets, one.disposed_fen)
    return whole
