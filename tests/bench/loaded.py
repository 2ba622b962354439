"""A database of the sample's record versions on a server of its own, made once and kept under `.xianjie/bench`: each
benchmark works on a copy. `python -m tests.bench.loaded` makes it beforehand."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

import asyncpg

from services.local.postgres import Postgres
from services.local.run import migrations_of
from shared import clock, migrations
from shared.codes import divisions
from shared.db import create_engine, transaction
from shared.feeds import catalogue
from shared.versions import repository, service
from tests.bench.ingest_stack import ROOT
from tests.bench.population import AS_OF, FULL, KNOWN_AT, SEED, Size

_FOLDER = ROOT / ".xianjie" / "bench"
_MAKE_IT = (
    "shared/versions",
    "shared/sample",
    "shared/feeds",
    "services/screening/migrations",
    "tests/bench/population.py",
)
_TEMPLATE = "population"
_ARRIVALS = "feed_arrival"
_FILLED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.reltuples > 0 AND c.relname <> 'alembic_version'
ORDER BY 1
"""
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """The running server, and how many versions its population has."""

    server: Postgres
    size: Size
    versions: int

    def named(self, bench: str) -> str:
        """The name of a report: that of a smoke takes nobody's place."""
        return bench if self.size == FULL else f"{bench}-small"

    @property
    def address(self) -> str:
        """Of the population itself: to be read only."""
        return self.server.url(_TEMPLATE)

    def copy(self, name: str) -> str:
        """The address of a fresh copy of the population; register only, no facts, rules or warnings."""
        asyncio.run(run_statement(self.server.url(), f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy"))
        return self.server.url(name)


def size_of(arguments: list[str]) -> Size:
    """`--small` on the command line: a smoke of 5,000 households; else the whole."""
    return Size(5_000, 115_000) if "--small" in arguments else FULL


@contextmanager
def loaded(size: Size) -> Iterator[Loaded]:
    """The server with the population, made if it is not there; ended afterwards, its copies dropped. The clock of
    this process stands at the population's last instant from now on. One process at a time: others wait."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield from _alone(size)


def _alone(size: Size) -> Iterator[Loaded]:
    folder = _FOLDER / f"population-{size.households}-{size.versions}-{SEED}-{_digest()}"
    _forget_others(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stop_clock(folder)
    server = Postgres.start(folder / "data", log=folder / "postgres.log")
    try:
        _drop_copies(server)
        if not (folder / "complete").exists():
            _make(server, size, folder)
        yield Loaded(server, size, int((folder / "complete").read_text()))
    finally:
        _drop_copies(server)
        server.stop()


def stop_clock(folder: Path) -> Path:
    """A clock file in the folder at the population's last instant; this process follows it."""
    file = folder / "clock"
    file.write_text(KNOWN_AT.isoformat())
    clock.follow(file)
    return file


def _make(server: Postgres, size: Size, folder: Path) -> None:
    server.drop_database(_TEMPLATE)
    url = server.create_database(_TEMPLATE)
    migrations.upgrade(migrations_of("screening"), url)
    started = time.monotonic()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        shards = [pool.submit(_fill, url, size, index, folder) for index in range(size.shards)]
        versions = sum(shard.result() for shard in shards)
    asyncio.run(_finish(url))
    sys.stderr.write(f"{versions:,} versions of {size.households:,} households in {time.monotonic() - started:.0f} s\n")
    (folder / "complete").write_text(str(versions))


def _fill(url: str, size: Size, index: int, folder: Path) -> int:
    """One shard into the register, by the code of the register; how many versions."""
    stop_clock(folder)
    return asyncio.run(_apply(url, size, index))


async def _apply(url: str, size: Size, index: int) -> int:
    engine = create_engine(url, name="bench", plan_cache_mode="force_custom_plan", synchronous_commit="off")
    deliveries, done = size.shard(index).deliveries(), 0
    while batch := list(islice(deliveries, _BATCH)):
        async with transaction(engine) as conn:
            await service.apply(conn, batch)
        done += len(batch)
    await engine.dispose()
    return done


async def _finish(url: str) -> None:
    """Every feed has spoken in every banner, as a closed period says of kinds that name no banner; then the planner."""
    hour = (KNOWN_AT - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    banners = [place.code for place in divisions.all_divisions() if place.level == "banner"]
    engine = create_engine(url, name="bench")
    async with transaction(engine) as conn:
        await repository.add_arrivals(conn, [(kind, code, hour) for kind in catalogue.BY_NUMBER for code in banners])
    await engine.dispose()
    await run_statement(url, "VACUUM ANALYZE")


async def move(source: str, target: str, *, arrivals: bool) -> None:
    """The register's rows into an empty one on another server: only what says who has spoken, or all else."""
    old, new = await asyncpg.connect(source), await asyncpg.connect(target)
    try:
        names = [row[0] for row in await old.fetch(_FILLED)]
        for name in [name for name in names if (name == _ARRIVALS) is arrivals]:
            with tempfile.TemporaryFile() as rows:
                await old.copy_from_table(name, output=rows, format="binary")
                rows.seek(0)
                await new.copy_to_table(name, source=rows, format="binary")
        await new.execute("ANALYZE")
    finally:
        await old.close()
        await new.close()


async def run_statement(url: str, statement: str) -> None:
    """One statement outside a transaction."""
    db = await asyncpg.connect(url)
    try:
        await db.execute(statement)
    finally:
        await db.close()


def _drop_copies(server: Postgres) -> None:
    async def names() -> list[str]:
        db = await asyncpg.connect(server.url())
        try:
            found = await db.fetch("SELECT datname FROM pg_database WHERE NOT datistemplate")
        finally:
            await db.close()
        return [row[0] for row in found if row[0] not in ("postgres", _TEMPLATE)]

    for name in asyncio.run(names()):
        server.drop_database(name)


def _digest() -> str:
    """Of all that decides what the rows are."""
    files = [ROOT / name for name in _MAKE_IT if name.endswith(".py")]
    files += [file for name in _MAKE_IT for file in sorted((ROOT / name).rglob("*")) if file.suffix in {".py", ".yaml"}]
    files += sorted((ROOT / "services" / "screening").glob("*/models.py"))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()


def _forget_others(folder: Path) -> None:
    """Populations of the same size that older code made."""
    stem = folder.name.rpartition("-")[0]
    for other in _FOLDER.glob(f"{stem}-*"):
        if other != folder:
            shutil.rmtree(other)


def main() -> None:
    """Make it, or say that it is there."""
    size = size_of(sys.argv)
    with loaded(size) as population:
        sys.stderr.write(f"{population.server.data_dir.parent}: {AS_OF}\n")


if __name__ == "__main__":
    main()
