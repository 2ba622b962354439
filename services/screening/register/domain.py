"""A household as the register shows it; persons by key only."""

from __future__ import annotations

from dataclasses import dataclass


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
