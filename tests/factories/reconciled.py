"""What ingest says of freshness, as the bus would deliver it."""

from __future__ import annotations

from datetime import datetime

from shared import clock, ids
from shared.events.codec import Delivery
from shared.events.reconciliation import DivisionTotal, FeedReconciledV1, FreshnessChangedV1, OutcomeCounts
from shared.feeds.catalogue import BY_NUMBER


def manifest(
    kind: int, places: dict[str, int], *, unplaced: int = 0, last_at: datetime | None, name: str = "2026-11"
) -> Delivery:
    """A feed was reconciled: banner → how many versions were published for it."""
    feed = BY_NUMBER[kind]
    zero = OutcomeCounts(accepted=0, corrected=0, retracted=0, stale=0, duplicate=0, rejected=0)
    state = "fresh" if last_at else "never"
    totals = [DivisionTotal(division_code=c, published=n, state=state, last_at=last_at) for c, n in places.items()]
    event = FeedReconciledV1(
        manifest_id=str(ids.uuid7()), department=feed.department, kind=feed.kind, number=1, scope="period", name=name,
        revision=1, made_at=clock.now(), complete=True, attribution="named", submissions=0, sent=0, received=0,
        counts=zero, stored=0, published=0, kept=0, waiting=0, equations=[], balanced=True, unplaced_total=unplaced,
        published_total=sum(places.values()) + unplaced, sha256="-", divisions=totals,
    )  # fmt: skip
    return _delivery(event)


def changed(
    kind: int, division: str, published: int, *, unplaced: int = 0, last_at: datetime, state: str = "fresh"
) -> Delivery:
    """A feed became fresh or overdue somewhere."""
    feed = BY_NUMBER[kind]
    event = FreshnessChangedV1(
        department=feed.department, kind=feed.kind, division_code=division, state=state, was="never", since=last_at,
        last_at=last_at, last_by="delivery", overdue_after_days=feed.overdue_days, published=published,
        unplaced=unplaced, known_at=last_at,
    )  # fmt: skip
    return _delivery(event)


def _delivery(event: FeedReconciledV1 | FreshnessChangedV1) -> Delivery:
    return Delivery(
        event, str(ids.uuid7()), event.TYPE, event.TOPIC, 0, 0, event.department, "/xianjie/ingest", clock.now()
    )
