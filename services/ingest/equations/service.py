"""Examine a day or a closed period of a feed, and keep its incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.deliveries import service as deliveries
from services.ingest.deliveries.domain import Delivery
from services.ingest.equations import repository
from services.ingest.equations.domain import TITLES, Books, Declared, Equation, Found, Target, equations
from services.ingest.equations.repository import Incident
from services.ingest.tally import service as tally
from services.ingest.tally.domain import OUTCOMES
from shared import clock, ids, logging, metrics
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed

log = logging.get()


@dataclass(frozen=True, slots=True)
class Examined:
    """A target as it is now. `attribution` says which submissions it is made of; `deliveries` and `declared` are of a
    period only; `totals` are the feed's versions published since the beginning, by banner."""

    target: Target
    attribution: str
    found: Found
    deliveries: Sequence[Delivery]
    declared: Declared | None
    ended: datetime
    equations: list[Equation]
    totals: dict[str, int]

    @property
    def balanced(self) -> bool:
        """Whether no equation fails; one that may still come right does not."""
        return all(one.holds is not False for one in self.equations)


async def examine(conn: AsyncConnection, target: Target, now: datetime) -> Examined:
    """Judge every equation of a target; open an incident for each that fails, resolve those that hold again. The caller
    holds the tally's lock.

    Raises UnknownPeriodError when nobody has closed the period.
    """
    examined = await (_day(conn, target) if target.scope == "day" else _period(conn, target))
    books = Books(
        await _books_of_day(conn, target, examined.found),
        sum(examined.totals.values()),
        await tally.sum_of_days(conn, target.feed),
    )
    examined.equations[:] = equations(examined.found, examined.declared, books, examined.ended, now)
    await _keep_incidents(conn, target, examined.equations, now)
    return examined


async def incidents(
    conn: AsyncConnection, feeds: Sequence[Feed], *, is_open: bool | None, below: UUID | None, limit: int
) -> list[Incident]:
    """Incidents of these feeds, the last first."""
    numbers = [feed.number for feed in feeds]
    return await repository.incidents(conn, numbers, is_open=is_open, below=below, limit=limit)


async def measure(conn: AsyncConnection) -> None:
    """Set the gauges of incidents."""
    counts = await repository.count_open(conn)
    for word in TITLES:
        metrics.INCIDENTS.labels(word).set(counts.get(word, 0))


async def _day(conn: AsyncConnection, target: Target) -> Examined:
    day = date.fromisoformat(target.name)
    start, end = clock.start_of_day(day), clock.start_of_day(day + timedelta(days=1))
    found = await repository.find(conn, target.feed, "received_on", target.name, start, end)
    return Examined(target, "received_on", found, (), None, end, [], await _totals(conn, target))


async def _period(conn: AsyncConnection, target: Target) -> Examined:
    period = await deliveries.of_period(conn, BY_NUMBER[target.feed], target.name)
    chosen, said = period.selection, period.declared
    found = await repository.find(conn, target.feed, chosen.attribution, chosen.period, chosen.after, chosen.until)
    closed_at = max(one.closed_at for one in period.deliveries)
    declared = Declared(said.sent, said.complete, closed_at)
    totals = await _totals(conn, target)
    return Examined(target, chosen.attribution, found, period.deliveries, declared, closed_at, [], totals)


async def _totals(conn: AsyncConnection, target: Target) -> dict[str, int]:
    return (await tally.totals(conn, [target.feed]))[target.feed]


async def _books_of_day(conn: AsyncConnection, target: Target, found: Found) -> tuple[int, ...] | None:
    if target.scope != "day" or found.uncounted:
        return None
    rows = await tally.of_day(conn, date.fromisoformat(target.name), [target.feed])
    nothing = (0,) * (len(OUTCOMES) + 1)
    return tuple(map(sum, zip(nothing, *((*row.counts, row.published) for row in rows), strict=True)))


async def _keep_incidents(conn: AsyncConnection, target: Target, made: Sequence[Equation], now: datetime) -> None:
    known = await repository.failing(conn, target)
    where = {"feed": BY_NUMBER[target.feed].name, "scope": target.scope, "name": target.name}
    for one in made:
        if one.holds is not False:
            continue
        if one.word in known:
            await repository.see(conn, known[one.word], one, now)
        else:
            await repository.open_(conn, _incident(target, one, now))
        what = {"equation": one.word, "expected": one.expected, "found": one.found}
        log.error("equation_fails", **where, **what, submissions=[str(s) for s in one.submissions])
    held = {one.word for one in made if one.holds}
    resolved = [incident for word, incident in known.items() if word in held]
    if resolved:
        await repository.resolve(conn, resolved, now)
        log.info("equations_hold_again", **where, incidents=[str(one) for one in resolved])


def _incident(target: Target, one: Equation, now: datetime) -> Incident:
    return Incident(
        ids.uuid7(), target.feed, target.scope, target.name, one.word, one.expected, one.found, list(one.submissions),
        now, now, None,
    )  # fmt: skip
