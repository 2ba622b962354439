"""Count, keep freshness, and make the manifests that are due; the worker calls `tick` again and again.

All of it happens under the tally's lock, one transaction after the other, whichever process does it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.deliveries import service as deliveries
from services.ingest.deliveries.domain import Closing, Delivery
from services.ingest.equations import service as equations
from services.ingest.equations.domain import Scope, Target, look_again
from services.ingest.equations.service import Examined
from services.ingest.freshness import service as freshness
from services.ingest.reconciliation import repository
from services.ingest.reconciliation.domain import DAILY_AFTER, days_due, look_back
from services.ingest.reconciliation.errors import UnknownManifestError
from services.ingest.reconciliation.repository import Made
from services.ingest.tally import service as tally
from services.ingest.tally.domain import OUTCOMES, UNPLACED, Counted
from shared import clock, ids
from shared.db import transaction
from shared.events import reconciliation as events
from shared.events.codec import encode
from shared.events.reconciliation import FeedReconciledV1
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed
from shared.messaging import outbox

SOURCE = "/xianjie/ingest"
LATE = timedelta(minutes=1)
"""Submissions that name a closed period are taken together for so long before its manifest is made again."""

_OF_THE_FEED = {"published_total", "unplaced_total", "divisions"}
_OF_THE_MANIFEST = {"manifest_id", "number", "revision", "made_at", "previous_sha256", "sha256"}


async def tick(engine: AsyncEngine) -> bool:
    """One step in a transaction of its own; see `step`."""
    async with transaction(engine) as conn:
        return await step(conn)


async def step(conn: AsyncConnection) -> bool:
    """Count the next published parts and tell what became fresh or overdue; when there is nothing to count, make one
    manifest that is due. Whether anything was done, so that more may follow; False also while another worker does it.
    """
    if not await tally.lock(conn, wait=False):
        return False
    counted = await tally.step(conn)
    closings = await freshness.advance(conn, counted.seen)
    await _plan(conn, counted, closings)
    if counted.more:
        return True
    due = await repository.next_due(conn, tuple(BY_NUMBER), clock.now())
    if due is not None:
        await _make(conn, due)
    return due is not None


async def reconcile(conn: AsyncConnection, target: Target) -> Made:
    """Reconcile a target now. The last revision of its manifest, a new one if there is anything new to say.

    Raises UnknownPeriodError when nobody has closed the period.
    """
    await tally.lock(conn)
    return await _make(conn, target)


async def manifest(conn: AsyncConnection, manifest_id: UUID, department: str | None) -> Made:
    """One manifest, of this department if one is given. Raises UnknownManifestError."""
    found = await repository.manifest_of(conn, manifest_id)
    if found is None or department not in {None, BY_NUMBER[found.feed].department}:
        raise UnknownManifestError("没有这份数据清单，或者不在您的权限范围内。")
    return found


async def manifests(
    conn: AsyncConnection, feeds: Sequence[Feed], scope: Scope | None, name: str | None, below: UUID | None, limit: int
) -> list[Made]:
    """Manifests of these feeds, the last first."""
    return await repository.manifests(conn, [feed.number for feed in feeds], scope, name, below, limit)


async def _plan(conn: AsyncConnection, counted: Counted, closings: Iterable[Closing]) -> None:
    """Put on the agenda what became due: closed periods, days that are over, and what came late for either."""
    now, today = clock.now(), clock.today()
    await repository.put(conn, [Target(one.feed, "period", one.period) for one in closings], now)
    if counted.periods:
        late = await deliveries.closed(conn, counted.periods)
        await repository.put(conn, [Target(feed, "period", name) for feed, name in sorted(late)], now + LATE)
    yesterday = today - timedelta(days=1)
    through, looked_back_to = await repository.run_so_far(conn) or (None, None)
    days = {(feed, day) for feed, day in counted.days if through is not None and day <= through}
    if through is None or through < yesterday:
        received = await repository.first_received(conn, tuple(BY_NUMBER))
        first = clock.business_date(received) if received else today
        old = look_back(looked_back_to, first, today)
        due = days_due(through or first - timedelta(days=1), today)
        days |= await tally.days_with_records(conn, [*due, *old])
        days |= {(feed, yesterday) for feed in BY_NUMBER if yesterday in due}
        await repository.remember_run(conn, yesterday, old[-1] if old else looked_back_to)
    targets = [Target(feed, "day", day.isoformat()) for feed, day in sorted(days) if feed in BY_NUMBER]
    await repository.put(conn, targets, clock.start_of_day(today) + DAILY_AFTER)


async def _make(conn: AsyncConnection, target: Target) -> Made:
    now = clock.now()
    examined = await equations.examine(conn, target, now)
    await repository.strike(conn, target)
    again = look_again(examined.equations, now)
    if again is not None:
        await repository.put(conn, [target], again)
    last = await repository.last_of_target(conn, target)
    event = await _manifest(conn, examined, last.revision + 1 if last else 1, now)
    content = _content(event)
    if last is not None and last.content == content:
        return last
    made = Made(
        UUID(event.manifest_id), target.feed, event.number, target.scope, target.name, event.revision, now,
        event.balanced, content, bytes.fromhex(event.sha256), event.canonical(),
    )  # fmt: skip
    await repository.keep(conn, made)
    key = event.department
    await outbox.add(conn, [encode(event, event_id=event.manifest_id, source=SOURCE, key=key, time=now)])
    return made


async def _manifest(conn: AsyncConnection, examined: Examined, revision: int, now: datetime) -> FeedReconciledV1:
    feed, target, found = BY_NUMBER[examined.target.feed], examined.target, examined.found
    number, previous = await repository.last_of_feed(conn, feed.number)
    standings = await freshness.standings(conn, feed)
    declared = examined.declared
    return FeedReconciledV1(
        manifest_id=str(ids.uuid7()),
        department=feed.department,
        kind=feed.kind,
        number=number + 1,
        scope=target.scope,
        name=target.name,
        revision=revision,
        made_at=now,
        deliveries=[_delivery(one) for one in examined.deliveries],
        complete=declared is None or declared.complete,
        attribution=examined.attribution,
        submissions=found.submissions,
        sent=None if declared is None else declared.sent,
        received=found.received,
        counts=events.OutcomeCounts(**dict(zip(OUTCOMES, found.counts, strict=True))),
        stored=found.stored,
        published=found.acknowledged,
        kept=found.kept,
        waiting=found.waiting,
        equations=[
            events.Equation(equation=one.word, expected=one.expected, found=one.found, holds=one.holds)
            for one in examined.equations
        ],
        balanced=examined.balanced,
        published_total=sum(examined.totals.values()),
        unplaced_total=examined.totals.get(UNPLACED, 0),
        divisions=[_division(row) for row in standings if row.division_code != UNPLACED],
        previous_sha256=None if previous is None else previous.hex(),
        sha256="-",
    ).sealed()


def _content(event: FeedReconciledV1) -> bytes:
    """A digest of what the manifest says of its scope: without what others' records change."""
    said: Any = event.model_dump(mode="json", exclude={"equations"} | _OF_THE_FEED | _OF_THE_MANIFEST)
    judged = [
        (one.equation, one.holds) if one.equation == "totals" else (one.equation, one.holds, one.expected, one.found)
        for one in event.equations
    ]
    return hashlib.sha256(orjson.dumps([said, judged], option=orjson.OPT_SORT_KEYS)).digest()


def _delivery(one: Delivery) -> events.ClosedDelivery:
    return events.ClosedDelivery(
        division_code=one.division_code, records_sent=one.records_sent, revision=one.revision, closed_at=one.closed_at
    )


def _division(row: freshness.Row) -> events.DivisionTotal:
    standing = row.standing
    return events.DivisionTotal(
        division_code=row.division_code,
        published=row.published,
        state=row.state,
        last_at=standing.last_at if standing else None,
        since=standing.since if standing else None,
    )
