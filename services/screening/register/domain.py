"""A household as the register shows it; persons by key only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ASSET_EVENTS = 0
"""Stands among feed numbers for the ledger of project assets, which is no feed."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member at (D, T)."""

    person_key: str
    relation: str
    labour: str


@dataclass(frozen=True, slots=True)
class Household:
    """One household at (D, T)."""

    household_no: str
    division_code: str
    base_status: str
    lifted_year: int | None
    policy_entitled: bool | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A person of whom departments tell and whom no household names. `division_code` is the banner
    that the records name, None when they name none; `kinds` are feed numbers."""

    person_key: str
    division_code: str | None
    kinds: tuple[int, ...]
    records: int
    first_known_at: datetime
    newest_known_at: datetime


@dataclass(frozen=True, slots=True)
class UnmatchedCount:
    """How many such persons a banner has (None: their records name no banner)."""

    division_code: str | None
    persons: int
