"""The whole sample: every department's records in the order of sending, and what must come out of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

import orjson

from shared.sample.bills import bills
from shared.sample.domain import Item, Labels
from shared.sample.dwellings import appraisals, appraise, renovations
from shared.sample.population import Numbers, populate
from shared.sample.registers import enrolments, households

BATCH = 1_000


class Sample:
    """A made-up population's records of 24 months, the same for the same arguments. Made when first asked for."""

    def __init__(self, households: int, seed: int, as_of: date) -> None:
        if households < 4:
            raise ValueError("a sample needs at least 4 households to hold the defects")
        self.households = households
        self.seed = seed
        self.as_of = as_of

    def submissions(self) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
        """(department, kind, records) of each body in the order of sending: what must arrive later comes later."""
        for feed, group in groupby(self._stream(), key=itemgetter(0)):
            department, _, kind = feed.partition("/")
            records = (item.record for _, item in group)
            while batch := list(islice(records, BATCH)):
                yield department, kind, batch

    @cached_property
    def labels(self) -> Labels:
        """How many of each outcome every feed must show, and which records carry which defect."""
        labels = Labels()
        for feed, item in self._stream():
            labels.add(feed, item)
        return labels

    def write(self, folder: Path, format: str = "json") -> None:  # noqa: A002 (the command's own word)
        """Write one file a body, numbered in the order of sending, and `labels.json`. ValueError for another format."""
        if format != "json":
            raise ValueError(f"the sample is written as json, not as {format}")
        folder.mkdir(parents=True, exist_ok=True)
        for number, (department, kind, records) in enumerate(self.submissions(), 1):
            (folder / f"{number:04d}-{department}-{kind}.json").write_bytes(orjson.dumps({"records": records}))
        text = json.dumps(asdict(self.labels), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "labels.json").write_text(text + "\n", "utf-8")

    def _stream(self) -> Iterator[tuple[str, Item]]:
        """(feed, item), waves in order and within a wave feed by feed; only the few later items are held in memory."""
        waiting: dict[int, list[tuple[str, Item]]] = {}
        for feed, items in self._feeds():
            for item in items:
                if item.wave == 1:
                    yield feed, item
                else:
                    waiting.setdefault(item.wave, []).append((feed, item))
        for _, entries in sorted(waiting.items(), key=itemgetter(0)):
            yield from entries

    def _feeds(self) -> Iterator[tuple[str, Iterator[Item]]]:
        random = Random(f"{self.seed}/{self.households}/{self.as_of}")  # noqa: S311 (a sample is repeatable)
        numbers = Numbers()
        families = populate(self.households, random, numbers, self.as_of)
        yield "rural-revitalization/household", households(families, random, numbers, self.as_of)
        yield "medical-insurance/enrolment", enrolments(families, random, self.as_of)
        fate = appraise(families, random)
        yield "housing/dwelling-appraisal", appraisals(families, fate, random, self.as_of)
        yield "housing/dwelling-renovation", renovations(families, fate, random, self.as_of)
        yield "medical-insurance/settlement", bills(families, random, self.as_of)


def generate(households: int, seed: int, as_of: date) -> Sample:
    """The sample of that many households (≥ 4; from 12 on it holds every defect), whose last day is `as_of`.

    Deterministic; `as_of` may not lie after today, or ingest refuses what lies in the future.
    """
    return Sample(households, seed, as_of)
