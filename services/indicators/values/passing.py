"""The one pass: computes what is marked, in the marked banners and the city, and publishes what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.periods import end_of, ended, running
from services.indicators.values import repository
from services.indicators.values.computation import (
    CONNECTED,
    compute,
    covered_divisions,
    level_of,
    marked_codes,
)
from services.indicators.values.domain import Frame, Mark, NewMark, Value, history_start
from services.indicators.values.ledgers import LEDGERS
from services.indicators.values.marking import mark_everything, mark_touched
from services.indicators.values.publishing import publish
from shared import clock

DAYS_AT_ONCE = 6
"""Ended months recomputed in one transaction: a late correction must not hold up today's values."""
PATIENCE = timedelta(seconds=30)
"""How long ended periods wait while records pour in; then a few of them are computed beside the running ones."""


async def run_pass(conn: AsyncConnection) -> int:
    """Compute what is marked and publish what changed, in the caller's transaction; the number of
    marks done. 0 when another pass runs or nothing is marked.

    Running periods come first; ended ones when nothing fresh waits or they have waited long, a few months at a time.
    """
    if not await repository.try_lock(conn):
        return 0
    today = clock.today()
    await _begin_day(conn, today)
    await mark_touched(conn, await cohort.settle(conn))
    marks = await repository.marks(conn)
    if not marks:
        return 0
    seen = await repository.newest_known_at(conn)
    known_at = max([clock.now(), *(mark.known_at for mark in marks), *([seen] if seen else [])])
    fresh = [mark for mark in marks if mark.until is None]
    waited = [mark for mark in marks if mark.until is not None]
    if fresh and not any(known_at - mark.known_at > PATIENCE for mark in waited):
        waited = []
    for chosen in (fresh, waited):
        await _recompute_all(conn, chosen, today, known_at)
        await repository.delete_marks(conn, [mark.mark_id for mark in chosen])
    return len(fresh) + len(waited)


async def _recompute_all(conn: AsyncConnection, marks: Sequence[Mark], today: date, known_at: datetime) -> None:
    """Each marked indicator once. Marks are fresh ones or waiting ones, never both."""
    own: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        own[mark.number].append(mark)
    for indicator in definitions.catalogue().indicators:
        if indicator.number in own:
            await _recompute(conn, indicator, own[indicator.number], today, known_at)


async def _begin_day(conn: AsyncConnection, today: date) -> None:
    """A new day moves every as-of and ends periods; new definitions compute everything again."""
    digest = definitions.catalogue().digest
    if await repository.claim_day(conn, today, digest):
        await repository.forget_counts(conn, today)
        await mark_everything(conn, await repository.day_before(conn, today, digest) or date.min)


async def _recompute(
    conn: AsyncConnection, indicator: Indicator, marks: Sequence[Mark], today: date, known_at: datetime
) -> None:
    """Running periods for fresh marks, ended ones for the others; what is left is marked again."""
    if indicator.formula.name not in CONNECTED:
        codes = [code for code in covered_divisions(indicator) if level_of(code) in ("city", "banner")]
        return await publish(conn, await _waiting(conn, indicator, Frame(today, today, known_at, codes)), today)
    whole = bool(indicator.inputs) or indicator.formula.name in LEDGERS
    start = history_start(today, definitions.catalogue().plan.first_year, observed=whole)
    since = max(start, min(mark.since for mark in marks))
    if marks[0].until is None:
        periods, rest = running(indicator.periods, today), today - timedelta(days=1)
    else:
        until = max(mark.until for mark in marks if mark.until is not None)
        periods, rest = _newest(ended(indicator.periods, since, until), since)
    if ended(indicator.periods, since, rest):
        again = _again(marks, start)
        await repository.add_marks(conn, [NewMark(indicator.number, *one, rest, known_at) for one in again.items()])
    marked = frozenset(mark.division_code for mark in marks)
    frame = Frame(today, today, known_at, marked_codes(indicator, marked), marked)
    return await publish(conn, await compute(conn, indicator, periods, frame), today)


async def _waiting(conn: AsyncConnection, indicator: Indicator, frame: Frame) -> list[Value]:
    return await compute(conn, indicator, running(["year"], frame.today), frame)


def _newest(periods: Sequence[str], since: date) -> tuple[list[str], date]:
    """The periods of the newest few ended days, and the day up to which the rest still waits."""
    days = sorted({end_of(period) for period in periods}, reverse=True)[:DAYS_AT_ONCE]
    chosen = [period for period in periods if end_of(period) in days]
    return chosen, (days[-1] if days else since) - timedelta(days=1)


def _again(marks: Sequence[Mark], start: date) -> dict[str, date]:
    """Where the ended periods still wait, each from its earliest mark on."""
    found: dict[str, date] = {}
    for mark in marks:
        found[mark.division_code] = max(start, min(mark.since, found.get(mark.division_code, mark.since)))
    return found


async def running_values(conn: AsyncConnection, today: date, known_at: datetime) -> list[Value]:
    """Every running period's value of both families in all divisions, computed afresh and published nowhere."""
    values: list[Value] = []
    for indicator in definitions.catalogue().indicators:
        codes = covered_divisions(indicator)
        if indicator.formula.name in CONNECTED:
            frame = Frame(today, today, known_at, codes)
            values += await compute(conn, indicator, running(indicator.periods, today), frame)
        else:
            above = [code for code in codes if level_of(code) in ("city", "banner")]
            values += await _waiting(conn, indicator, Frame(today, today, known_at, above))
    return values
