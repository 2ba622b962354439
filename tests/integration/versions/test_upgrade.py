"""A database of the last release, with data in it, becomes one of this release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

import services
from shared.db import create_engine, driver, transaction
from tests.integration.versions.conftest import DONGSHENG, HANGJIN, OTHER_VILLAGE, VILLAGE

SERVICES = Path(services.__file__).parent
PART = "018f3c1e-7b0a-7c11-9d4e-000000000001"


async def _upgrade(service: str, url: str, revision: str) -> None:
    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(SERVICES / service / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_engine(url, name="test", pool_size=1)
    async with transaction(engine) as conn:
        await conn.run_sync(run)
    await engine.dispose()


def _version(kind: int, source_id: str, version: int, piece: int, hour: int, division: str | None) -> str:
    """A row as the last release stored it."""
    where = f"'{division}'" if division else "NULL"
    return f"""
    INSERT INTO record_version (kind, source_id, version, piece, known_at, visible_from, visible_to, effective_on,
        holds_to, retracted, subject_key, division_code, amount_fen, part_id, line, submission_id, partition, "offset")
    VALUES ({kind}, '{source_id}', {version}, {piece}, '2026-03-05T0{hour}:30Z', '2026-03-05T0{hour}:30Z',
        '9999-12-31T00:00Z', '2026-03-01', '9999-12-31', false, 'p1.a', {where}, 100, '{PART}', 0, '{PART}', 0, 0)
    """


@pytest.mark.parametrize("service", ["screening", "indicators"])
async def test_a_database_of_the_last_release_is_upgraded_with_its_data(
    database: Callable[[str | None], str], service: str
) -> None:
    url = database(None)
    await _upgrade(service, url, "0001")
    engine = create_engine(url, name="test", pool_size=1)
    async with transaction(engine) as conn:
        db = await driver(conn)
        for row in (
            (8, "s", 1, 0, 4, VILLAGE),
            (8, "s", 1, 1, 4, VILLAGE),
            (8, "s", 2, 0, 2, VILLAGE),
            (8, "t", 1, 0, 5, OTHER_VILLAGE),
            (7, "e", 1, 0, 6, None),
            (1, "content-was-never-kept", 1, 0, 6, VILLAGE),
        ):
            await db.execute(_version(*row))
        await db.execute("INSERT INTO feed_arrival VALUES (7, $1, '2026-03-05T06:00Z')", HANGJIN)
    await _upgrade(service, url, "head")
    async with transaction(engine) as conn:
        db = await driver(conn)
        first = await db.fetch(
            "SELECT source_id, extract(hour FROM min(first_known_at AT TIME ZONE 'UTC'))::int, count(*)"
            " FROM record_version GROUP BY 1 ORDER BY 1"
        )
        assert [tuple(row) for row in first] == [("e", 6, 1), ("s", 2, 3), ("t", 5, 1)]
        arrivals = await db.fetch("SELECT kind, banner_code, count(*) FROM feed_arrival GROUP BY 1, 2 ORDER BY 1, 2")
        assert [tuple(row) for row in arrivals] == [(8, DONGSHENG, 1), (8, HANGJIN, 2)]
        counts = await db.fetch("SELECT kind, banner_code, versions FROM applied_count ORDER BY 1, 2")
        assert [tuple(row) for row in counts] == [
            (7, "150600000000", 1),
            (8, DONGSHENG, 1),
            (8, HANGJIN, 2),
        ]
    await engine.dispose()
