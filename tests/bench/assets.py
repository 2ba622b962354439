"""The ledger of 20,000 assets with their lives: lists, totals and pages as a browser or a program gets them from an API
process, and the look for findings. Reference: the same list asked of the database alone. `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from services.assets.app import MIGRATIONS
from services.assets.findings import service as findings
from services.assets.ledger import service as ledger
from services.assets.ledger.repository import Wanted
from services.local.ports import free_port
from services.local.postgres import Postgres
from shared import clock, migrations
from shared.db import create_engine, driver, transaction
from shared.http.issuer import DevIssuer
from tests.bench import asset_ledger
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import run_statement
from tests.bench.worklist import timed

ASSETS, SMALL = 20_000, 600
REQUESTS, TOTALS = 1_000, 60
BANNER, TOWNSHIP = "150625000000", "150625100000"
NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
LISTS = {
    "list": "/v1/assets?limit=100",
    "list_of_a_banner_and_class": f"/v1/assets?limit=100&division={BANNER}&asset_class=operating",
    "list_of_a_township": f"/v1/assets?limit=100&division={TOWNSHIP}",
    "list_by_source_and_year": "/v1/assets?limit=100&source=paired&year=2020",
    "list_of_a_past_day": "/v1/assets?limit=100&as_of=2025-01-01",
    "findings": "/v1/findings?limit=100&state=open",
    "page_of_the_list": "/assets",
}
SUMS = {
    "totals": "/v1/totals",
    "totals_of_a_banner": f"/v1/totals?division={BANNER}",
    "totals_of_a_past_day": "/v1/totals?as_of=2025-01-01",
    "page": "/",
}


@contextmanager
def served() -> Iterator[tuple[Path, str]]:
    """A folder with the clock, and the address of the empty ledger on a durable PostgreSQL; both gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "clock").write_text(NOON.isoformat())
        clock.follow(folder / "clock")
        server = Postgres.start(folder / "data", log=folder / "postgres.log")
        try:
            url = server.create_database("assets")
            migrations.upgrade(MIGRATIONS, url)
            yield folder, url
        finally:
            server.kill()
            clock.follow(None)


async def looks(engine: AsyncEngine, runs: int) -> dict[str, object]:
    """Seconds of the first look, which opens everything, and ms of those that find nothing new."""
    times, opened = [], 0
    for _ in range(runs + 1):
        started = time.perf_counter()
        async with transaction(engine) as conn:
            opened += (await findings.look(conn, clock.today()))[0]
        times.append(time.perf_counter() - started)
    again = shared.spread([one * 1000 for one in times[1:]])
    return {"findings": opened, "first_seconds": round(times[0], 2), "again_ms": again}


async def measure(folder: Path, url: str, count: int) -> Report:
    """Fill the database, start the API, ask."""
    engine, issuer, port = (
        create_engine(url, name="bench"),
        DevIssuer(folder / "issuer", environment="development"),
        free_port(),
    )
    started = time.perf_counter()
    await asset_ledger.fill(engine, count)
    filled = time.perf_counter() - started
    await run_statement(url, "VACUUM ANALYZE")
    async with transaction(engine) as conn:
        entries = await (await driver(conn)).fetchval("SELECT count(*) FROM entry")
    looked = await looks(engine, 5)
    secrets = {"clock_file": str(folder / "clock"), "pepper": f"b1:{'A' * 43}="}
    process = shared.serve(url, port, issuer, secrets, folder / "api.log", "assets")
    headers = {"Authorization": f"Bearer {issuer.sign('developer')}"}
    requests = REQUESTS if count == ASSETS else 50
    found = {}
    try:
        await shared.ready(port, process)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60
        ) as client:

            async def get(path: str) -> None:
                (await client.get(path)).raise_for_status()

            async def alone() -> None:
                async with transaction(engine) as conn:
                    await ledger.listed(conn, Wanted(), None, 101)

            for name, path in LISTS.items():
                found[name] = await timed(requests, partial(get, path))
            for name, path in SUMS.items():
                found[name] = await timed(min(TOTALS, requests), partial(get, path))
            found["reference"] = await timed(requests, alone)
    finally:
        process.terminate()
        process.wait(15)
        await engine.dispose()
    return {"entries": entries, "filled_seconds": round(filled, 1), "look": looked, "ms": found}


def main(count: int) -> Report:
    """Measure; write and return the report."""
    with served() as (folder, url):
        found = asyncio.run(measure(folder, url, count))
    return shared.report(
        "assets" if count == ASSETS else "assets-small",
        {
            "what": f"ms for lists, totals and pages of {count} assets with {found['entries']} entries",
            "wanted_ms": {"list_p99": 50, "totals_p99": 1_000},
            **found,
            "reference": "the first page of the list asked of the database alone, no HTTP",
            "ratio_p50": round(found["ms"]["list"]["p50"] / found["ms"]["reference"]["p50"], 2),
        },
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(SMALL if "--small" in sys.argv else ASSETS), indent=1, ensure_ascii=False) + "\n")
