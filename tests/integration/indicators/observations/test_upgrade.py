"""The observations of a database of the last release are in force as they were, from when they were received."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.indicators.observations import service
from services.indicators.observations.models import create, upgrade_0003
from shared.db import create_engine, driver, transaction

OLD, NEW, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
RECEIVED = datetime(2026, 3, 1, tzinfo=UTC)
CORRECTED = RECEIVED + timedelta(days=2)


_SECOND_CORRECTION = """
INSERT INTO observation (observation_id, input, division_code, period, value, unit, document, supersedes, submitted_by,
    known_at, state)
SELECT $1, input, division_code, period, 1, unit, document, $2, 'x', known_at, 'proposed'
FROM observation WHERE observation_id = $2
"""


class _Op:
    """Collects the statements of a migration, to be run as alembic would."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


async def test_what_was_in_force_stays_in_force(database: Callable[[str | None], str]) -> None:
    engine = create_engine(database(None), name="test", pool_size=1)
    before, after = _Op(), _Op()
    create(before)  # type: ignore[arg-type]
    upgrade_0003(after)  # type: ignore[arg-type]
    rows = [(OLD, "9072", None, RECEIVED), (NEW, "9000", OLD, CORRECTED)]
    async with transaction(engine) as conn:
        db = await driver(conn)
        for statement in before.statements:
            await db.execute(statement)
        for observation_id, value, supersedes, known_at in rows:
            await db.execute(
                "INSERT INTO observation VALUES ($1, 'rural_allowance_standard', '150625000000', '2025',"
                " $2::text::numeric, '元/人·年', '文件', NULL, $3, 'clerk', $4)",
                *(observation_id, value, supersedes, known_at),
            )
        for statement in after.statements:
            await db.execute(statement)
    async with transaction(engine) as conn:
        asked = (["rural_allowance_standard"], ["2025"])
        assert await service.in_force(conn, *asked, RECEIVED - timedelta(seconds=1)) == []
        (first,) = await service.in_force(conn, *asked, RECEIVED)
        (second,) = await service.in_force(conn, *asked, CORRECTED)
    assert (first.observation_id, second.observation_id) == (OLD, NEW)
    assert (second.state, second.in_force_from, second.approved_by) == ("approved", CORRECTED, None)
    with pytest.raises(asyncpg.UniqueViolationError, match="observation_one_correction"):
        async with transaction(engine) as conn:
            await (await driver(conn)).execute(_SECOND_CORRECTION, OTHER, OLD)
    await engine.dispose()
