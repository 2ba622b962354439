"""The API's memory stays under 200 MiB whatever is sent (issue 6); what it and the worker came to is printed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

from shared import sheets
from tests.bench import ingest_stack, ndjson
from tests.bench.files import FEED, MIB, PATH, ROWS, Peak, client_of, finished, records, worker

pytestmark = pytest.mark.long
LIMIT_MIB = 200
WHOLE = 64 * MIB
PUSH = PATH.replace("/files", "/submissions")


@dataclass
class Running:
    """An API process and a worker process, and who watches them."""

    client: httpx.AsyncClient
    memory: Peak

    def told(self, what: str) -> float:
        """Print the figures; the API's."""
        print(f"\n{what}: MiB before {self.memory.before}, at most {self.memory.most}")  # noqa: T201 (asked for)
        return self.memory.most["api"]


@asynccontextmanager
async def running() -> AsyncIterator[Running]:
    async with (
        ingest_stack.stack() as stack,
        worker(stack) as reading,
        client_of(stack) as client,
        Peak(api=stack.api, worker=reading) as memory,
    ):
        yield Running(client, memory)


def ndjson_of(size: int) -> bytes:
    """As many new settlements as fit into so many bytes, a line each."""
    templates, numbers, body = ingest_stack.bodies(1_000, 20), count(), b""
    while len(body) < size:
        body += ndjson.stream_of(templates, numbers, 20)
    return body[: body.rindex(b"\n", 0, size) + 1]


async def test_64_mib_of_ndjson() -> None:
    body = await asyncio.to_thread(ndjson_of, WHOLE)
    async with running() as it:
        answer = await it.client.post(PUSH, content=body, headers={"Content-Type": ndjson.MEDIA_TYPE})
        assert answer.status_code == 201, answer.text[:500]
        assert answer.json()["counts"]["accepted"] == body.count(b"\n")
    assert it.told(f"{len(body) / MIB:.1f} MiB of NDJSON") < LIMIT_MIB


async def test_a_workbook_of_50_000_rows(tmp_path: Path) -> None:
    path = tmp_path / "结算.xlsx"
    await asyncio.to_thread(sheets.write, FEED, records(count(), wrong=True), "xlsx", path)
    async with running() as it:
        _, seconds, state = await finished(it.client, path.name, path.read_bytes())
        assert (state["state"], sum(state["counts"].values())) == ("complete", ROWS)
        workbook = await it.client.get(state["errors_workbook"])
        receipt = await it.client.get(state["receipt"])
        assert (workbook.status_code, receipt.status_code) == (200, 200)
    assert it.told(f"XLSX of {ROWS} rows, {seconds:.1f} s") < LIMIT_MIB


async def test_a_file_of_64_mib_as_a_form() -> None:
    """The largest that is taken; the worker finds no table in it."""

    def chunks() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        yield from (b"," * MIB for _ in range(63))
        yield b"\r\n--x--\r\n"

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks():
            yield chunk

    async with running() as it:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await it.client.post(PATH, content=body(), headers=headers)
        assert answer.status_code == 202, answer.text
        state = answer.json()
        while not state["ended_at"]:
            await asyncio.sleep(0.2)
            state = (await it.client.get(answer.headers["location"])).json()
        assert (state["state"], state["problem"]["code"]) == ("refused", "file_unreadable")
    assert it.told("63 MiB as a form") < LIMIT_MIB
