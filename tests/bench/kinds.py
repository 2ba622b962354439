"""What a record of each kind costs, and what an identity in it costs, beside the settlement's: checking alone, and the
whole way into the database (issue 6, Speed). The catalogue's examples, varied by person and household, a household with
four members, a benefit that covers three."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

import orjson

from shared.feeds.catalogue import FEEDS
from shared.feeds.domain import Feed, Prepared
from shared.feeds.plan import compile_plan
from shared.feeds.prepare import Preparer
from shared.privacy import PersonKeys, Sealer
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import MARK, PEOPLE, Report, Stack

RUNS = 3
BODIES = 6
SIZE = 1_000
CONNECTIONS = 4
REFERENCE = "medical-insurance/settlement"
_FAMILY = ("head", "spouse", "son", "daughter")
_COVERED = 3


def varied(feed: Feed, i: int, people: list[str]) -> dict[str, Any]:
    """The feed's example as a record of its own, about other people."""
    record = {**feed.examples[0], "source_id": f"{MARK.decode()}-{i:06d}"}
    numbers = [people[(i * 7 + step) % PEOPLE] for step in range(4)]
    if "id_number" in record:
        record["id_number"] = numbers[0]
    if "household_no" in record:
        record["household_no"] = f"1506{i:08d}"
    if "members" in record:
        pairs = zip(_FAMILY, numbers, strict=True)
        record["members"] = [{**record["members"][0], "relation": r, "id_number": n} for r, n in pairs]
    for name in compile_plan(feed.model).keyed:
        record[name] = numbers[:_COVERED]
    for name in compile_plan(feed.model).hidden:
        record[name] = f"{numbers[0]}{record[name][18:]}"
    return record


def identities(record: Mapping[str, Any]) -> int:
    """How many different people the record names, 0 for a kind that names its household only."""
    covered = [number for value in record.values() if isinstance(value, list) for number in value]
    numbers = {one["id_number"] if isinstance(one, dict) else one for one in covered}
    people = {number for number in numbers if len(number) >= 18}
    return len(people | {record["id_number"]} if "id_number" in record else people)


def checking(preparer: Preparer, feed: Feed, records: list[dict[str, Any]]) -> float:
    """Processor microseconds a record from parsed value to what can be stored, the median of some runs."""
    costs = []
    for _ in range(RUNS * 3):
        started = time.process_time()
        results = preparer.records(feed, records)
        costs.append((time.process_time() - started) / len(records) * 1e6)
    wrong = next((one for one in results if not isinstance(one, Prepared) or one.notes), None)
    if wrong is not None:
        raise RuntimeError(f"{feed.name}: {wrong}")
    return statistics.median(costs)


async def storing(stack: Stack, feed: Feed, records: list[dict[str, Any]], numbers: count[int]) -> tuple[float, float]:
    """Processor microseconds a record of the API and of the database, the medians of some runs."""
    templates = [orjson.dumps({"records": records[at : at + SIZE]}) for at in range(0, len(records), SIZE)]
    await shared.load(stack, templates, 2, CONNECTIONS, numbers, feed.name)
    api_costs, postgres_costs = [], []
    for _ in range(RUNS):
        before = stack.cpu_seconds()
        await shared.load(stack, templates, BODIES, CONNECTIONS, numbers, feed.name)
        after = stack.cpu_seconds()
        api_cost, postgres_cost = ((b - a) / (BODIES * SIZE) * 1e6 for a, b in zip(before, after, strict=True))
        api_costs.append(api_cost)
        postgres_costs.append(postgres_cost)
    return statistics.median(api_costs), statistics.median(postgres_costs)


async def main() -> Report:
    """Measure every kind; write and return the report."""
    people, numbers = shared.people(), count()
    preparer = Preparer(PersonKeys("b1", bytes(32)), Sealer.from_spec("b1:" + "A" * 43 + "="))
    kinds: dict[str, dict[str, float]] = {}
    async with shared.stack() as stack:
        for feed in FEEDS.values():
            records = [varied(feed, i, people) for i in range(BODIES * SIZE)]
            check = checking(preparer, feed, records[:SIZE])
            api, postgres = await storing(stack, feed, records, numbers)
            costs = {"check_us": check, "api_us": api, "postgres_us": postgres}
            kinds[feed.name] = {"identities": float(identities(records[0])), **costs}
    reference = kinds[REFERENCE]
    return shared.report(
        "kinds",
        {
            "what": "processor microseconds a record and an identity of each kind, 1,000-record bodies",
            "reference": REFERENCE,
            "kinds": {name: _beside(costs, reference) for name, costs in kinds.items()},
        },
    )


def _beside(costs: dict[str, float], reference: dict[str, float]) -> dict[str, Any]:
    """Rounded; an identity's share of what API and database spend on the record (the whole record where it names
    nobody), and how many times the settlement's that is."""
    each, base = (_each_identity(one) for one in (costs, reference))
    rounded = {name: round(cost, 1) for name, cost in costs.items()}
    return {**rounded, "identity_us": round(each, 1), "times_settlement": round(each / base, 2)}


def _each_identity(costs: dict[str, float]) -> float:
    return (costs["api_us"] + costs["postgres_us"]) / max(1.0, costs["identities"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
