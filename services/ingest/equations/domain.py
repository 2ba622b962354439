"""The equations (对账等式) of a manifest, and what their failing means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

Scope = Literal["day", "period"]
Word = Literal["sent", "receipts", "stored", "published", "counted", "totals"]

TITLES: dict[Word, str] = {
    "sent": "申报条数等于收到条数",
    "receipts": "回执条数等于逐条保存的结果",
    "stored": "已存版本等于已发布、待发布与只存不发之和",
    "published": "没有久未发布的版本",
    "counted": "发布时计入的条数等于现有条数",
    "totals": "每日已发布之和等于累计已发布",
}
GRACE = timedelta(hours=1)
"""How long a department may still be sending what it declared, and the broker may be away, before it is an incident."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a manifest is about: a feed (by number) and a day or a period of it."""

    feed: int
    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables hold of a target's submissions. `counts`: as their receipts say; `lines`: as they are there one
    by one, both in the order of outcomes. `stored`: versions there; `acknowledged`: by the broker; `waiting`: for it;
    `unsent`: of these, never sent before; `kept`: not for the bus. `uncounted`: parts that the tally has yet to count.
    `misreceipted`, `misstored`: in how many submissions the two sides differ, and some of them."""

    submissions: int
    counts: tuple[int, ...]
    lines: tuple[int, ...]
    stored: int
    acknowledged: int
    waiting: int
    kept: int
    unsent: int
    uncounted: int
    misreceipted: tuple[int, Sequence[UUID]]
    misstored: tuple[int, Sequence[UUID]]

    @property
    def received(self) -> int:
        """Records, as receipts say."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the department said of a period, and when last."""

    sent: int
    complete: bool
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Books:
    """What was counted along the way: of the day its records by outcome and its published versions, when all of it is
    counted (else None); of the feed since the beginning its published versions, as total and as the sum of its days."""

    of_day: tuple[int, ...] | None
    total: int
    sum_of_days: int


@dataclass(frozen=True, slots=True)
class Equation:
    """`holds` is None while it may still come right by itself, until `until`."""

    word: Word
    expected: int
    found: int
    holds: bool | None
    submissions: Sequence[UUID] = field(default=())
    until: datetime | None = None


def equations(found: Found, declared: Declared | None, books: Books, ended: datetime, now: datetime) -> list[Equation]:
    """Every equation of a manifest. `ended`: when the day was over, or the period closed last."""
    made = [_sent(found, declared, now)] if declared else []
    broken, where = found.misreceipted
    lines = sum(found.lines)
    made.append(Equation("receipts", found.received, lines, broken == 0, where))
    broken, where = found.misstored
    told = found.acknowledged + found.waiting + found.kept
    made.append(Equation("stored", found.stored, told, broken == 0, where))
    made.append(_soon("published", 0, found.unsent, found.unsent == 0, ended + GRACE, now))
    if books.of_day is not None:
        there = (*found.lines, found.stored - found.kept)
        made.append(Equation("counted", sum(books.of_day), sum(there), books.of_day == there))
    made.append(Equation("totals", books.sum_of_days, books.total, books.sum_of_days == books.total))
    return made


def _sent(found: Found, declared: Declared, now: datetime) -> Equation:
    received = found.received
    holds = received == declared.sent or (received > declared.sent and not declared.complete)
    return _soon("sent", declared.sent, received, holds, declared.closed_at + GRACE, now)


def _soon(word: Word, expected: int, found: int, holds: bool, until: datetime, now: datetime) -> Equation:
    return Equation(word, expected, found, True if holds else None if now < until else False, until=until)


def look_again(made: Sequence[Equation], now: datetime) -> datetime | None:
    """When to reconcile the same again: at the end of the earliest grace, hourly while one fails, else not."""
    instants = [one.until for one in made if one.holds is None and one.until is not None]
    instants += [now + GRACE for one in made if one.holds is False]
    return min(instants, default=None)
