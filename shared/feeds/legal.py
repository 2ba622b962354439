"""The legal basis 法律依据 of each kind, from `provisions/*.yaml`, one file a
department."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from shared.feeds.domain import LegalBasis

_TABLE: dict[str, list[dict[str, Any]]] = {
    name: entries
    for page in files(__package__).joinpath("provisions").iterdir()
    for name, entries in yaml.safe_load(page.read_text("utf-8")).items()
}


def legal_basis(feed: str) -> tuple[LegalBasis, ...]:
    """The common provisions and those of `department/kind`; KeyError for a kind without
    its own: none may be without."""
    return tuple(LegalBasis(**entry) for entry in (*_TABLE["common"], *_TABLE[feed]))
