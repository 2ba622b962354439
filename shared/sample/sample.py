"""The whole sample: every department's records in the order of sending, and what must come out of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter
from random import Random

from shared.sample.departments import WRITERS
from shared.sample.domain import Door, Item, Labels, Record
from shared.sample.lives import Life, live
from shared.sample.population import populate
from shared.sample.spoiling import spoil

BATCH = 1_000
LEAST_HOUSEHOLDS = 4
FIRST_DAY = date(2021, 1, 1)
"""The plan begins: no sample ends before it."""


class Sample:
    """A made-up population's records of 24 months, the same for the same arguments. Made when first asked for."""

    def __init__(self, households: int, seed: int, as_of: date) -> None:
        if households < LEAST_HOUSEHOLDS:
            raise ValueError(f"a sample needs at least {LEAST_HOUSEHOLDS} households to hold the defects")
        if as_of < FIRST_DAY:
            raise ValueError(f"a sample does not end before {FIRST_DAY}")
        self.households = households
        self.seed = seed
        self.as_of = as_of
        self._labels: dict[Door, Labels] = {}

    def submissions(self, batch: int = BATCH) -> Iterator[tuple[str, str, list[Record]]]:
        """(department, kind, records) of each body in the order of sending: what must arrive later comes later."""
        for feed, items in self.waves():
            department, _, kind = feed.partition("/")
            records = (item.record for item in items)
            while body := list(islice(records, batch)):
                yield department, kind, body

    def waves(self) -> Iterator[tuple[str, Iterator[Item]]]:
        """(feed, items) in the order of sending, a feed once a wave; take the items before the next feed."""
        for feed, pairs in groupby(self._stream(), key=itemgetter(0)):
            yield feed, (item for _, item in pairs)

    def labels(self, door: Door = "json") -> Labels:
        """How many of each outcome every feed must show when its records come by this door, and which records carry
        which defect."""
        if door not in self._labels:
            labels = Labels()
            for feed, item in self._stream():
                labels.add(feed, item, door)
            self._labels[door] = labels
        return self._labels[door]

    def spoiled(self, feed: str) -> frozenset[str]:
        """The source ids of the records of one feed that carry a defect."""
        random = self._random(feed)
        items = spoil(feed, WRITERS[feed](self.lives, random, self.as_of), random, self.as_of)
        return frozenset(item.record["source_id"] for item in items if item.label is not None)

    @property
    def confirmed(self) -> list[str]:
        """The numbers of the households whose medical warning a visit would confirm, about 2 % of those warned of."""
        return [life.family.household_no for life in self.lives if life.confirmed]

    @cached_property
    def lives(self) -> list[Life]:
        """The families and what befell them."""
        families = populate(self.households, self._random("population"), self.as_of)
        return live(families, self._random("lives"), self.as_of)

    def _stream(self) -> Iterator[tuple[str, Item]]:
        """(feed, item), waves in order and within a wave feed by feed; only the later items are held in memory."""
        waiting: dict[int, list[tuple[str, Item]]] = {}
        for feed, write in WRITERS.items():
            random = self._random(feed)
            for item in spoil(feed, write(self.lives, random, self.as_of), random, self.as_of):
                if item.wave == 1:
                    yield feed, item
                else:
                    waiting.setdefault(item.wave, []).append((feed, item))
        for _, entries in sorted(waiting.items(), key=itemgetter(0)):
            yield from entries

    def _random(self, purpose: str) -> Random:
        """Each feed draws by itself, so that a change of one leaves the others as they are."""
        return Random(f"{self.seed}/{self.households}/{self.as_of}/{purpose}")  # noqa: S311 (a sample is repeatable)


def generate(households: int, seed: int, as_of: date) -> Sample:
    """The sample of that many households (≥ 4; from 12 on it holds every kind and defect), whose last day is `as_of`.

    Deterministic; `as_of` may not lie after today, or ingest refuses what lies in the future.
    """
    return Sample(households, seed, as_of)
