"""Ingest, one settlement a request (performance.md row 2), beside a route that does nothing: the same
process's `/livez` over the same connections."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import count

from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report, Stack

RUNS = 7
REQUESTS = 8_000
CONNECTIONS = 8


async def idle(stack: Stack) -> float:
    """Requests per second of the route that does nothing."""
    left = REQUESTS

    async def one() -> None:
        nonlocal left
        client = await shared.Client.connect(stack.port)
        while left > 0:
            left -= 1
            await client.get("/livez")
        client.close()

    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(one())
    return REQUESTS / (time.perf_counter() - started)


async def main() -> Report:
    """Run both, in turns; write and return the report."""
    numbers = count()
    templates = shared.bodies(1, 2_000)
    rates, references, latencies, api_cost, postgres_cost = [], [], [], [], []
    async with shared.stack() as stack:
        await shared.load(stack, templates, 2_000, CONNECTIONS, numbers)
        for _ in range(RUNS):
            references.append(await idle(stack))
            before = stack.cpu_seconds()
            seconds, waits = await shared.load(stack, templates, REQUESTS, CONNECTIONS, numbers)
            api, postgres = stack.cpu_seconds()
            rates.append(REQUESTS / seconds)
            api_cost.append((api - before[0]) / (REQUESTS) * 1e6)
            postgres_cost.append((postgres - before[1]) / (REQUESTS) * 1e6)
            latencies += waits
        held = await shared.stored(stack.database_url)
    expected = 2_000 + RUNS * REQUESTS
    if held != expected:
        raise RuntimeError(f"answered 201 for {expected} records, stored {held}")
    rate, reference = shared.spread(rates), shared.spread(references)
    return shared.report(
        "ingest_single",
        {
            "what": "requests/s, one settlement each, 8 connections, one API process",
            "wanted_requests_per_s": 2_000,
            "requests_per_s": rate,
            "latency_ms": {"p50": shared.percentile(latencies, 0.5), "p99": shared.percentile(latencies, 0.99)},
            "processor_us_each": {"api": shared.spread(api_cost), "postgres": shared.spread(postgres_cost)},
            "reference": "GET /livez on the same process",
            "reference_requests_per_s": reference,
            "ratio": round(rate["median"] / reference["median"], 3),
        },
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
