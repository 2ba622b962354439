"""What each record kind puts into the typed columns of `record_version`.

Only what a fact or an indicator needs (个保法 art. 6); the rest stays on the bus. Money arrives as
a decimal string in yuan and is kept as integer fen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

HOUSEHOLD = 17
SETTLEMENT = 8
ENROLMENT = 7
APPRAISAL = 9
RENOVATION = 10

Data = Mapping[str, Any]
_SCHEMES = {"resident": 1, "employee": 2}
_GRADES = {"A": 1, "B": 2, "C": 3, "D": 4}
_PROGRESS = {"planned": 1, "started": 2, "roofed": 3, "accepted": 4}


@dataclass(frozen=True, slots=True)
class Typed:
    """The typed columns of one version; None where the kind has nothing to say."""

    happened_on: date | None = None
    amount_fen: int | None = None
    amount2_fen: int | None = None
    grade: int | None = None
    flag: bool | None = None
    year: int | None = None
    ends_on: date | None = None


def fen(yuan: str | None) -> int | None:
    """Yuan "1234.5" are 123450 fen; exact, None stays None."""
    if yuan is None:
        return None
    sign, digits = (-1, yuan[1:]) if yuan.startswith("-") else (1, yuan)
    whole, _, part = digits.partition(".")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") if part else 0))


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _settlement(data: Data) -> Typed:
    return Typed(
        happened_on=_day(data["settled_on"]),
        amount_fen=fen(data["self_paid_in_catalogue"]),
        amount2_fen=fen(data["self_paid"]),
    )


def _enrolment(data: Data) -> Typed:
    return Typed(year=data["insurance_year"], grade=_SCHEMES[data["scheme"]], flag=data["status"] == "enrolled")


def _appraisal(data: Data) -> Typed:
    return Typed(happened_on=_day(data["appraised_on"]), grade=_GRADES[data["grade"]])


def _renovation(data: Data) -> Typed:
    """`flag`: accepted. A planned move into public or rented housing makes nobody safe yet, so all
    four solutions count from acceptance on (feeds §4 leaves this open)."""
    return Typed(
        year=data["plan_year"],
        grade=_PROGRESS[data["progress"]],
        flag=data["progress"] == "accepted",
        ends_on=_day(data.get("accepted_on")),
    )


EXTRACT: dict[int, Callable[[Data], Typed]] = {
    SETTLEMENT: _settlement,
    ENROLMENT: _enrolment,
    APPRAISAL: _appraisal,
    RENOVATION: _renovation,
}


def typed(kind: int, data: Data) -> Typed:
    """The typed columns of a version of that kind; a kind that no fact reads yet has none."""
    extract = EXTRACT.get(kind)
    return extract(data) if extract else Typed()
