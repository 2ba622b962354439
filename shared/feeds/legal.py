"""The legal basis 法律依据 of each kind, from `legal.yaml`."""

from __future__ import annotations

from importlib.resources import files

import yaml

from shared.feeds.domain import LegalBasis

_TABLE = yaml.safe_load(files(__package__).joinpath("legal.yaml").read_text("utf-8"))


def legal_basis(feed: str) -> tuple[LegalBasis, ...]:
    """The common provisions and those of `department/kind`; KeyError for a kind without
    its own: none may be without."""
    return tuple(LegalBasis(**entry) for entry in (*_TABLE["common"], *_TABLE[feed]))
