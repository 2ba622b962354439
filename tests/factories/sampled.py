"""The sample's records as the bus brings them: what ingest would take, known some hours or days after the change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import orjson

from shared.events.codec import Delivery
from shared.feeds import catalogue
from shared.feeds.domain import Prepared
from shared.feeds.prepare import Preparer
from shared.privacy import PersonKeys, Sealer
from shared.sample import Sample
from tests.factories.deliveries import record

_LAGS_HOURS = (0, 1, 30, 30, 400, 2_400)
"""Reported at once, the next day, in weeks, or a hundred days late."""


def deliveries(sample: Sample, random: Random) -> Iterator[Delivery]:
    """Every version that ingest would take; the clock must not stand before the sample's last day."""
    preparer = Preparer(PersonKeys("p1", bytes(32)), Sealer.from_spec("b1:" + "A" * 43 + "="))
    stored: set[tuple[str, str, int]] = set()
    for department, kind, bodies in sample.submissions():
        feed = catalogue.get(department, kind)
        for one in preparer.records(feed, bodies):
            if isinstance(one, Prepared) and (kind, one.source_id, one.version) not in stored:
                stored.add((kind, one.source_id, one.version))
                updated = datetime.fromisoformat(one.source_updated_at)
                yield record(
                    feed.number,
                    one.source_id,
                    updated,
                    None if one.op == "retract" else orjson.loads(one.data_json),
                    subject=one.subject_key,
                    household_no=one.household_no,
                    division=one.division_code,
                    known_at=updated + timedelta(hours=random.choice(_LAGS_HOURS)),
                    effective_on=one.effective_on,
                )
