"""The money of an asset, folded from its entries: due, received, planned, paid, in hand. Integer fen throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.assets.entries.domain import Entry
from services.assets.income.kinds import (
    APPROVED,
    DECIDED,
    DRAFTED,
    DUE,
    NOTICED,
    PAID,
    PLAN_KINDS,
    RECEIVED,
    RETURNED,
    REVERSED,
    REVIEWED,
)


@dataclass(frozen=True, slots=True)
class Due:
    """Income that a contract promises by a day, and what of it has come (fen)."""

    due_id: str
    period: str
    kind: str
    amount_fen: int
    due_on: date
    contract: str
    received_fen: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan. `standing` is what the ledger knew of the household when the line was drafted."""

    line_id: str
    purpose: str
    amount_fen: int
    use: str | None
    household_no: str | None
    basis: str | None
    reference: str | None
    standing: str | None
    in_kind: bool


@dataclass(slots=True)
class Plan:
    """A distribution plan as far as it has come. By line: `given_fen` is all that was paid, `paid_fen` the same less
    what came back. What came back is in hand again, for another plan: a line is paid once."""

    plan_id: str
    period: str
    amount_fen: int
    lines: tuple[Line, ...]
    rule: str | None
    drafted_on: date
    drafted_by: str
    opened_on: date
    decided_on: date | None = None
    notice_until: date | None = None
    reviewed_on: date | None = None
    approved_on: date | None = None
    returned_on: date | None = None
    paid_fen: dict[str, int] = field(default_factory=dict)
    given_fen: dict[str, int] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The step it has reached."""
        steps = (
            ("returned", self.returned_on is not None),
            ("paid", self.approved_on is not None and self.left_fen == 0),
            ("approved", self.approved_on is not None),
            ("reviewed", self.reviewed_on is not None),
            ("noticed", self.notice_until is not None),
            ("decided", self.decided_on is not None),
        )
        return next((name for name, reached in steps if reached), "drafted")

    @property
    def left_fen(self) -> int:
        """What is still to be paid under it (fen); nothing of a plan that was returned."""
        return 0 if self.returned_on is not None else self.amount_fen - sum(self.given_fen.values())


@dataclass(slots=True)
class Money:
    """What an asset has earned and what became of it."""

    dues: dict[str, Due] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    received_fen: int = 0
    paid_fen: int = 0

    @property
    def in_hand_fen(self) -> int:
        """Received less paid (reversals taken off)."""
        return self.received_fen - self.paid_fen

    @property
    def free_fen(self) -> int:
        """In hand and not promised by a plan under way."""
        return self.in_hand_fen - sum(plan.left_fen for plan in self.plans.values())


def money(entries: Iterable[Entry]) -> Money:
    """The money after these standing entries, given in their order; for lawful lives."""
    found = Money()
    for entry in entries:
        apply(found, entry)
    return found


def apply(found: Money, entry: Entry) -> None:
    """Take one entry in; entries of other rooms change nothing."""
    body = entry.body
    if entry.kind == DUE:
        found.dues[body["due_id"]] = Due(
            body["due_id"], body["period"], body["kind"], body["amount_fen"], day(body["due_on"]), body["contract"]
        )
    elif entry.kind == RECEIVED:
        due = found.dues[body["due_id"]]
        found.dues[due.due_id] = _with(due, received_fen=due.received_fen + body["amount_fen"])
        found.received_fen += body["amount_fen"]
    elif entry.kind == DRAFTED:
        found.plans[body["plan_id"]] = plan_of(entry)
    elif entry.kind in (PAID, REVERSED):
        signed = body["amount_fen"] if entry.kind == PAID else -body["amount_fen"]
        plan = found.plans[body["plan_id"]]
        plan.paid_fen[body["line_id"]] = plan.paid_fen.get(body["line_id"], 0) + signed
        if entry.kind == PAID:
            plan.given_fen[body["line_id"]] = plan.given_fen.get(body["line_id"], 0) + body["amount_fen"]
        found.paid_fen += signed
    elif entry.kind in PLAN_KINDS:
        _step(found.plans[body["plan_id"]], entry)


def _with(due: Due, *, received_fen: int) -> Due:
    return Due(due.due_id, due.period, due.kind, due.amount_fen, due.due_on, due.contract, received_fen)


def plan_of(entry: Entry) -> Plan:
    """The plan that a drafting entry states."""
    body = entry.body
    lines = tuple(Line(**{**_EMPTY, **line}) for line in body["lines"])
    return Plan(
        plan_id=body["plan_id"],
        period=body["period"],
        amount_fen=body["amount_fen"],
        lines=lines,
        rule=body.get("rule"),
        drafted_on=entry.holds_on,
        drafted_by=entry.recorded_by,
        opened_on=day(body["opened_on"]),
    )


_EMPTY: Mapping[str, Any] = {
    "use": None,
    "in_kind": False,
    "household_no": None,
    "basis": None,
    "reference": None,
    "standing": None,
}


def _step(plan: Plan, entry: Entry) -> None:
    if entry.kind == DECIDED:
        plan.decided_on = entry.holds_on
    elif entry.kind == NOTICED:
        plan.notice_until = day(entry.body["until"])
    elif entry.kind == REVIEWED:
        plan.reviewed_on = entry.holds_on
    elif entry.kind == APPROVED:
        plan.approved_on = entry.holds_on
    elif entry.kind == RETURNED:
        plan.returned_on = entry.holds_on


def day(text: str) -> date:
    """A day as it stands in an entry."""
    return date.fromisoformat(text)
