"""Two hundred open event streams on one API process (issue 8): from the moment a change is numbered until each reader
has it, and what memory the process comes to. Reference: one stream alone. `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # ships no types

from services.local.ports import free_port
from services.local.postgres import Postgres
from services.screening.app import MIGRATIONS
from shared import migrations
from shared.db import create_engine
from shared.http.issuer import DevIssuer
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.integration.messaging.scene import until
from tests.support import telling

STREAMS = 200
CHANGES, EVERY_SECONDS = 300, 0.1
REQUEST = (
    "GET /v1/warnings/stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nLast-Event-ID: {after}\r\n\r\n"
)


class Readers:
    """Open streams; `arrived` holds (position, when) of each event that any of them got."""

    def __init__(self, port: int, token: str) -> None:
        self.arrived: list[tuple[int, float]] = []
        self._port = port
        self._token = token
        self._reading: list[asyncio.Task[None]] = []

    async def open(self, many: int, after: int) -> None:
        """Open so many, all of them answered."""
        for _ in range(many):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(REQUEST.format(token=self._token, after=after).encode())
            await reader.readuntil(b": opened\n\n")
            self._reading.append(asyncio.create_task(self._read(reader, writer)))

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    self.arrived.append((int(line[4:]), time.perf_counter()))
        finally:
            writer.close()

    async def close(self) -> None:
        """Leave all of them."""
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)


async def waits(engine: Any, port: int, token: str, many: int, first: int, changes: int) -> list[float]:
    """Milliseconds from a change's number to each of `many` readers."""
    readers = Readers(port, token)
    told: dict[int, float] = {}
    await readers.open(many, first - 1)
    try:
        for position in range(first, first + changes):
            await telling.tell(engine, ("raised", telling.warning_of(f"H{position}")))
            await telling.number(engine)
            told[position] = time.perf_counter()
            await asyncio.sleep(EVERY_SECONDS)
        await until(lambda: len(readers.arrived) == many * changes, "every reader has every change")
        return [(at - told[position]) * 1_000 for position, at in readers.arrived]
    finally:
        await readers.close()


async def measure(streams: int, changes: int) -> Report:
    """One API process on a database of its own."""
    async with AsyncExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        server = await asyncio.to_thread(Postgres.start, folder / "data", log=folder / "postgres.log")
        ends.callback(server.kill)
        url = await asyncio.to_thread(server.create_database, "screening")
        await asyncio.to_thread(migrations.upgrade, MIGRATIONS, url)
        engine = create_engine(url, name="bench", pool_size=2)
        ends.push_async_callback(engine.dispose)
        issuer, port = DevIssuer(folder / "issuer", environment="development"), free_port()
        process = shared.serve(url, port, issuer, {"bus_key": f"b1:{'A' * 43}="}, folder / "api.log", "screening")
        ends.callback(process.wait, 20)
        ends.callback(process.terminate)
        await shared.ready(port, process)
        api, token = psutil.Process(process.pid), issuer.sign("developer")
        alone = await waits(engine, port, token, 1, 1, changes // 3)
        before = api.memory_info().rss
        together = await waits(engine, port, token, streams, changes // 3 + 1, changes)
        after = api.memory_info().rss
    return shared.report(
        "streams",
        {
            "what": f"ms from a change's number until a reader of a stream has it, {1 / EVERY_SECONDS:.0f} changes/s",
            "streams": streams,
            "events": len(together),
            "milliseconds": {"p50": shared.percentile(together, 0.5), "p99": shared.percentile(together, 0.99)},
            "api_mib": {"before": round(before / 2**20, 1), "with_streams": round(after / 2**20, 1)},
            "reference": "one stream alone",
            "reference_milliseconds": {"p50": shared.percentile(alone, 0.5), "p99": shared.percentile(alone, 0.99)},
        },
    )


if __name__ == "__main__":
    small = "--small" in sys.argv
    found = asyncio.run(measure(STREAMS, CHANGES // 10 if small else CHANGES))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
