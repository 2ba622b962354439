"""A clerk's file from the upload to its receipt: 50,000 settlements as XLSX through one API process and one worker
process (issue 6: under 30 s), beside `shared.sheets.read` alone on the same files in a process of its own; and what
memory both processes come to."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx
import orjson
import psutil  # type: ignore[import-untyped]  # ships no types

from services.local.broker import Tansu
from shared import sheets
from shared.events.topics import FEED_TOPICS, PARTITIONS
from shared.http.issuer import NAME
from shared.messaging.kafka import KafkaAdmin
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report, Stack
from tests.bench.sheet_reading import FEEDS
from tests.bench.sheets import measured

RUNS = 3
ROWS = 50_000
WANTED_SECONDS, WANTED_API_MIB = 30, 200
WRONG_EVERY = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATH = "/v1/feeds/medical-insurance/settlement/files"
FEED = FEEDS["settlement"]
MIB = 1 << 20


class Peak:
    """The most memory that processes held while this was entered, in MiB by name."""

    def __init__(self, **processes: psutil.Process) -> None:
        self.before = {name: _held(process) for name, process in processes.items()}
        self.most = dict(self.before)
        self._processes = processes

    async def __aenter__(self) -> Self:
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            for name, process in self._processes.items():
                self.most[name] = max(self.most[name], _held(process))
            await asyncio.sleep(0.02)


def _held(process: psutil.Process) -> float:
    return round(float(process.memory_info().rss) / MIB, 1)


@asynccontextmanager
async def worker(stack: Stack) -> AsyncIterator[psutil.Process]:
    """`xianjie work ingest` of the stack, with a broker of its own to publish to."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        broker = await asyncio.to_thread(Tansu.start)
        try:
            await KafkaAdmin(broker.bootstrap).ensure_topics(FEED_TOPICS, partitions=PARTITIONS)
            process = _work(stack, broker.bootstrap, Path(folder, "worker.log"))
            try:
                yield psutil.Process(process.pid)
            finally:
                process.terminate()
                process.wait(20)
        finally:
            broker.kill()


def _work(stack: Stack, bootstrap: str, log: Path) -> subprocess.Popen[bytes]:
    settings = {
        "environment": "development", "database_url": stack.database_url, "kafka_bootstrap": bootstrap,
        "kafka_idempotence": "false", "jwks": str(stack.issuer.jwks), "issuer": NAME, **stack.secrets,
    }  # fmt: skip
    environment = {**os.environ, **{f"XIANJIE_{key.upper()}": value for key, value in settings.items()}}
    with log.open("wb") as out:
        command = [sys.executable, "-m", "services.cli", "work", "ingest"]
        return subprocess.Popen(command, cwd=shared.ROOT, env=environment, stdout=out, stderr=out)


def records(numbers: count[int], *, wrong: bool) -> Iterator[dict[str, Any]]:
    """ROWS settlements of as many people that nobody has sent; with `wrong`, one in a hundred does not add up."""
    for body in shared.bodies(1_000, ROWS // 1_000):
        for place, record in enumerate(orjson.loads(shared.fresh(body, next(numbers)))["records"]):
            yield {**record, "total": "99999.00"} if wrong and place % WRONG_EVERY == 0 else record


async def finished(client: httpx.AsyncClient, name: str, content: bytes) -> tuple[float, float, dict[str, Any]]:
    """(seconds until 202, seconds until it is read to its end, the file's state then)."""
    started = time.perf_counter()
    answer = await client.post(PATH, content=content, headers={"Content-Type": XLSX}, params={"name": name})
    taken = time.perf_counter() - started
    if answer.status_code != 202:
        raise RuntimeError(f"answered {answer.status_code}: {answer.text[:300]}")
    while True:
        state: dict[str, Any] = (await client.get(answer.headers["location"])).json()
        if state["ended_at"]:
            return taken, time.perf_counter() - started, state
        await asyncio.sleep(0.1)


def client_of(stack: Stack) -> httpx.AsyncClient:
    """A client with the department's token."""
    headers = {"Authorization": f"Bearer {stack.token}"}
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{stack.port}", headers=headers, timeout=120, trust_env=False)


async def measure(figures: dict[str, list[float]]) -> Peak:
    """Upload and read alone in turns, without and with wrong rows; fills `figures`, gives back the memory."""
    numbers = count()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "结算.xlsx")
        async with (
            shared.stack() as stack,
            worker(stack) as reading,
            client_of(stack) as client,
            Peak(api=stack.api, worker=reading) as memory,
        ):
            for wrong in (False, True) * RUNS:
                await asyncio.to_thread(sheets.write, FEED, records(numbers, wrong=wrong), "xlsx", path)
                content = await asyncio.to_thread(path.read_bytes)
                until_taken, until_read, state = await finished(client, path.name, content)
                rejected = ROWS // WRONG_EVERY if wrong else 0
                if (state["counts"]["accepted"], state["counts"]["rejected"]) != (ROWS - rejected, rejected):
                    raise RuntimeError(f"not all was taken: {state}")
                figures["taken"].append(until_taken)
                figures["wrong" if wrong else "right"].append(until_read)
                if not wrong:
                    alone = await asyncio.to_thread(measured, "ours", "settlement", path)
                    figures["alone"].append(alone["seconds"])
    return memory


async def main() -> Report:
    """Run; write and return the report."""
    figures: dict[str, list[float]] = {"taken": [], "right": [], "wrong": [], "alone": []}
    memory = await measure(figures)
    seconds, reference = shared.spread(figures["right"]), shared.spread(figures["alone"])
    made = shared.report(
        "files",
        {
            "what": f"seconds from the upload of {ROWS} settlements (XLSX) until each is stored, one API, one worker",
            "wanted_seconds": WANTED_SECONDS,
            "seconds": seconds,
            "rows_per_s": round(ROWS / seconds["median"]),
            "seconds_until_202": shared.spread(figures["taken"]),
            "seconds_with_errors": shared.spread(figures["wrong"]),
            "with_errors": f"one row in {WRONG_EVERY} wrong, error workbook ready",
            "reference": "shared.sheets.read alone on the same file, in a process of its own",
            "reference_seconds": reference,
            "ratio": round(seconds["median"] / reference["median"], 2),
            "rss_mib": {"before": memory.before, "peak": memory.most, "wanted_api_below": WANTED_API_MIB},
        },
    )
    if seconds["median"] >= WANTED_SECONDS or memory.most["api"] >= WANTED_API_MIB:
        raise RuntimeError(f"{seconds['median']} s, API at {memory.most['api']} MiB")
    return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
