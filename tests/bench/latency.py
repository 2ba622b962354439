"""From the moment a record is sent until its warning can be read, at 2,000 records a second steadily (performance.md
row 5), on a whole stack with the embedded broker whose screening holds the whole population already. Reference: the
answer to the POST alone. `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from services.screening.facts import service as facts
from shared import clock
from shared.db import transaction
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import Loaded, loaded, move, size_of
from tests.bench.screened import engine_for
from tests.factories import people
from tests.support.live import Live, wait_until

SECONDS = 30
HOUSEHOLDS = 30_000
"""Whom the records are about: few enough to be made here, so many that most have no warning, as in life."""
FIRST = 500_000
"""Household numbers beyond the population's."""
BODY = 100
BODIES_A_SECOND = 20
OVER_THE_LINE_EVERY = 25
RULES = ("M01", "M02")
_SETTLING_SECONDS = 1_200


async def push(client: httpx.AsyncClient, live: Live, feed: str, records: list[dict[str, Any]]) -> None:
    """One body, which must be stored."""
    answer = await client.post(live.url("ingest", f"/v1/feeds/{feed}/submissions"), json={"records": records})
    answer.raise_for_status()


async def watch(
    client: httpx.AsyncClient,
    live: Live,
    after: str,
    sent: dict[str, float],
    seen: dict[str, float],
    done: asyncio.Event,
) -> None:
    """Read the change feed as a downstream application does, and note when each household appears;
    ends when all have been seen after `done`."""
    while not done.is_set() or len(seen) < len(sent):
        page = (await client.get(live.url("screening", f"/v1/warnings/changes?after={after}&limit=500&wait=5"))).json()
        now = time.perf_counter()
        for change in page["items"]:
            household_no = change["warning"]["household_no"]
            if household_no in sent and change["warning"]["rule_code"] in RULES:
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
            records = [people.household(FIRST + n, [n]) for n in range(first, first + 500)]
            await push(client, live, "rural-revitalization/household", records)
        await asyncio.to_thread(wait_until, lambda: judged(live), _SETTLING_SECONDS, "the households judged")
        done = asyncio.Event()
        watching = asyncio.create_task(watch(client, live, await newest(client, live), sent, seen, done))
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
                    sent.setdefault(people.household_no(FIRST + household % HOUSEHOLDS), time.perf_counter())
            before = time.perf_counter()
            await push(client, live, "medical-insurance/settlement", records)
            posts.append((time.perf_counter() - before) * 1000)
        done.set()
        await asyncio.wait_for(watching, _SETTLING_SECONDS)
    return [(seen[h] - sent[h]) * 1000 for h in sent], posts


async def newest(client: httpx.AsyncClient, live: Live) -> str:
    """Where the change feed ends now."""
    after, items = "0", [None]
    while items:
        page = (await client.get(live.url("screening", f"/v1/warnings/changes?after={after}&limit=500"))).json()
        after, items = page["next"], page["items"]
    return after


async def settle(live: Live, population: Loaded) -> None:
    """The population into the stack's screening, facts computed; the arrivals last, for they set the sweep going."""
    url = live.stack.databases["screening"]
    await move(population.address, url, arrivals=False)
    engine = engine_for(url)
    async with transaction(engine) as conn:
        await facts.refresh(conn, None, None, clock.today(), clock.now())
    await engine.dispose()
    await move(population.address, url, arrivals=True)


def judged(live: Live) -> bool:
    """Whether screening has the facts of all households that the records are about."""
    first, last = people.household_no(FIRST), people.household_no(FIRST + HOUSEHOLDS - 1)
    ours = f"SELECT count(*) FROM household_facts WHERE household_no BETWEEN '{first}' AND '{last}'"
    return live.count("screening", ours) == HOUSEHOLDS


def swept(live: Live) -> bool:
    """Whether every banner was brought to today."""
    today = f"as_of = '{clock.today()}'"
    due = live.count("screening", "SELECT count(DISTINCT banner_code) FROM feed_arrival")
    return live.count("screening", f"SELECT count(*) FROM warning_sweep WHERE {today}") == due


def main(population: Loaded) -> Report:
    """One run of half a minute; the figures are of about two thousand warnings."""
    clock.follow(None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        live = Live.start(Path(name) / "data")
        try:
            asyncio.run(settle(live, population))
            wait_until(lambda: swept(live), _SETTLING_SECONDS, "the population's first sweep")
            waits, posts = asyncio.run(measure(live))
        finally:
            live.close()
    return shared.report(
        population.named("latency"),
        {
            "what": f"ms from sending to a readable warning, {BODY * BODIES_A_SECOND} records/s for {SECONDS} s",
            "households": population.size.households,
            "record_versions": population.versions,
            "warnings": len(waits),
            "milliseconds": {"p50": shared.percentile(waits, 0.5), "p99": shared.percentile(waits, 0.99)},
            "wanted_milliseconds": {"p50": 300, "p99": 1_000},
            "reference": "the answer to the POST alone",
            "reference_milliseconds": {"p50": shared.percentile(posts, 0.5), "p99": shared.percentile(posts, 0.99)},
        },
    )


if __name__ == "__main__":
    with loaded(size_of(sys.argv)) as here:
        sys.stdout.write(json.dumps(main(here), indent=1, ensure_ascii=False) + "\n")
