"""The legal basis 法律依据 of each kind, from `provisions/*.yaml`, one file a department; and what may not be taken
for want of one (个人信息保护法 art. 13)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from shared.feeds.domain import Feed, LegalBasis

_TABLE: dict[str, list[dict[str, Any]]] = {
    name: entries
    for page in files(__package__).joinpath("provisions").iterdir()
    for name, entries in yaml.safe_load(page.read_text("utf-8")).items()
}


def legal_basis(feed: str) -> tuple[LegalBasis, ...]:
    """The common provisions and those of `department/kind`; KeyError for a kind without its own: none may be
    without."""
    return tuple(_read(entry, common=True) for entry in _TABLE["common"]) + tuple(_read(e) for e in _TABLE[feed])


def _read(entry: dict[str, Any], *, common: bool = False) -> LegalBasis:
    return LegalBasis(**{**entry, "fields": frozenset(entry.get("fields", ()))}, common=common)


def kind_in_force(feed: Feed, day: date) -> bool:
    """Whether a kind may be taken on a day: by a common provision and by one of its own."""
    live = {basis.common for basis in feed.legal_basis if not basis.fields and basis.in_force(day)}
    return live == {True, False}


def field_in_force(feed: Feed, field: str, day: date) -> bool:
    """Whether a field may be taken on a day: by its own provision if it needs one, else with its kind."""
    own = [basis for basis in feed.legal_basis if field in basis.fields]
    return kind_in_force(feed, day) and (not own or any(basis.in_force(day) for basis in own))


@lru_cache(maxsize=64)
def barred(feed: Feed, day: date) -> frozenset[str]:
    """The fields that may not be taken on a day: none as a rule, all when the kind has no live basis."""
    return frozenset(name for name in feed.model.model_fields if not field_in_force(feed, name, day))
