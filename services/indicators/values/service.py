"""Marking what changed, the one pass that computes it, and reading what it published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.periods import end_of, ended, period_of, running, start_of
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.values import repository
from services.indicators.values.ages import data_age
from services.indicators.values.computation import CONNECTED, Frame, compute, covered_divisions, level_of
from services.indicators.values.domain import (
    Board,
    Mark,
    Row,
    Stored,
    Value,
    diff,
    history_start,
)
from services.indicators.values.errors import ValueNotFoundError
from shared import clock
from shared.events.codec import Delivery, encode
from shared.events.message import Message
from shared.events.topics import VALUES
from shared.events.values import DataAge, ValuePublishedV1
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.ids import uuid7
from shared.messaging import outbox

DAYS_AT_ONCE = 6
"""Ended months recomputed in one transaction: a late correction must not hold up today's values."""
SOURCE = "/xianjie/indicators"


async def absorb(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Apply a batch of records to the projection and mark the indicators it feeds; computes nothing."""
    await _mark(conn, await cohort.apply(conn, deliveries))


async def reconciled(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Keep what ingest's manifests and changes of freshness say; a pass believes it when the records are here."""
    await cohort.claim(conn, deliveries)


async def _mark(conn: AsyncConnection, touched: Sequence[cohort.Touched]) -> None:
    """Mark the indicators whose sources were touched."""
    marks: dict[int, tuple[date, datetime]] = {}
    for indicator in definitions.catalogue().family("main"):
        concerned = [t for t in touched if t.feed in indicator.sources]
        if concerned and indicator.formula.name is not None:
            marks[indicator.number] = (min(t.since for t in concerned), max(t.known_at for t in concerned))
    await repository.add_marks(conn, [(number, since, None, known_at) for number, (since, known_at) in marks.items()])


async def observed(conn: AsyncConnection, taken: Iterable[Observation]) -> None:
    """Mark the indicators that new observations feed."""
    fed_by = definitions.catalogue().fed_by_input
    await repository.add_marks(
        conn, [(i.number, start_of(o.period), None, o.known_at) for o in taken for i in fed_by(o.input)]
    )


async def run_pass(conn: AsyncConnection) -> int:
    """Compute what is marked and publish what changed, in the caller's transaction; the number of
    marks done. 0 when another pass runs or nothing is marked.

    Running periods come first; ended ones when nothing fresh waits, a few months at a time.
    """
    if not await repository.try_lock(conn):
        return 0
    today = clock.today()
    await _begin_day(conn, today)
    await _mark(conn, await cohort.settle(conn))
    marks = await repository.marks(conn)
    if not marks:
        return 0
    seen = await repository.newest_known_at(conn)
    known_at = max([clock.now(), *(mark.known_at for mark in marks), *([seen] if seen else [])])
    fresh = [mark for mark in marks if mark.until is None]
    chosen = fresh or marks
    for indicator in definitions.catalogue().family("main"):
        own = [mark for mark in chosen if mark.number == indicator.number]
        if own:
            await _recompute(conn, indicator, own, today, known_at)
    await repository.delete_marks(conn, [mark.mark_id for mark in chosen])
    return len(chosen)


async def _begin_day(conn: AsyncConnection, today: date) -> None:
    """A new day moves every as-of and closes periods; new definitions compute everything again."""
    digest = definitions.catalogue().digest
    if not await repository.claim_day(conn, today, digest):
        return
    since = await repository.day_before(conn, today, digest) or date.min
    indicators = definitions.catalogue().family("main")
    await repository.add_marks(conn, [(i.number, since, None, clock.now()) for i in indicators])


async def _recompute(
    conn: AsyncConnection, indicator: Indicator, marks: Sequence[Mark], today: date, known_at: datetime
) -> None:
    """Running periods for fresh marks, ended ones for the others; what is left is marked again."""
    if indicator.formula.name not in CONNECTED:
        codes = [code for code in covered_divisions(indicator) if level_of(code) != "township"]
        values = await compute(conn, indicator, running(["year"], today), Frame(today, today, known_at, codes))
        return await _publish(conn, values, today)
    start = history_start(today, definitions.catalogue().plan.first_year, observed=bool(indicator.inputs))
    since = max(start, min(mark.since for mark in marks))
    if marks[0].until is None:
        periods, rest = running(indicator.periods, today), today - timedelta(days=1)
    else:
        until = max(mark.until for mark in marks if mark.until is not None)
        periods, rest = _newest(ended(indicator.periods, since, until), since)
    if ended(indicator.periods, since, rest):
        await repository.add_marks(conn, [(indicator.number, since, rest, known_at)])
    frame = Frame(today, today, known_at, covered_divisions(indicator))
    return await _publish(conn, await compute(conn, indicator, periods, frame), today)


def _newest(periods: Sequence[str], since: date) -> tuple[list[str], date]:
    """The periods of the newest few ended days, and the day up to which the rest still waits."""
    days = sorted({end_of(period) for period in periods}, reverse=True)[:DAYS_AT_ONCE]
    chosen = [period for period in periods if end_of(period) in days]
    return chosen, (days[-1] if days else since) - timedelta(days=1)


async def _publish(conn: AsyncConnection, values: Sequence[Value], today: date) -> None:
    """Values, the end of those they replace, and their events: one transaction."""
    numbers, periods = sorted({v.number for v in values}), sorted({v.period for v in values})
    change = diff(values, await repository.current(conn, numbers, periods), today)
    now = clock.now()
    rows = [(Stored(uuid7(), value, now), replaced) for value, replaced in change.publish]
    if rows:
        await repository.publish(conn, rows)
        await outbox.add(conn, [_message(stored, today) for stored, _ in rows])
    if change.confirm:
        await repository.confirm(conn, change.confirm)


def _message(stored: Stored, today: date) -> Message:
    value = stored.value
    ages = [
        DataAge(
            department=age.department,
            kind=age.kind,
            newest_known_at=age.newest_known_at,
            age_days=age.age_days,
            overdue=age.overdue,
        )
        for age in data_age(value.sources, today)
    ]
    shared = {name: getattr(value, name) for name in ValuePublishedV1.model_fields if hasattr(value, name)}
    event = ValuePublishedV1(value_id=str(stored.value_id), data_age=ages, **shared)
    return encode(
        event,
        topic=VALUES,
        event_id=str(stored.value_id),
        source=SOURCE,
        key=value.code,
        subject=f"{value.division_code}/{value.period}",
    )


async def board(conn: AsyncConnection, division_code: str, day: date | None) -> Board:
    """专栏1 for a division as of `day`: see `boards`."""
    return (await boards(conn, [division_code], day))[division_code]


async def boards(conn: AsyncConnection, division_codes: Sequence[str], day: date | None) -> dict[str, Board]:
    """专栏1 for divisions as of `day` (today when None), as known now, by their codes.

    Today's rows are the published ones; an earlier day is computed on request by the same
    definitions and not stored. Raises DivisionNotFoundError, FutureDayError.
    """
    if any(level_of(code) is None for code in division_codes):
        raise DivisionNotFoundError("没有这个行政区划代码。")
    today = clock.today()
    when = day or today
    if when > today:
        raise FutureDayError("截至日期不能晚于今天。")
    period = period_of(when, "year")
    indicators = definitions.catalogue().family("main")
    found: dict[tuple[int, str], tuple[Value, UUID | None]] = {}
    if when == today:
        for stored in await repository.current(conn, [i.number for i in indicators], [period], division_codes):
            found[stored.value.number, stored.value.division_code] = stored.value, stored.value_id
    else:
        for indicator in indicators:
            for value in await _on_the_spot(conn, indicator, period, when, division_codes):
                found[value.number, value.division_code] = value, None
    return {
        code: Board(code, period, when, [_board_row(i, code, found.get((i.number, code))) for i in indicators])
        for code in division_codes
    }


async def _on_the_spot(
    conn: AsyncConnection, indicator: Indicator, period: str, when: date, division_codes: Sequence[str]
) -> list[Value]:
    levels = {code: level_of(code) for code in division_codes}
    codes = [code for code, level in levels.items() if level and indicator.covers(code, level)]
    if not codes or indicator.formula.name not in CONNECTED:
        return []
    return await compute(conn, indicator, [period], Frame(when, clock.today(), clock.now(), codes))


def _board_row(indicator: Indicator, code: str, found: tuple[Value, UUID | None] | None) -> Row:
    value, value_id = found or (None, None)
    return Row(indicator, value, _why_nothing(indicator, code), value_id)


def _why_nothing(indicator: Indicator, division_code: str) -> str:
    level = level_of(division_code)
    if indicator.waiting or indicator.formula.name not in CONNECTED:
        return indicator.waiting or "公式尚未接入，暂无数值"
    if level is None or not indicator.covers(division_code, level):
        return "本指标不按这一级行政区划计算"
    return "尚未计算，请稍候"


async def get(conn: AsyncConnection, value_id: UUID) -> Stored:
    """One value, also when a later one took its place; ValueNotFoundError."""
    found = await repository.find(conn, value_id)
    if found is None:
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    return found


async def at(conn: AsyncConnection, place: tuple[int, str, str], known_at: datetime) -> Stored | None:
    """What was published of a place (number, division, period) and standing at `known_at`; None: nothing."""
    return await repository.at(conn, place, known_at)


async def current_of(conn: AsyncConnection, divisions: Sequence[str], numbers: Sequence[int]) -> list[Stored]:
    """The current values of these divisions and indicators, of every period, in that order."""
    return await repository.current_of(conn, divisions, numbers)


async def behind(conn: AsyncConnection, stored: Stored) -> tuple[str | None, str | None, tuple[Observation, ...]]:
    """What a value was made of: the formula's name (None while its sources wait), the cohort's calculation
    (None: no households behind it) and the observations it used."""
    name = definitions.get(stored.value.code).formula.name
    used = [await observations.get(conn, one) for one in stored.value.used]
    return name, name if name in cohort.CALCULATIONS else None, tuple(used)


async def listed(
    conn: AsyncConnection,
    *,
    indicator: str | None,
    prefix: str,
    period: str | None,
    after: tuple[int, str, str] | None,
    limit: int,
) -> list[Stored]:
    """Current values of the divisions that begin with `prefix`; UnknownIndicatorError."""
    number = None if indicator is None else definitions.get(indicator).number
    return await repository.page(conn, number=number, prefix=prefix, period=period, after=after, limit=limit)
