"""The full sweep over stored facts: all rules, the difference to what stands, warnings stored (performance.md row 8).
References in the same run: the rules' one statement with its verdicts counted only, and the same with its rows read.
`--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.facts import service as facts
from services.screening.rules import repository as rules
from services.screening.runs import sweep
from services.screening.warnings.canonical import canonical_bytes
from shared import clock
from shared.db import driver, transaction
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import Loaded, loaded, run_statement, size_of
from tests.bench.population import AS_OF, KNOWN_AT
from tests.bench.screened import engine_for, seeded

RUNS = 3
_NOTHING_RAISED = """
DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(relname, ', ') FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'warning_sweep'
        AND (relname LIKE 'warning%' OR relname LIKE 'clue%')
); END $$
"""
_JUDGE_AGAIN = "UPDATE warning_sweep SET basis = ''"
"""As after a change of a rule: the stored facts hold, the verdicts are due."""


async def swept(engine: AsyncEngine) -> float:
    """Seconds until nothing is due."""
    started = time.perf_counter()
    while await sweep.once(engine, clock.now):
        pass
    return time.perf_counter() - started


async def counted(engine: AsyncEngine) -> float:
    """Seconds of the predicates alone: every verdict of every household, nothing but a sum leaves the database."""
    started = time.perf_counter()
    async with transaction(engine) as conn:
        live = await rules.live(conn, AS_OF, KNOWN_AT)
        names = tuple(dict.fromkeys(name for rule in live for name in rule.parameters))
        relation, arguments = facts.stored(None, KNOWN_AT)
        sql = rules._statement(tuple(rule.texts for rule in live), names, relation, len(arguments), False)
        await (await driver(conn)).fetchval(f"SELECT count(v) FROM ({sql}) v", *arguments, AS_OF, KNOWN_AT)
    return time.perf_counter() - started


async def read(engine: AsyncEngine) -> float:
    """Seconds of the same with its rows read."""
    started = time.perf_counter()
    async with transaction(engine) as conn:
        await rules.verdicts(conn, *facts.stored(None, KNOWN_AT), AS_OF, KNOWN_AT)
    return time.perf_counter() - started


async def measure(url: str) -> Report:
    """In turns: everything raised anew, nothing new, and the references."""
    engine = engine_for(url)
    await seeded(engine)
    async with transaction(engine) as conn:
        await facts.refresh(conn, None, None, AS_OF, KNOWN_AT)
    await run_statement(url, "VACUUM ANALYZE")
    first = await swept(engine)
    figures: dict[str, list[float]] = {name: [] for name in ("raising", "nothing_new", "counted", "read")}
    for _ in range(RUNS):
        for reset in (_NOTHING_RAISED, _JUDGE_AGAIN, "VACUUM ANALYZE"):
            await run_statement(url, reset)
        figures["raising"].append(await swept(engine))
        async with transaction(engine) as conn:
            before = await canonical_bytes(conn, history=True)
        await run_statement(url, _JUDGE_AGAIN)
        figures["nothing_new"].append(await swept(engine))
        async with transaction(engine) as conn:
            if before != await canonical_bytes(conn, history=True):
                raise RuntimeError("a sweep with nothing new changed a warning")
            raised = await (await driver(conn)).fetchval("SELECT count(*) FROM warning")
            households = await (await driver(conn)).fetchval("SELECT count(*) FROM household_facts")
        figures["counted"].append(await counted(engine))
        figures["read"].append(await read(engine))
    await engine.dispose()
    return {"households": households, "warnings": raised, "first_with_facts_s": round(first, 2), "figures": figures}


def main(population: Loaded) -> Report:
    """Measure; write and return the report."""
    found = asyncio.run(measure(population.copy("sweep")))
    seconds = {name: {k: round(v, 3) for k, v in _spread(times).items()} for name, times in found["figures"].items()}
    return shared.report(
        population.named("sweep"),
        {
            "what": f"seconds of a full sweep over the stored facts of {found['households']} households, all rules",
            "wanted_s": 1.0,
            "warnings": found["warnings"],
            "seconds": {name: seconds[name] for name in ("raising", "nothing_new")},
            "first_with_facts_s": found["first_with_facts_s"],
            "reference": {
                "the predicates counted only": seconds["counted"],
                "the same with its rows read": seconds["read"],
            },
            "ratio": round(seconds["nothing_new"]["median"] / seconds["counted"]["median"], 1),
        },
    )


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"min": ordered[0], "median": ordered[len(ordered) // 2], "max": ordered[-1], "runs": len(ordered)}


if __name__ == "__main__":
    with loaded(size_of(sys.argv)) as here:
        sys.stdout.write(json.dumps(main(here), indent=1, ensure_ascii=False) + "\n")
