"""Ingest at work in a process of its own beside another benchmark: its API, its database and the load on them.

`python -m tests.bench.beside` pushes until its standard input ends, then says how many records a second were stored.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import ROOT

_SIZE, _CONNECTIONS, _ROUND = 1_000, 4, 8


@contextmanager
def ingest() -> Iterator[list[float]]:
    """Ingest is pushed at full speed within; afterwards its records a second stand in the list."""
    command = [sys.executable, "-m", "tests.bench.beside"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    rates: list[float] = []
    try:
        if process.stdout is None or process.stdout.readline() != "pushing\n":
            raise RuntimeError("ingest did not start beside")
        yield rates
        rates.append(float(process.communicate("", timeout=60)[0]))
    finally:
        process.kill()
        process.wait()


async def _until_told() -> float:
    """Records a second until the input ends."""
    templates, numbers = shared.bodies(_SIZE, 20), count()
    told = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    async with shared.stack() as stack:
        await shared.load(stack, templates, 20, _CONNECTIONS, numbers)
        sys.stdout.write("pushing\n")
        sys.stdout.flush()
        started, done = time.perf_counter(), 0
        while not told.done():
            await shared.load(stack, templates, _ROUND, _CONNECTIONS, numbers)
            done += _ROUND * _SIZE
        return done / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_until_told()):.0f}\n")
