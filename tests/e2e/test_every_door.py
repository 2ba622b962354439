"""Every kind, its template downloaded and filled from the sample, sent as CSV, XLSX and NDJSON: equal records, and
every labelled defect counted in the right outcome (issue 6)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.local.postgres import Postgres
from shared.feeds import catalogue
from shared.sample import DEFECTS, Sample, generate
from shared.sample.domain import Door as Writing
from tests.support.doors import DOORS, Door, DoorName, opened, through

HOUSEHOLDS = 12
FEEDS = sorted(feed.name for feed in catalogue.FEEDS.values())
FILES: tuple[DoorName, ...] = ("csv", "xlsx")
Doors = dict[DoorName, Door]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(HOUSEHOLDS, 5, date(2026, 11, 20))


@pytest.fixture(scope="module")
def doors(
    sample: Sample, postgres: Postgres, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Doors]:
    """The sample through each door, each into a fresh database, all under the same keys."""
    folder, names = tmp_path_factory.mktemp("doors"), {door: f"ingest_door_{door}" for door in DOORS}
    urls = {door: postgres.create_database(name, template("ingest")) for door, name in names.items()}

    async def send() -> Doors:
        return {door: await _sent(door, urls[door], sample, folder) for door in DOORS}

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(asyncio.run, send()).result()
    for name in names.values():
        postgres.drop_database(name)


async def _sent(door: DoorName, url: str, sample: Sample, folder: Path) -> Door:
    async with opened(url, folder) as api:
        return await through(api, door, sample)


def writing(door: DoorName) -> Writing:
    """How the sample names the door in its labels."""
    return "json" if door == "ndjson" else "file"


def only_in_files(sample: Sample, feed: str) -> set[str]:
    """Records whose defect a file forgives and JSON does not."""
    return {
        source_id
        for label, by_feed in sample.labels().source_ids.items()
        if DEFECTS[label].outcome_by("json") != DEFECTS[label].outcome_by("file")
        for source_id in by_feed.get(feed, ())
    }


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("door", FILES)
def test_whatever_the_door_the_records_are_equal(doors: Doors, sample: Sample, door: DoorName, feed: str) -> None:
    apart = only_in_files(sample, feed)
    as_json, as_file = doors["ndjson"].stored[feed], doors[door].stored[feed]
    assert as_json
    assert [row for row in as_file if row["source_id"] not in apart] == as_json
    assert {row["source_id"] for row in as_file} - {row["source_id"] for row in as_json} == apart


@pytest.mark.parametrize("door", DOORS)
def test_the_receipts_count_what_the_labels_say(doors: Doors, sample: Sample, door: DoorName) -> None:
    counted = {feed: dict(Counter(line["outcome"] for line in lines)) for feed, lines in doors[door].lines.items()}
    labels = sample.labels(writing(door))
    wanted = labels.counts
    assert counted == wanted
    assert sorted(counted) == FEEDS
    rejected = sum(counts.get("rejected", 0) for counts in wanted.values())
    put_right = sum(map(len, labels.source_ids["two_heads"].values()))
    assert doors[door].quarantined == (rejected, put_right), "the right household that follows closes the wrong one's"


@pytest.mark.parametrize("door", DOORS)
def test_every_defect_has_its_outcome_and_nothing_else_is_remarked_on(
    doors: Doors, sample: Sample, door: DoorName
) -> None:
    kind = writing(door)
    labelled = {
        (feed, source_id): label
        for label, by_feed in sample.labels(kind).source_ids.items()
        for feed, source_ids in by_feed.items()
        for source_id in source_ids
    }
    seen: dict[tuple[str, str], list[Any]] = {}
    for feed, lines in doors[door].lines.items():
        for line in lines:
            seen.setdefault((feed, line["source_id"]), []).append(line)
    for key, label in labelled.items():
        defect = DEFECTS[label]
        assert defect.outcome_by(kind) in {line["outcome"] for line in seen[key]}, (label, key)
        codes = {remark["code"] for line in seen[key] for remark in (*line["errors"], *line["normalised"])}
        assert codes == {code for code in [defect.code_by(kind)] if code}, (label, key)
    remarked = {key for key, lines in seen.items() for line in lines if line["errors"] or line["normalised"]}
    assert remarked <= set(labelled)
    assert {DEFECTS[label].outcome_by(kind) for label in labelled.values()} >= {
        "accepted", "rejected", "stale", "duplicate", "retracted",
    }  # fmt: skip


def test_each_kind_has_a_template_of_its_own(doors: Doors) -> None:
    assert sorted(doors["xlsx"].templates) == FEEDS
    assert len(set(doors["xlsx"].templates.values())) == len(FEEDS)
