"""Who approves a disposal: the level that the class and value of an asset ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from services.assets.entries.domain import Entry
from services.assets.ledger.domain import fold
from services.assets.terms.domain import LEVEL_DIGITS, fen


class Level(NamedTuple):
    """Who approves: `below` is the original value (fen) up to which this level does, None for the last."""

    level: str
    title: str
    below_fen: int | None


@cache
def levels() -> Mapping[str, tuple[Level, ...]]:
    """The levels by class, from the package's own data."""
    said: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("thresholds.yaml").read_text("utf-8"))
    return {
        name: tuple(Level(one["level"], one["title"], fen(one["below"]) if "below" in one else None) for one in lines)
        for name, lines in said.items()
    }


def level_of(entries: Sequence[Entry]) -> Level:
    """The level that approves the disposal of an asset with these standing entries: that of the greatest original
    value that any of them states, for a value put right downwards must not bring the decision to a lower one."""
    asset = fold(entries)
    if asset is None:
        raise ValueError("no asset")
    greatest = max(entry.body["original_value_fen"] for entry in entries if "original_value_fen" in entry.body)
    lines = levels()[asset.asset_class]
    return next(one for one in lines if one.below_fen is None or greatest < one.below_fen)


def suffices(level: str, entries: Sequence[Entry]) -> bool:
    """Whether an approval of this level is enough for an asset with these standing entries."""
    return LEVEL_DIGITS[level] <= LEVEL_DIGITS[level_of(entries).level]
