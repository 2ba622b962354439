"""What a verdict makes of a warning in each state, and what is not filled in as it must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest

from services.screening.outcomes.domain import (
    NOTE_LENGTH,
    SNOOZE_DAYS,
    Entry,
    Outcome,
    Reason,
    Snooze,
    Verdict,
    put_off,
    verified,
)
from services.screening.outcomes.words import refusal
from services.screening.warnings.domain import HouseholdWarning, State
from shared.codes import identity

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
WARNING = HouseholdWarning(
    warning_id=UUID(int=1),
    household_no="H1",
    division_code="150625100201",
    rule_code="M01",
    rule_version=1,
    risk_type="因病",
    severity="high",
    state="open",
    eased=False,
    demo=False,
    snoozed_until=date(2026, 12, 1),
    as_of=TODAY,
    raised_at=NOW,
    updated_at=NOW,
)
TAKEN = {("open", o) for o in get_args(Outcome)} | {("verifying", "confirmed"), ("verifying", "not_confirmed")}


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_only_what_nobody_verified_takes_a_verdict(state: State, outcome: Outcome) -> None:
    reason: Reason | None = "data_error" if outcome == "not_confirmed" else None
    decision = verified(Verdict(outcome, reason), replace(WARNING, state=state), NOW)
    assert (decision is not None) is ((state, outcome) in TAKEN)


def test_a_visit_ends_what_was_put_off_and_taking_it_up_does_not() -> None:
    closed = verified(Verdict("not_confirmed", "data_error"), WARNING, NOW)
    taken_up = verified(Verdict("verifying"), WARNING, NOW)
    assert closed is not None
    assert taken_up is not None
    assert (closed.type, closed.reason, closed.warning.snoozed_until) == ("closed", "data_error", None)
    assert (taken_up.type, taken_up.reason, taken_up.warning.snoozed_until) == (
        "updated",
        "verifying",
        WARNING.snoozed_until,
    )


def test_put_off_to_the_same_day_tells_nobody_and_lifting_nothing_is_nothing() -> None:
    same = put_off(WARNING.snoozed_until, WARNING, NOW)
    assert same is not None
    assert same.type is None
    assert put_off(None, replace(WARNING, snoozed_until=None), NOW) is None
    lifted = put_off(None, WARNING, NOW)
    assert lifted is not None
    assert (lifted.reason, lifted.warning.snoozed_until) == ("snooze_lifted", None)


@pytest.mark.parametrize(
    ("days", "reason", "pointers"),
    [
        (1, "外出", []),
        (SNOOZE_DAYS, "外出", []),
        (0, "外出", ["/until"]),
        (SNOOZE_DAYS + 1, "外出", ["/until"]),
        (1, " ", ["/reason"]),
        (-1, "", ["/until", "/reason"]),
    ],
)
def test_a_snooze_has_a_day_to_come_and_a_reason(days: int, reason: str, pointers: list[str]) -> None:
    asked = Snooze(TODAY + timedelta(days=days), reason)
    assert [mistake["pointer"] for mistake in asked.mistakes(TODAY)] == pointers


def test_a_note_has_a_length() -> None:
    assert not list(Verdict("confirmed", note="字" * NOTE_LENGTH).mistakes())
    (mistake,) = Verdict("confirmed", note="字" * (NOTE_LENGTH + 1)).mistakes("/outcomes/3")
    assert (mistake["pointer"], mistake["code"]) == ("/outcomes/3/note", "note_too_long")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("verifying", "这件预警已由 zhao 于 2026-11-20 10:00 登记为“核实中”，请直接登记属实或不属实。"),
        ("confirmed", "这件预警已由 zhao 于 2026-11-20 10:00 登记为“属实”，不能再次登记。"),
        ("superseded", "这件预警已因部门数据更正、撤回或迟到而撤销，不需要再核实。"),
    ],
)
def test_a_refusal_names_the_state_who_and_when(state: State, said: str) -> None:
    warning = replace(WARNING, state=state)
    last = None
    if state != "superseded":
        last = Entry(UUID(int=2), WARNING.warning_id, "H1", "M01", "1", state, None, None, None, "zhao", NOW)  # type: ignore[arg-type]
    assert refusal(warning, last) == said


def test_a_number_of_a_person_is_written_nowhere() -> None:
    number = f"15060219900307123{identity.check_digit('15060219900307123')}"
    mistyped = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert Verdict("confirmed", note=f"户主{mistyped}，已入户").mistakes()
    (told,) = Verdict("confirmed", note=f"户主{number}，已入户").mistakes()
    assert (told["pointer"], told["code"], told["value_masked"]) == ("/note", "identity_number", None)
    (put_off_because,) = Snooze(TODAY + timedelta(days=1), f"{number} 外出").mistakes(TODAY)
    assert put_off_because["pointer"] == "/reason"
