"""Ingest, 1,000 settlements a body over 8 connections, one API process, durable, authentication and
sealing included (performance.md row 1), beside the bare loop it is compared with: validate the same
bodies with the same model and COPY typed columns, one process, one connection, one commit a body."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import datetime
from itertools import count

import asyncpg
import orjson
from pydantic import TypeAdapter

from shared.feeds.medical_insurance.settlement import Settlement
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report, Stack

RUNS = 7
BODIES = 60
SIZE = 1_000
CONNECTIONS = 8
_COLUMNS = (
    "source_id", "updated_at", "division_code", "id_number", "name", "setting", "settled_on", "hospital_code",
    "total_fen", "basic_fen", "critical_fen", "assistance_fen", "self_fen", "catalogue_fen",
)  # fmt: skip
_TABLE = """
CREATE TABLE bare (source_id text, updated_at timestamptz, division_code text, id_number text, name text, setting text,
    settled_on date, hospital_code text, total_fen bigint, basic_fen bigint, critical_fen bigint, assistance_fen bigint,
    self_fen bigint, catalogue_fen bigint)
"""


def _fen(text: str) -> int:
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(f"{cents:0<2}")


async def bare(stack: Stack, templates: list[bytes], numbers: count[int]) -> float:
    """Records per second of the bare loop."""
    adapter = TypeAdapter(list[Settlement])
    db = await asyncpg.connect(stack.database_url)
    await db.execute(_TABLE)
    ready = [shared.fresh(templates[i % len(templates)], next(numbers)) for i in range(BODIES)]
    started = time.perf_counter()
    for body in ready:
        records = adapter.validate_python(orjson.loads(body)["records"])
        rows = [
            (
                r.source_id, datetime.fromisoformat(r.source_updated_at), r.division_code, r.id_number, r.name,
                r.setting, datetime.fromisoformat(r.settled_on).date(), r.hospital_code, _fen(r.total),
                _fen(r.basic_paid), _fen(r.critical_illness_paid), _fen(r.medical_assistance_paid),
                _fen(r.self_paid), _fen(r.self_paid_in_catalogue),
            )
            for r in records
        ]  # fmt: skip
        async with db.transaction():
            await db.copy_records_to_table("bare", records=rows, columns=_COLUMNS)
    seconds = time.perf_counter() - started
    await db.execute("DROP TABLE bare")
    await db.close()
    return BODIES * SIZE / seconds


async def main() -> Report:
    """Run both, in turns; write and return the report."""
    numbers = count()
    templates = shared.bodies(SIZE, 20)
    rates, references, latencies, api_cost, postgres_cost = [], [], [], [], []
    async with shared.stack() as stack:
        await shared.load(stack, templates, 20, CONNECTIONS, numbers)  # plans, caches and the vault are warm after this
        for _ in range(RUNS):
            references.append(await bare(stack, templates, numbers))
            before = stack.cpu_seconds()
            seconds, waits = await shared.load(stack, templates, BODIES, CONNECTIONS, numbers)
            api, postgres = stack.cpu_seconds()
            rates.append(BODIES * SIZE / seconds)
            api_cost.append((api - before[0]) / (BODIES * SIZE) * 1e6)
            postgres_cost.append((postgres - before[1]) / (BODIES * SIZE) * 1e6)
            latencies += waits
        held = await shared.stored(stack.database_url)
    expected = SIZE * (20 + RUNS * BODIES)
    if held != expected:
        raise RuntimeError(f"answered 201 for {expected} records, stored {held}")
    rate, reference = shared.spread(rates), shared.spread(references)
    return shared.report(
        "ingest",
        {
            "what": "records/s, 1,000-record settlement bodies, 8 connections, one API process",
            "wanted_records_per_s": 35_000,
            "records_per_s": rate,
            "latency_ms": {"p50": shared.percentile(latencies, 0.5), "p99": shared.percentile(latencies, 0.99)},
            "processor_us_each": {"api": shared.spread(api_cost), "postgres": shared.spread(postgres_cost)},
            "reference": "validate + COPY loop, one process, one connection",
            "reference_records_per_s": reference,
            "ratio": round(rate["median"] / reference["median"], 3),
        },
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
