"""What people may find of a warning, and what becomes of it then. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from services.screening.warnings.domain import Decision, HouseholdWarning, State
from shared.codes import identity
from shared.errors import FieldError

Outcome = Literal["verifying", "confirmed", "not_confirmed"]
Reason = Literal["already_helped", "below_impact", "data_error", "family_support", "duplicate", "other"]
Act = Literal["verifying", "confirmed", "not_confirmed", "snoozed", "snooze_lifted"]
Result = Literal["done", "conflict", "not_found"]

OUTCOMES: Final[dict[Outcome, str]] = {"verifying": "核实中", "confirmed": "属实", "not_confirmed": "不属实"}
REASONS: Final[dict[Reason, str]] = {
    "already_helped": "已经得到帮扶",
    "below_impact": "影响不大，基本生活不受影响",
    "data_error": "部门数据有误",
    "family_support": "家庭成员或亲属能够承担",
    "duplicate": "与已处理的情况重复",
    "other": "其他",
}
STATES: Final[dict[State, str]] = {
    "open": "待核实",
    "verifying": "核实中",
    "confirmed": "属实",
    "not_confirmed": "不属实",
    "superseded": "数据更正撤销",
}
ACTS: Final[dict[Act, str]] = {
    "verifying": "核实中",
    "confirmed": "属实",
    "not_confirmed": "不属实",
    "snoozed": "暂缓",
    "snooze_lifted": "取消暂缓",
}
NOTE_LENGTH: Final = 500
SNOOZE_DAYS: Final = 180
"""Nobody puts a household off for longer than half a year without looking again [ours]."""
UNVERIFIED: Final[frozenset[State]] = frozenset({"open", "verifying"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an officer found. `reason` with not_confirmed and only then; `note` is required with `other`."""

    outcome: Outcome
    reason: Reason | None = None
    note: str | None = None

    def mistakes(self, pointer: str = "") -> Iterator[FieldError]:
        """What is not filled in as it must be; `pointer` is where the verdict stands in the payload."""
        if self.outcome == "not_confirmed" and self.reason is None:
            yield _mistake(f"{pointer}/reason", "reason_required", "核实为不属实时，须选择原因")
        if self.outcome != "not_confirmed" and self.reason is not None:
            yield _mistake(f"{pointer}/reason", "reason_unwanted", "只有核实为不属实时才填原因")
        if self.reason == "other" and not (self.note or "").strip():
            yield _mistake(f"{pointer}/note", "note_required", "原因选“其他”时，须在说明中写明")
        if len(self.note or "") > NOTE_LENGTH:
            yield _mistake(f"{pointer}/note", "note_too_long", f"说明不超过 {NOTE_LENGTH} 字")
        yield from _naming(self.note or "", f"{pointer}/note")


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until when a household and rule are put off, and why; it comes back on the day `until`."""

    until: date
    reason: str

    def mistakes(self, today: date) -> Iterator[FieldError]:
        """What is not filled in as it must be."""
        if not today < self.until <= today + timedelta(days=SNOOZE_DAYS):
            last = today + timedelta(days=SNOOZE_DAYS)
            text = f"暂缓至的日期须晚于今天（{today}），并且最晚为 {last}（{SNOOZE_DAYS} 天）"
            yield _mistake("/until", "until_out_of_range", text)
        if not self.reason.strip() or len(self.reason) > NOTE_LENGTH:
            yield _mistake("/reason", "reason_required", f"须写明暂缓的原因，不超过 {NOTE_LENGTH} 字")
        yield from _naming(self.reason, "/reason")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of a person on a warning, as it is kept. `by` is the caller's stable name."""

    outcome_id: UUID
    warning_id: UUID
    household_no: str
    rule_code: str
    division_code: str
    act: Act
    reason: str | None
    note: str | None
    until: date | None
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one warning of a list; `warning` as it is now, None when there is none to be seen."""

    warning_id: UUID
    result: Result
    warning: HouseholdWarning | None
    text: str


def verified(verdict: Verdict, before: HouseholdWarning, now: datetime) -> Decision | None:
    """The warning after the verdict; None when its state does not take it."""
    if before.state not in UNVERIFIED or before.state == verdict.outcome:
        return None
    after = replace(before, state=verdict.outcome, updated_at=now)
    if verdict.outcome == "verifying":
        return Decision("updated", "verifying", after)
    # Who was put off has been visited now: what comes next is new.
    return Decision("closed", verdict.reason or verdict.outcome, replace(after, snoozed_until=None))


def put_off(until: date | None, before: HouseholdWarning, now: datetime) -> Decision | None:
    """The warning put off until that day, or no longer (None). Nothing to lift: None; the same day again:
    a decision of which nobody is told."""
    if before.snoozed_until == until:
        return None if until is None else Decision(None, "snoozed", before)
    after = replace(before, snoozed_until=until, updated_at=now)
    return Decision("updated", "snooze_lifted" if until is None else "snoozed", after)


def _naming(text: str, pointer: str) -> Iterator[FieldError]:
    """Numbers of persons stand in the vault and nowhere else (trust §1)."""
    if identity.resembles(text):
        yield _mistake(pointer, "identity_number", "不要写身份证号码")


def _mistake(pointer: str, code: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, message=message, value_masked=None)
