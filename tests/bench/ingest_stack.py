"""What the ingest benchmarks share: a server, one API process, a lean HTTP client, records in bulk."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import psutil  # type: ignore[import-untyped]  # ships no types

from services.ingest.app import MIGRATIONS
from services.local.ports import free_port
from services.local.postgres import Postgres
from shared import migrations
from shared.codes import identity
from shared.http.issuer import NAME, DevIssuer

ROOT = Path(__file__).parents[2]
PATH = "/v1/feeds/medical-insurance/settlement/submissions"
PEOPLE = 50_000
MARK = b"@@@@@@@@"
"""Stands in a made body where each sending puts its own eight characters, so that every record is new."""

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running API; `secrets` are the settings of its three keys, `token` is the medical insurance's."""

    database_url: str
    port: int
    token: str
    issuer: DevIssuer
    secrets: dict[str, str]
    api: psutil.Process
    postgres: psutil.Process

    def cpu_seconds(self) -> tuple[float, float]:
        """Processor time that the API and the database have used so far."""
        return _cpu(self.api), sum(map(_cpu, (self.postgres, *self.postgres.children(recursive=True))))


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


@asynccontextmanager
async def migrated() -> AsyncIterator[tuple[Path, str]]:
    """A folder, and the address of ingest's fresh database on a durable PostgreSQL in it; both are gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = await asyncio.to_thread(Postgres.start, folder / "data", log=folder / "postgres.log")
        try:
            url = await asyncio.to_thread(server.create_database, "ingest")
            await asyncio.to_thread(migrations.upgrade, MIGRATIONS, url)
            yield folder, url
        finally:
            await asyncio.to_thread(server.kill)


@asynccontextmanager
async def stack() -> AsyncIterator[Stack]:
    """One API process on a database of its own, both ended afterwards."""
    async with migrated() as (folder, url):
        issuer = DevIssuer(folder / "issuer", environment="development")
        port = free_port()
        secrets = {name: _secret() for name in ("pepper", "bus_key", "vault_key")}
        process = serve(url, port, issuer, secrets, folder / "api.log")
        try:
            await ready(port, process)
            token = issuer.sign("department", "medical-insurance")
            postgres = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
            yield Stack(url, port, token, issuer, secrets, psutil.Process(process.pid), postgres)
        finally:
            process.terminate()
            process.wait(15)


def _secret() -> str:
    return f"b1:{base64.b64encode(os.urandom(32)).decode()}"


def serve(
    url: str, port: int, issuer: DevIssuer, secrets: dict[str, str], log: Path, service: str = "ingest"
) -> subprocess.Popen[bytes]:
    """`xianjie serve SERVICE` in a process of its own, which the caller ends; `secrets` and what else it needs."""
    settings = {
        "environment": "development", "database_url": url, "kafka_bootstrap": "127.0.0.1:1", "port": str(port),
        "jwks": str(issuer.jwks), "issuer": NAME, **secrets,
    }  # fmt: skip
    own = {f"XIANJIE_{key.upper()}": value for key, value in settings.items()}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, **own, "PYTHONPATH": path}
    with log.open("wb") as out:
        command = [sys.executable, "-m", "services.cli", "serve", service]
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)


async def ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the API is; RuntimeError when it ends or takes too long."""
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the API ended before it was ready")
        try:
            async with asyncio.timeout(2):
                client = await Client.connect(port)
                try:
                    status, _body = await client.get("/readyz")
                finally:
                    client.close()
            if status == 200:
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("the API did not get ready")


class Client:
    """One connection. Costs a few microseconds a request, so that the two cores are the server's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> Client:
        """To 127.0.0.1."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 22))

    async def get(self, path: str) -> tuple[int, bytes]:
        """(status, body)."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: ingest\r\n\r\n".encode())
        return await self._answer()

    async def post(
        self, token: str, body: bytes, path: str = PATH, media_type: str = "application/json"
    ) -> tuple[int, bytes]:
        """(status, body) of a body."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: ingest\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.writelines((head.encode(), body))
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head[9:12]), await self._reader.readexactly(length)

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


def people() -> list[str]:
    """Valid identity numbers of the reserved sequence range."""
    start = date(1930, 1, 1)
    bodies = (f"150625{start + timedelta(days=i // 10):%Y%m%d}99{i % 10}" for i in range(PEOPLE))
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    made = [b + "10X98765432"[sum(int(d) * w for d, w in zip(b, weights, strict=True)) % 11] for b in bodies]
    if not all(identity.birth_of(number) for number in made[:100]):
        raise RuntimeError("the numbers made here are not valid")
    return made


def bodies(size: int, count: int) -> list[bytes]:
    """`count` different bodies of `size` settlements; `fresh` makes one sendable."""
    numbers = people()
    records = (
        {
            "source_id": f"{MARK.decode()}-{i:06d}",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": numbers[i * 7 % PEOPLE],
            "name": "龘龘",
            "setting": "inpatient",
            "settled_on": "2026-03-01",
            "hospital_code": "H15062500001",
            "total": "18600.00",
            "basic_paid": "9800.00",
            "critical_illness_paid": "1200.00",
            "medical_assistance_paid": "1500.00",
            "self_paid": "6100.00",
            "self_paid_in_catalogue": f"{i % 4800}.00",
        }
        for i in range(size * count)
    )
    return [orjson.dumps({"records": [next(records) for _ in range(size)]}) for _ in range(count)]


def fresh(body: bytes, number: int) -> bytes:
    """The body with source ids that were never sent."""
    return body.replace(MARK, b"%08d" % number)


async def load(
    stack: Stack,
    templates: Sequence[bytes],
    requests: int,
    connections: int,
    numbers: Iterator[int],
    feed: str = "medical-insurance/settlement",
) -> tuple[float, list[float]]:
    """Send `requests` bodies of a feed over `connections`; (seconds, latencies in ms). Every answer must be 201."""
    token = stack.issuer.sign("department", feed.partition("/")[0])
    path = f"/v1/feeds/{feed}/submissions"
    ready = [fresh(templates[i % len(templates)], next(numbers)) for i in range(requests)]
    latencies: list[float] = []

    async def one() -> None:
        client = await Client.connect(stack.port)
        while ready:
            body = ready.pop()
            started = time.perf_counter()
            status, answer = await client.post(token, body, path)
            latencies.append((time.perf_counter() - started) * 1000)
            if status != 201:
                raise RuntimeError(f"answered {status}: {answer[:300]!r}")
        client.close()

    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(connections):
            tasks.create_task(one())
    return time.perf_counter() - started, latencies


async def stored(url: str) -> int:
    """Record versions in the database."""
    db = await asyncpg.connect(url)
    try:
        return int(await db.fetchval("SELECT count(*) FROM record_version"))
    finally:
        await db.close()


async def repeat(runs: int, run: Callable[[], Awaitable[float]]) -> dict[str, float]:
    """min, median and max of `runs` figures."""
    figures = [await run() for _ in range(runs)]
    return spread(figures)


def spread(figures: Sequence[float]) -> dict[str, float]:
    """min, median and max."""
    low, middle, high = min(figures), statistics.median(figures), max(figures)
    return {"min": round(low, 1), "median": round(middle, 1), "max": round(high, 1), "runs": len(figures)}


def percentile(figures: Sequence[float], share: float) -> float:
    """The value that `share` of the figures do not exceed."""
    ordered = sorted(figures)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


def report(name: str, body: Report) -> Report:
    """Add machine and versions, write `bench-results/NAME.json`, and give it back."""
    packages = ("fastapi", "uvicorn", "pydantic", "asyncpg", "SQLAlchemy", "orjson")
    whole = {
        "name": name,
        "machine": {"cpus": os.cpu_count(), "processor": platform.machine(), "system": platform.platform()},
        "versions": {"python": platform.python_version(), **{package: version(package) for package in packages}},
        **body,
    }
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    return whole
