"""kill −9 of a part in the middle of a push: stored = published = applied, and the warnings are those
of an undisturbed run (trust §4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.factories import people
from tests.support.department import Department
from tests.support.live import Live, wait_until
from tests.support.undisturbed import undisturbed, warnings_of

PARTS = ["screening worker", "ingest API", "ingest worker", "broker", "indicators worker"]
ROUNDS_LONG = 20
BACK_SECONDS = 60

Bodies = list[tuple[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module", params=["tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One stack for all rounds on one broker: what an earlier round left must not hurt a later one."""
    live = Live.start(tmp_path_factory.mktemp(request.param) / "data", request.param)
    yield live
    live.close()


@pytest.fixture(scope="module")
def department(stack: Live) -> Department:
    """The ledger of all rounds."""
    return Department(stack)


def bodies(first: int, households: int, random: Random) -> Bodies:
    """Households from number `first` with two members each, their enrolments, bills and houses: some
    over the lines, each record in one version, in bodies of mixed sizes and mixed order."""
    numbers = range(first, first + households)
    by_feed: dict[str, list[dict[str, Any]]] = {
        "rural-revitalization/household": [
            people.household(n, [2 * n, 2 * n + 1], lifted=random.random() < 0.5) for n in numbers
        ],
        "medical-insurance/enrolment": [
            people.enrolment(f"E-{p}", p) for n in numbers for p in (2 * n, 2 * n + 1) if random.random() < 0.9
        ],
        "medical-insurance/settlement": [
            people.settlement(f"S-{n}-{i}", 2 * n + i % 2, f"{random.randrange(20_000)}.50")
            for n in numbers
            for i in range(4)
        ],
        "housing/dwelling-appraisal": [people.appraisal(f"A-{n}", 2 * n, random.choice("ABCD")) for n in numbers],
    }
    found: Bodies = []
    for feed, records in by_feed.items():
        start = 0
        while start < len(records):
            size = random.randint(5, 60)
            found.append((feed, records[start : start + size]))
            start += size
    random.shuffle(found)
    return found


_next = iter(range(1, 10**6))


def disturb(live: Live, department: Department, part: str, seed: int, households: int) -> None:
    """Push while `part` is killed at a random moment of it, then wait until everything has arrived."""
    random = Random(seed)
    first = 1 + (next(_next) - 1) * households
    sent, before = bodies(first, households, random), len(department.ledger)
    moment = random.uniform(0.05, 0.7)
    pushing = department.send_all(sent)
    while pushing.is_alive() and len(department.ledger) < before + len(sent) * moment:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.02))
    assert pushing.is_alive(), "killed when all was over"
    live.kill(part)
    pushing.join()
    promised = department.promised()
    stored = {
        (row["feed"], row["source_id"], row["version"])
        for row in live.ask("ingest", "SELECT feed, source_id, version FROM record_version WHERE publish")
    }
    assert len(stored) == len(promised) == live.count("ingest", "SELECT count(*) FROM record_version")
    wait_until(lambda: live.settled(len(promised)), BACK_SECONDS, f"all applied after {part} was killed")


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_lost_or_doubled(stack: Live, department: Department, part: str) -> None:
    disturb(stack, department, part, seed=PARTS.index(part), households=40)


def test_the_warnings_are_those_of_an_undisturbed_run(stack: Live, department: Department) -> None:
    expected = undisturbed(stack, "undisturbed")
    assert expected.count(b"\n") > len(PARTS)
    wait_until(lambda: warnings_of(stack.stack.databases["screening"]) == expected, 20, "equal warnings")


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
def test_twenty_rounds_each(stack: Live, department: Department, part: str) -> None:
    for seed in range(100, 100 + ROUNDS_LONG):
        disturb(stack, department, part, seed, households=40)
    expected = undisturbed(stack, f"undisturbed_{PARTS.index(part)}")
    wait_until(lambda: warnings_of(stack.stack.databases["screening"]) == expected, 20, "equal warnings")
