"""A finding and the kinds of findings there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

State = Literal["open", "explained", "closed"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding. `grace_days` is how long the thing may last before it is one, `deadline_days` how long
    there is then to put it right."""

    code: str
    title: str
    basis: str
    grace_days: int
    deadline_days: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with an asset. `since` is the first day on which it was so, `opened_on` when it was noticed;
    it closes by itself when it is so no longer, and an explanation does not close it."""

    finding_id: int
    asset_id: UUID
    asset_code: str
    asset_name: str
    division_code: str
    code: str
    since: date
    opened_on: date
    deadline: date
    state: State
    explanation: str | None
    explained_by: str | None
    closed_on: date | None
