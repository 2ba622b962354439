"""A real ingest API behind a socket, as `xianjie push` meets it."""

from __future__ import annotations

import asyncio
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from services.local.ports import free_port
from services.local.postgres import Postgres
from shared.http.issuer import DevIssuer
from tests.bench.ingest_stack import serve
from tests.integration.ingest.conftest import secret

_KEPT = {"alembic_version", "tally_cursor"}


@dataclass(frozen=True)
class Platform:
    """Where it listens, a token, and its database for counting."""

    url: str
    token: str
    database: str

    def rows(self, sql: str) -> list[Any]:
        """What the database holds."""

        async def fetch() -> list[Any]:
            db = await asyncpg.connect(self.database)
            try:
                return list(await db.fetch(sql))
            finally:
                await db.close()

        with ThreadPoolExecutor(1) as pool:  # a browser's loop may be running in this thread
            return pool.submit(lambda: asyncio.run(fetch())).result()

    def count(self, sql: str) -> int:
        """One number."""
        return int(self.rows(sql)[0][0])


@pytest.fixture
def platform(served: Platform) -> Platform:
    """The one platform of this module, empty."""
    tables = served.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    emptied = ", ".join(row[0] for row in tables if row[0] not in _KEPT)
    served.rows(f"TRUNCATE {emptied}")
    return served


@pytest.fixture(scope="module")
def served(
    postgres: Postgres, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """`xianjie serve ingest` in a process of its own."""
    tmp_path = tmp_path_factory.mktemp("served")
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    port, name = free_port(), f"uploader_{uuid.uuid4().hex[:12]}"
    url = postgres.create_database(name, template("ingest"))
    secrets = {name: secret(name[0]) for name in ("pepper", "bus_key", "vault_key")}
    process = serve(url, port, issuer, secrets, tmp_path / "api.log")
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, tmp_path / "api.log")
        yield Platform(address, issuer.sign("developer"), url)
    finally:
        process.terminate()
        process.wait(20)
        postgres.drop_database(name)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/livez", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the API did not start")
