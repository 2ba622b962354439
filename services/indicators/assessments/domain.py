"""A snapshot of all targets of one year: who may take which, its rows, and the bytes that are hashed. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from services.indicators.assessments.errors import AssessmentInvalidError
from services.indicators.definitions.domain import Plan
from shared.errors import FieldError

Kind = Literal["yearly", "mid_term", "final"]
KINDS: Final[dict[Kind, str]] = {"yearly": "年度考核", "mid_term": "中期评估", "final": "总结评估"}

Row = Mapping[str, Any]
"""One target of one division as JSON has it; `freezing` says what it holds."""
Content = Mapping[str, Any]
"""The whole snapshot as JSON has it: `kind`, `year`, …, `methods`, `rows`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be frozen, and under which title."""

    kind: Kind
    year: int
    title: str

    def check(self, plan: Plan, today: date) -> None:
        """Raises AssessmentInvalidError for a year that has not begun, lies before the plan, or is not one of
        the kind: a mid-term lies inside the plan, a final one not before its last year (第五章第四节)."""
        text = None
        if not plan.first_year <= self.year <= today.year:
            text = f"年度应在 {plan.first_year} 年到 {today.year} 年之间。"
        elif self.kind == "mid_term" and not plan.first_year < self.year < plan.last_year:
            text = f"中期评估的年度应在 {plan.first_year + 1} 年到 {plan.last_year - 1} 年之间。"
        elif self.kind == "final" and self.year < plan.last_year:
            text = f"总结评估的年度不早于规划末年 {plan.last_year} 年。"
        if text is not None:
            wrong = FieldError(pointer="/year", code="year_not_of_kind", message=text, value_masked=str(self.year))
            raise AssessmentInvalidError(text, errors=[wrong])


@dataclass(frozen=True, slots=True)
class Head:
    """A snapshot without its rows. `sha256` is hexadecimal, `rows` how many there are."""

    assessment_id: UUID
    kind: Kind
    year: int
    title: str
    made_by: str
    made_at: datetime
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A snapshot as it stands. `values` are the published values it froze, by (number, division)."""

    head: Head
    content: Content
    values: Mapping[tuple[int, str], UUID]

    def view(self, prefix: str, division: str | None, department: str | None) -> list[Row]:
        """The rows that a caller of scope `prefix` sees, of one division and one department if they are given."""
        return [
            row
            for row in self.content["rows"]
            if row["division_code"].startswith(prefix)
            and division in (None, row["division_code"])
            and department in (None, row["department"])
        ]

    def departments(self) -> list[str]:
        """The responsible departments of all targets."""
        return sorted({row["department"] for row in self.content["rows"]})


@dataclass(frozen=True, slots=True)
class Tally:
    """How the targets of one division or department stand: how many in all and of each status."""

    key: str
    targets: int
    statuses: Mapping[str, int]


def tallies(rows: Iterable[Row], name: Literal["division_code", "department"]) -> list[Tally]:
    """The rows counted by division or by department, by key."""
    by_key: dict[str, Counter[str]] = {}
    for row in rows:
        by_key.setdefault(row[name], Counter())[row["status"]] += 1
    return [Tally(key, found.total(), dict(sorted(found.items()))) for key, found in sorted(by_key.items())]


def canonical(content: Content) -> bytes:
    """The bytes that are hashed and kept: JSON with sorted keys and no spaces, numbers of values as texts, without
    surrogate ids (contracts.md). The same values known at the same instant give the same bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def digest(content: bytes) -> bytes:
    """SHA-256 of the kept bytes."""
    return hashlib.sha256(content).digest()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no form for {type(value).__name__}")
