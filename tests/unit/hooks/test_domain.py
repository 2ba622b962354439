"""What an attempt's answer means: delivered, again when, or never again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.screening.hooks.domain import JITTER, RETRIES, Answer, Message, retry_after, verdict

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
HALF = 0.5


def _message(tries: int = 0, position: int | None = 7) -> Message:
    return Message(UUID(int=1), UUID(int=2), position, "e", "t", "H1", b"{}", tries)


def _failed(code: int | None = 500, asked: str | None = None) -> Answer:
    return Answer(code, 3, "not_a_success", asked)


def test_the_schedule_is_that_of_the_specification() -> None:
    seconds = [wait.total_seconds() for wait in RETRIES]
    assert seconds == [5, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))]


@pytest.mark.parametrize("tries", range(len(RETRIES)))
def test_a_failure_waits_its_turn_of_the_schedule_with_jitter(tries: int) -> None:
    decided = verdict(_message(tries), _failed(), NOW, lambda: HALF)
    assert decided.state == "pending"
    assert decided.disable is None
    assert decided.due_at == NOW + RETRIES[tries] * (1 + JITTER / 2)


def test_after_the_last_wait_the_subscription_is_disabled_and_the_message_kept() -> None:
    decided = verdict(_message(len(RETRIES)), _failed(), NOW, lambda: HALF)
    assert (decided.state, decided.disable) == ("pending", "retries_exhausted")


def test_gone_is_gone_at_once() -> None:
    decided = verdict(_message(), _failed(410), NOW, lambda: HALF)
    assert (decided.state, decided.disable) == ("pending", "gone")


def test_a_test_is_tried_once_and_disables_nothing() -> None:
    decided = verdict(_message(position=None), _failed(410), NOW, lambda: HALF)
    assert (decided.state, decided.disable, decided.due_at) == ("failed", None, None)


@pytest.mark.parametrize(("code", "whole"), [(429, True), (503, True), (500, False)])
def test_a_retry_after_is_honoured_when_it_is_longer(code: int, *, whole: bool) -> None:
    decided = verdict(_message(), _failed(code, "120"), NOW, lambda: 0.0)
    assert decided.due_at == NOW + timedelta(seconds=120)
    assert decided.not_before == (decided.due_at if whole else None)
    shorter = verdict(_message(1), _failed(code, "120"), NOW, lambda: 0.0)
    assert shorter.due_at == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0", NOW),
        ("90", NOW + timedelta(seconds=90)),
        ("99999999999999999999", NOW + timedelta(days=1)),
        ("Fri, 20 Nov 2026 02:10:00 GMT", NOW + timedelta(minutes=10)),
        ("Fri, 20 Nov 2020 02:10:00 GMT", NOW),
        ("Fri, 20 Nov 2037 02:10:00 GMT", NOW + timedelta(days=1)),
        *((text, None) for text in (None, "", "soon", "-5", "1.5", "²", "Fri, 99 Nov 2026 99:10:00 GMT")),
    ],
)
def test_what_a_retry_after_names(text: str | None, wanted: datetime | None) -> None:
    assert retry_after(text, NOW) == wanted
