"""From the moment a record is sent until its warning can be read, at 1,000 records a second steadily
(performance.md row 5), on a whole stack with the embedded broker. Reference: the answer to the POST alone."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.factories import people
from tests.support.live import Live

SECONDS = 30
HOUSEHOLDS = 3_000
BODY = 100
BODIES_A_SECOND = 10
OVER_THE_LINE_EVERY = 25


async def push(client: httpx.AsyncClient, live: Live, feed: str, records: list[dict[str, Any]]) -> None:
    """One body, which must be stored."""
    answer = await client.post(live.url("ingest", f"/v1/feeds/{feed}/submissions"), json={"records": records})
    answer.raise_for_status()


async def watch(
    client: httpx.AsyncClient, live: Live, sent: dict[str, float], seen: dict[str, float], done: asyncio.Event
) -> None:
    """Read the change feed as a downstream application does, and note when each household appears;
    ends when all have been seen after `done`."""
    after = "0"
    while not done.is_set() or len(seen) < len(sent):
        page = (await client.get(live.url("screening", f"/v1/warnings/changes?after={after}&limit=500&wait=5"))).json()
        now = time.perf_counter()
        for change in page["items"]:
            household_no = change["warning"]["household_no"]
            if household_no in sent:
                seen.setdefault(household_no, now)
        after = page["next"]


async def measure(live: Live) -> tuple[list[float], list[float]]:
    """(milliseconds to a readable warning, milliseconds of the POST alone)."""
    headers = {"Authorization": live.client.headers["Authorization"]}
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    posts: list[float] = []
    async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as client:
        for first in range(0, HOUSEHOLDS, 500):
            records = [people.household(n, [n]) for n in range(first, first + 500)]
            await push(client, live, "rural-revitalization/household", records)
        await asyncio.sleep(5)
        done = asyncio.Event()
        watching = asyncio.create_task(watch(client, live, sent, seen, done))
        started, serial = time.perf_counter(), 0
        for tick in range(SECONDS * BODIES_A_SECOND):
            await asyncio.sleep(max(0.0, started + tick / BODIES_A_SECOND - time.perf_counter()))
            records = []
            for _ in range(BODY):
                serial += 1
                large = serial % OVER_THE_LINE_EVERY == 0
                household = serial // OVER_THE_LINE_EVERY if large else serial % HOUSEHOLDS
                records.append(
                    people.settlement(f"L-{serial}", household % HOUSEHOLDS, "15000.00" if large else "1.00")
                )
                if large:
                    sent.setdefault(people.household_no(household % HOUSEHOLDS), time.perf_counter())
            before = time.perf_counter()
            await push(client, live, "medical-insurance/settlement", records)
            posts.append((time.perf_counter() - before) * 1000)
        done.set()
        await asyncio.wait_for(watching, 120)
    return [(seen[h] - sent[h]) * 1000 for h in sent], posts


def main() -> Report:
    """One run of half a minute; the figures are of about a thousand warnings."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        live = Live.start(Path(name) / "data")
        try:
            waits, posts = asyncio.run(measure(live))
        finally:
            live.close()
    return shared.report(
        "latency",
        {
            "what": f"ms from sending to a readable warning, {BODY * BODIES_A_SECOND} records/s for {SECONDS} s",
            "warnings": len(waits),
            "milliseconds": {"p50": shared.percentile(waits, 0.5), "p99": shared.percentile(waits, 0.99)},
            "wanted_p99_milliseconds": 1_000,
            "reference": "the answer to the POST alone",
            "reference_milliseconds": {"p50": shared.percentile(posts, 0.5), "p99": shared.percentile(posts, 0.99)},
        },
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), indent=1, ensure_ascii=False) + "\n")
