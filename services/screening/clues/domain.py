"""A household's unverified warnings as one visit, and how many there are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from services.screening.outcomes.domain import Entry
from services.screening.warnings.domain import SEVERITIES, HouseholdWarning
from services.screening.warnings.evidence import Evidence

Level = Literal["city", "banner", "township", "village"]
DIGITS: Final[dict[Level, int]] = {"city": 4, "banner": 6, "township": 9, "village": 12}
"""Significant digits of a division's code."""


@dataclass(frozen=True, slots=True)
class ClueKey:
    """A clue as the worklist is sorted: the worst first (rank 1 urgent … 4 info), then what is due first.
    `due_at` None: nothing is due. `shown_from`: put off until that day; None: shown now."""

    household_no: str
    division_code: str
    rank: int
    due_at: datetime | None
    raised_at: datetime
    shown_from: date | None

    @property
    def severity(self) -> str:
        """The worst of its warnings."""
        return SEVERITIES[self.rank - 1]


@dataclass(frozen=True, slots=True)
class Clue:
    """One household to visit. `raised_at` is of its oldest warning; `due_at` when the first of them should
    be verified, None without a clock; `eased`: all of them eased; `state` open while nobody took one up;
    `snoozed_until` set when all are put off; `rules` with their `titles`, the worst first."""

    household_no: str
    division_code: str
    severity: str
    state: Literal["open", "verifying"]
    raised_at: datetime
    due_at: datetime | None
    overdue: bool
    eased: bool
    snoozed_until: date | None
    rules: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CluePage:
    """Some clues, and where to go on."""

    items: list[Clue]
    next: str | None


@dataclass(frozen=True, slots=True)
class CountLine:
    """Households to visit in one division: by the severity of the worst warning (`counts`), those overdue
    among them, and the warnings they have. Households that are put off are counted in `snoozed` alone."""

    division_code: str
    name: str
    counts: dict[str, int]
    clues: int
    overdue: int
    snoozed: int
    warnings: int


@dataclass(frozen=True, slots=True)
class ClueWarning:
    """A warning with what it stands on."""

    warning: HouseholdWarning
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ClueDetail:
    """A clue with its active warnings, those confirmed already last, and what people said so far, newest
    first. `tag` names this state of the unverified ones."""

    clue: Clue
    warnings: list[ClueWarning]
    acts: list[Entry]
    tag: str


def clue_of(key: ClueKey, warnings: Sequence[tuple[HouseholdWarning, str]], now: datetime, today: date) -> Clue:
    """The clue of a household's unverified warnings, each with its rule's title."""
    ordered = sorted(warnings, key=lambda pair: (SEVERITIES.index(pair[0].severity), pair[0].rule_code))
    return Clue(
        household_no=key.household_no,
        division_code=key.division_code,
        severity=key.severity,
        state="open" if any(warning.state == "open" for warning, _ in warnings) else "verifying",
        raised_at=key.raised_at,
        due_at=key.due_at,
        overdue=key.due_at is not None and key.due_at < now,
        eased=all(warning.eased for warning, _ in warnings),
        snoozed_until=key.shown_from if key.shown_from is not None and key.shown_from > today else None,
        rules=tuple(warning.rule_code for warning, _ in ordered),
        titles=tuple(title for _, title in ordered),
    )
