"""NDJSON beside JSON batches of the same settlements, in turns over as many connections on one API process; then one
body of 64 MiB, and what the API's memory comes to meanwhile (issue 6: under 200 MiB)."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import orjson

from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report, Stack

RUNS = 5
SIZE = 1_000
STREAMS = 4
PARTS = 15
"""Thousands of records a stream: as many records in all as the JSON batches of `ingest`."""
WHOLE_BYTES = 64 * 1024 * 1024
WANTED_MIB = 200
MEDIA_TYPE = "application/x-ndjson"


def stream_of(templates: list[bytes], numbers: count[int], parts: int) -> bytes:
    """`parts` thousand new records, a line each."""
    ready = (shared.fresh(templates[i % len(templates)], next(numbers)) for i in range(parts))
    return b"".join(
        orjson.dumps(r, option=orjson.OPT_APPEND_NEWLINE) for b in ready for r in orjson.loads(b)["records"]
    )


async def streams(stack: Stack, templates: list[bytes], numbers: count[int]) -> float:
    """Records per second of STREAMS streams at once."""
    bodies = [stream_of(templates, numbers, PARTS) for _ in range(STREAMS)]

    async def one(body: bytes) -> None:
        client = await shared.Client.connect(stack.port)
        status, answer = await client.post(stack.token, body, media_type=MEDIA_TYPE)
        if status != 201:
            raise RuntimeError(f"answered {status}: {answer[:300]!r}")
        client.close()

    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for body in bodies:
            tasks.create_task(one(body))
    return STREAMS * PARTS * SIZE / (time.perf_counter() - started)


async def whole(stack: Stack, templates: list[bytes], numbers: count[int]) -> Report:
    """One body as large as one may be; the API's memory is looked at all the while."""
    body = b""
    while len(body) < WHOLE_BYTES:
        body += stream_of(templates, numbers, 20)
    body = body[: body.rindex(b"\n", 0, WHOLE_BYTES) + 1]
    peak, done = stack.api.memory_info().rss, asyncio.Event()
    before = peak

    async def watch() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, stack.api.memory_info().rss)
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    client = await shared.Client.connect(stack.port)
    started = time.perf_counter()
    status, answer = await client.post(stack.token, body, media_type=MEDIA_TYPE)
    seconds = time.perf_counter() - started
    done.set()
    await watching
    client.close()
    records = body.count(b"\n")
    if status != 201 or orjson.loads(answer)["counts"]["accepted"] != records:
        raise RuntimeError(f"answered {status}: {answer[:300]!r}")
    return {
        "bytes": len(body),
        "records": records,
        "records_per_s": round(records / seconds, 1),
        "api_rss_mib": {"before": _mib(before), "peak": _mib(peak), "wanted_below": WANTED_MIB},
    }


def _mib(size: int) -> float:
    return round(size / 1_048_576, 1)


async def main() -> Report:
    """Run both, in turns; write and return the report."""
    numbers = count()
    templates = shared.bodies(SIZE, 20)
    figures: dict[str, list[float]] = {"ndjson": [], "json": [], "ndjson_us": [], "json_us": []}

    async def measure(name: str, run: Callable[[], Any]) -> None:
        before = stack.cpu_seconds()[0]
        figures[name].append(await run())
        figures[f"{name}_us"].append((stack.cpu_seconds()[0] - before) / (STREAMS * PARTS * SIZE) * 1e6)

    async def batches() -> float:
        seconds, _ = await shared.load(stack, templates, STREAMS * PARTS, STREAMS, numbers)
        return STREAMS * PARTS * SIZE / seconds

    async with shared.stack() as fresh:  # what other requests leave behind would be counted with it
        largest = await whole(fresh, templates, numbers)
    async with shared.stack() as stack:
        await shared.load(stack, templates, 20, STREAMS, numbers)
        for _ in range(RUNS):
            await measure("json", batches)
            await measure("ndjson", lambda: streams(stack, templates, numbers))
        held = await shared.stored(stack.database_url)
    expected = SIZE * (20 + RUNS * 2 * STREAMS * PARTS)
    if held != expected:
        raise RuntimeError(f"answered 201 for {expected} records, stored {held}")
    rate, reference = shared.spread(figures["ndjson"]), shared.spread(figures["json"])
    made = shared.report(
        "ndjson",
        {
            "what": f"records/s, {STREAMS} streams of {PARTS},000 settlements, one API process",
            "records_per_s": rate,
            "processor_us_each": {"api": shared.spread(figures["ndjson_us"])},
            "reference": f"JSON bodies of 1,000 over {STREAMS} connections, same process",
            "reference_records_per_s": reference,
            "reference_processor_us_each": {"api": shared.spread(figures["json_us"])},
            "ratio": round(rate["median"] / reference["median"], 3),
            "one_body_of_64_mib": largest,
        },
    )
    if largest["api_rss_mib"]["peak"] >= WANTED_MIB:
        raise RuntimeError(f"the API came to {largest['api_rss_mib']['peak']} MiB")
    return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
