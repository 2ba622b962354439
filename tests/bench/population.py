"""The sample as record events, in shards that are people of their own: what `loaded` fills the register with.

A shard is a sample of its own seed; its household numbers are moved and its identities keyed apart, so that many
shards make one population. Bills are added until there are as many versions as wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

import orjson

from shared import clock
from shared.clock import SHANGHAI
from shared.events.codec import Delivery
from shared.events.records import RecordAcceptedV1, RecordMetaV1, RecordRetractedV1
from shared.feeds import catalogue
from shared.feeds.domain import Feed, Prepared
from shared.feeds.prepare import Preparer
from shared.ids import uuid7
from shared.privacy import PersonKeys, Sealer
from shared.sample import Sample, generate
from shared.sample.domain import HISTORY_DAYS, money

AS_OF = date(2026, 11, 20)
KNOWN_AT = clock.end_of_day(AS_OF)
SEED = 7
_BODY = 1_000
_BILLS = catalogue.get("medical-insurance", "settlement")
_LAG = timedelta(hours=1)
"""From a department's change to our knowing it."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a population; `versions` at least, reached by more bills."""

    households: int
    versions: int

    @property
    def shards(self) -> int:
        """How many, of at most ten thousand households each, and two at least: there are two cores."""
        return max(2, -(-self.households // 10_000))

    def shard(self, index: int) -> Shard:
        """The `index`-th of them; the last ones are larger by one household where it does not divide."""
        first, end = (self.households * at // self.shards for at in (index, index + 1))
        return Shard(index, first, end - first, -(-self.versions * (end - first) // self.households))


FULL = Size(130_000, 3_000_000)
"""performance.md rows 5 to 8 and 11."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Households `first` … `first + households - 1` of the population and at least `versions` of their records."""

    index: int
    first: int
    households: int
    versions: int

    def deliveries(self) -> Iterator[Delivery]:
        """Every version, as the bus would bring it; the clock must stand after `AS_OF`."""
        sample = generate(self.households, SEED + self.index, AS_OF)
        keys = PersonKeys("p1", self.index.to_bytes(32, "big"))
        events = _Events(self, Preparer(keys, Sealer.from_spec("b1:" + "A" * 43 + "=")))
        for feed, items in sample.waves():
            department, _, kind = feed.partition("/")
            numbered = ((item.record, item.wave) for item in items)
            yield from events.of(catalogue.get(department, kind), numbered)
        lacking = max(0, self.versions - events.made)
        yield from events.of(_BILLS, ((bill, 1) for bill in _bills(sample, lacking)))


class _Events:
    """Counts what it made; the places on the bus are made up, one partition a shard."""

    def __init__(self, shard: Shard, preparer: Preparer) -> None:
        self.made = 0
        self._shard = shard
        self._preparer = preparer

    def of(self, feed: Feed, records: Iterable[tuple[dict[str, Any], int]]) -> Iterator[Delivery]:
        """The events of what ingest would take of these (record, wave)."""
        left = iter(records)
        while body := list(islice(left, _BODY)):
            submission = str(uuid7())
            waves = [wave for _, wave in body]
            for one in self._preparer.records(feed, [self._moved(record) for record, _ in body]):
                if isinstance(one, Prepared):
                    self.made += 1
                    yield self._delivery(feed, one, waves[one.index], submission)

    def _moved(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record as one of this shard."""
        moved = {**record, "source_id": f"{record['source_id']}.{self._shard.index}"}
        if "household_no" in record:
            number = record["household_no"]
            moved["household_no"] = f"{number[:6]}{int(number[6:]) + self._shard.first:06d}"
        return moved

    def _delivery(self, feed: Feed, one: Prepared, wave: int, submission: str) -> Delivery:
        updated = datetime.fromisoformat(one.source_updated_at)
        known = updated + _LAG if wave == 1 else KNOWN_AT - timedelta(hours=8 - wave)
        meta = RecordMetaV1.model_construct(
            department=feed.department,
            kind=feed.kind,
            source_id=one.source_id,
            version=one.version,
            source_updated_at=updated,
            known_at=min(known, KNOWN_AT),
            subject_key=one.subject_key,
            household_no=one.household_no,
            division_code=one.division_code,
            effective_on=one.effective_on,
            previous_subject_key=None,
            submission_id=submission,
            line=one.index,
            outcome="accepted" if one.op == "upsert" else "retracted",
        )
        kind = RecordAcceptedV1 if one.op == "upsert" else RecordRetractedV1
        event = kind.model_construct(meta=meta, data=orjson.loads(one.data_json))
        event_id = f"{submission}.{one.index}"
        return Delivery(
            event, event_id, kind.TYPE, feed.topic, self._shard.index, self.made, one.key, "/xianjie/ingest", known
        )


def _bills(sample: Sample, count: int) -> Iterator[dict[str, Any]]:
    """Small bills of outpatients over the sample's months."""
    random = Random(f"{sample.seed}/bills")
    families = [life.family for life in sample.lives]
    for number in range(count):
        day = AS_OF - timedelta(days=random.randrange(2, HISTORY_DAYS))
        family = random.choice(families)
        total = random.randrange(2_000, 40_000)
        paid = total * random.randrange(40, 90) // 100
        rest = total - paid
        updated = datetime.combine(day + timedelta(days=1), time(9), SHANGHAI) + timedelta(seconds=number % 28_800)
        yield {
            **family.naming(random.choice(family.before(day) or [family.head])),
            "source_id": f"BX-{number:07d}",
            "source_updated_at": updated.isoformat(),
            "setting": "outpatient",
            "settled_on": day.isoformat(),
            "hospital_code": "H15062500001",
            "total": money(total),
            "basic_paid": money(paid),
            "critical_illness_paid": "0.00",
            "medical_assistance_paid": "0.00",
            "self_paid": money(rest),
            "self_paid_in_catalogue": money(rest * 8 // 10),
        }
