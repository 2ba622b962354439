"""The facts of 1,000 households and of all, from all record versions (performance.md row 7). Reference in the same run:
one pass over the same visible versions, grouped by person and kind, nothing else (DuckDB, which the design names, is
not among our dependencies). `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from random import Random

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.facts import service as facts
from services.screening.facts.repository import Relation
from shared.db import driver, transaction
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import Loaded, loaded, run_statement, size_of
from tests.bench.population import AS_OF, KNOWN_AT
from tests.bench.screened import engine_for, seeded

RUNS = 5
FEW = 1_000
_ONE_PASS = """
SELECT count(*) FROM (
    SELECT coalesce(subject_key, household_no), kind, count(*), sum(amount_fen), max(happened_on)
    FROM record_version
    WHERE visible_from <= $2 AND $2 < visible_to AND effective_on <= $1 AND $1 < holds_to GROUP BY 1, 2
) passed
"""


async def computed(engine: AsyncEngine, relation: Relation) -> int:
    """Compute the relation inside the database, every column of it; how many rows."""
    async with transaction(engine) as conn:
        count = await (await driver(conn)).fetchval(f"SELECT count(q) FROM ({relation[0]}) q", *relation[1])
    return int(count)


async def stored(engine: AsyncEngine, households: list[str] | None) -> None:
    """Compute and write the stored rows, as the live path and the night do."""
    async with transaction(engine) as conn:
        await facts.refresh(conn, households, None, AS_OF, KNOWN_AT)


async def one_pass(engine: AsyncEngine) -> None:
    """The reference."""
    async with transaction(engine) as conn:
        await (await driver(conn)).fetchval(_ONE_PASS, AS_OF, KNOWN_AT)


async def milliseconds(run: Callable[[], Awaitable[object]]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    await run()
    return (time.perf_counter() - started) * 1000


async def measure(url: str) -> Report:
    """Everything in turns, after the stored rows were made once."""
    engine = engine_for(url)
    await seeded(engine)
    first = await milliseconds(lambda: stored(engine, None))
    await run_statement(url, "VACUUM ANALYZE")
    async with transaction(engine) as conn:
        numbers = [
            r[0] for r in await (await driver(conn)).fetch("SELECT household_no FROM household_facts ORDER BY 1")
        ]
    figures: dict[str, list[float]] = {name: [] for name in ("few", "few_stored", "all", "all_stored", "reference")}
    for run in range(RUNS):
        few = sorted(Random(run).sample(numbers, min(FEW, len(numbers))))
        of_few, of_all = facts.computed(few, AS_OF, KNOWN_AT), facts.computed(None, AS_OF, KNOWN_AT)
        steps: dict[str, Callable[[], Awaitable[object]]] = {
            "few": lambda relation=of_few: computed(engine, relation),  # type: ignore[misc]
            "few_stored": lambda few=few: stored(engine, few),  # type: ignore[misc]
            "all": lambda relation=of_all: computed(engine, relation),  # type: ignore[misc]
            "all_stored": lambda: stored(engine, None),
            "reference": lambda: one_pass(engine),
        }
        for name, step in steps.items():
            figures[name].append(await milliseconds(step))
        await run_statement(url, "VACUUM household_facts")
    await engine.dispose()
    return {"households": len(numbers), "first_build_ms": round(first, 1), "figures": figures}


def main(population: Loaded) -> Report:
    """Measure; write and return the report."""
    found = asyncio.run(measure(population.copy("facts")))
    figures = {name: shared.spread(times) for name, times in found["figures"].items()}
    return shared.report(
        population.named("facts"),
        {
            "what": f"ms for the facts of {FEW} and of all {found['households']} households",
            "record_versions": population.versions,
            "wanted_ms": {"few": 100, "all": 4_000},
            "ms": figures,
            "first_build_ms": found["first_build_ms"],
            "reference": "one pass over the visible versions, grouped by person and kind",
            "ratio": {"all": round(figures["all"]["median"] / figures["reference"]["median"], 2)},
        },
    )


if __name__ == "__main__":
    with loaded(size_of(sys.argv)) as here:
        sys.stdout.write(json.dumps(main(here), indent=1, ensure_ascii=False) + "\n")
