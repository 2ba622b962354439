"""What a person sent from a clue's page: read here first, so that a slip is shown above the form and nothing typed
is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.screening.outcomes.domain import OUTCOMES, REASONS, Snooze, Verdict


@dataclass(frozen=True, slots=True)
class OutcomeForm:
    """The one form for all open warnings of a household, as typed; empty where nothing was. `seen` is the tag of the
    warnings that the page showed."""

    outcome: str = ""
    reason: str = ""
    note: str = ""
    seen: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> OutcomeForm:
        """As sent."""
        return cls(*(fields.get(name, "").strip() for name in ("outcome", "reason", "note", "seen")))

    def verdict(self) -> Verdict | str:
        """The verdict, or what is to be put right. A reason left in the list beside another answer counts for
        nothing."""
        if self.outcome not in OUTCOMES:
            return "请选择核实结果。"
        reason = self.reason if self.outcome == "not_confirmed" and self.reason in REASONS else None
        verdict = Verdict(self.outcome, reason, self.note or None)
        wrong = [mistake["message"] for mistake in verdict.mistakes()]
        return f"{'；'.join(wrong)}。" if wrong else verdict


@dataclass(frozen=True, slots=True)
class SnoozeForm:
    """One warning put off, or no longer (`lifting`); `warning_id` None: what was sent is none."""

    warning_id: UUID | None
    lifting: bool
    until: date | None
    reason: str

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> SnoozeForm:
        """As sent; what cannot be read is None."""
        lifting = fields.get("act") == "unsnooze"
        return cls(_uuid(fields.get("warning", "")), lifting, _day(fields.get("until", "")), fields.get("reason", ""))

    def asked(self, today: date) -> Snooze | str | None:
        """Until when and why; None to lift; or what is to be put right."""
        if self.lifting:
            return None
        if self.until is None:
            return "请选择暂缓到哪一天。"
        asked = Snooze(self.until, self.reason)
        wrong = [mistake["message"] for mistake in asked.mistakes(today)]
        return f"{'；'.join(wrong)}。" if wrong else asked


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
