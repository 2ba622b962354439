"""The worklist page of a banner with 100,000 open warnings, counts included (performance.md row 11), as a browser gets
it from an API process. Reference: the same questions asked of the database alone. `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from services.local.ports import free_port
from services.screening.clues import service as clues
from services.screening.rules import repository as rules
from services.screening.rules.domain import RuleVersion
from services.screening.warnings import service as warnings
from services.screening.warnings.domain import Decision, HouseholdWarning
from services.screening.warnings.evidence import Evidence
from services.screening.workbench.service import PAGE_CLUES
from shared import ids
from shared.codes import divisions
from shared.db import transaction
from shared.http.issuer import DevIssuer
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import Loaded, loaded, run_statement, size_of, stop_clock
from tests.bench.population import AS_OF, FULL, KNOWN_AT
from tests.bench.screened import engine_for, seeded

BANNER = "150625000000"
OTHER = "150621000000"
WARNINGS, SMALL = 100_000, 4_000
EACH = 2
"""Warnings of a household."""
REQUESTS = 1_000
_BATCH = 1_000
_SPREAD = timedelta(days=12)


def decisions(banner: str, households: int, live: list[RuleVersion]) -> Iterator[Decision]:
    """Warnings raised over twelve days, some overdue, of different rules over the banner's villages."""
    random = Random(banner)
    villages = [p.code for p in divisions.all_divisions() if p.rural and p.code.startswith(banner[:6])]
    for number in range(households):
        raised_at = KNOWN_AT - random.random() * _SPREAD
        for rule in random.sample(live, EACH):
            warning = HouseholdWarning(
                warning_id=ids.uuid7(),
                household_no=f"{banner[:6]}B{number:06d}",
                division_code=villages[number % len(villages)],
                rule_code=rule.code,
                rule_version=rule.version,
                risk_type=rule.risk_type,
                severity=rule.severity,
                state="open",
                eased=number % 20 == 0,
                demo=False,
                snoozed_until=AS_OF + timedelta(days=9) if number % 50 == 0 else None,
                as_of=AS_OF,
                raised_at=raised_at,
                updated_at=raised_at,
            )
            yield Decision("raised", "hit", warning, _evidence(rule))


def _evidence(rule: RuleVersion) -> Evidence:
    return Evidence(
        verdict="hit",
        missing=[],
        as_of=AS_OF.isoformat(),
        known_at=KNOWN_AT.isoformat(),
        rule={"code": rule.code, "version": rule.version, "title": rule.title},
        facts=[],
        leaves=[],
        parameters=[],
        records=[],
        data_age=[],
    )


async def fill(engine: AsyncEngine, banner: str, count: int) -> None:
    """Open warnings by the code that stores them, counts and all."""
    async with transaction(engine) as conn:
        live = await rules.live(conn, AS_OF, KNOWN_AT)
    batch: list[Decision] = []
    for decision in decisions(banner, count // EACH, live):
        batch.append(decision)
        if len(batch) == _BATCH * EACH:
            async with transaction(engine) as conn:
                await warnings.store(conn, batch)
            batch = []
    async with transaction(engine) as conn:
        await warnings.store(conn, batch)


async def timed(requests: int, ask: Callable[[], Awaitable[object]]) -> dict[str, float]:
    """p50 and p99 in ms, one after another, after some that are not counted."""
    times = []
    for number in range(requests + 20):
        started = time.perf_counter()
        await ask()
        if number >= 20:
            times.append((time.perf_counter() - started) * 1000)
    return {"p50": shared.percentile(times, 0.5), "p99": shared.percentile(times, 0.99), "requests": requests}


async def measure(url: str, folder: Path, count: int) -> Report:
    """Fill the database, start the API, ask."""
    engine, issuer, port = engine_for(url), DevIssuer(folder / "issuer", environment="development"), free_port()
    await seeded(engine)
    await fill(engine, BANNER, count)
    await fill(engine, OTHER, count // 2)
    await run_statement(url, "VACUUM ANALYZE")
    beside = {"clock_file": str(stop_clock(folder)), "demo_parameters": "true"}
    process = shared.serve(url, port, issuer, beside, folder / "api.log", "screening")
    headers = {"Authorization": f"Bearer {issuer.sign('banner_officer', division=BANNER)}"}
    try:
        await shared.ready(port, process)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:

            async def get(path: str) -> None:
                (await client.get(path)).raise_for_status()

            async def both() -> None:
                await get("/v1/clues?limit=100")
                await get("/v1/clues/counts")

            async def alone() -> None:
                async with transaction(engine) as conn:
                    await clues.page(conn, BANNER[:6], limit=PAGE_CLUES)
                    await clues.counts(conn, BANNER[:6])

            found = {
                "page": await timed(REQUESTS, lambda: get("/")),
                "page_of_one_severity": await timed(REQUESTS, lambda: get("/?severity=normal")),
                "list_and_counts_as_json": await timed(REQUESTS, both),
                "reference": await timed(REQUESTS, alone),
            }
    finally:
        process.terminate()
        process.wait(15)
        await engine.dispose()
    return found


def main(population: Loaded) -> Report:
    """Measure; write and return the report."""
    count = WARNINGS if population.size == FULL else SMALL
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        found = asyncio.run(measure(population.copy("worklist"), Path(name), count))
    return shared.report(
        population.named("worklist"),
        {
            "what": f"ms for the worklist page of a banner with {count} open warnings of {count // EACH} households",
            "wanted_p99_ms": 50,
            "ms": found,
            "reference": "page and counts asked of the database alone, no HTTP, no page",
            "ratio_p50": round(found["page"]["p50"] / found["reference"]["p50"], 2),
        },
    )


if __name__ == "__main__":
    with loaded(size_of(sys.argv)) as here:
        sys.stdout.write(json.dumps(main(here), indent=1, ensure_ascii=False) + "\n")
