"""The values of a database of the last release stand as they stood, and what was replaced says when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.indicators.values import repository, service
from services.indicators.values.models import create, upgrade_0003
from shared.db import create_engine, driver, transaction

FIRST, SECOND = UUID(int=1), UUID(int=2)
PUBLISHED = datetime(2026, 3, 1, tzinfo=UTC)
REPLACED = PUBLISHED + timedelta(days=2)
PLACE = (8, "150625000000", "2026")


class _Op:
    """Collects the statements of a migration, to be run as alembic would."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


async def test_old_values_stand_as_they_stood(database: Callable[[str | None], str]) -> None:
    engine = create_engine(database(None), name="test", pool_size=1)
    before, after = _Op(), _Op()
    create(before)  # type: ignore[arg-type]
    upgrade_0003(after)  # type: ignore[arg-type]
    rows = [(FIRST, None, PUBLISHED, False), (SECOND, FIRST, REPLACED, True)]
    async with transaction(engine) as conn:
        db = await driver(conn)
        for statement in before.statements:
            await db.execute(statement)
        for value_id, replaces, published_at, current in rows:
            await db.execute(
                """INSERT INTO indicator_value VALUES ($1, 8, 'medical_insurance', '150625000000', '2026', '2026-03-01',
                   $3, 50.00, 1, 2, '%', 'gap_open', NULL, NULL, '{"households": 3}', '[]', 1, $2, $3, $4)""",
                *(value_id, replaces, published_at, current),
            )
        await db.execute("INSERT INTO dirty_mark (number, since, known_at) VALUES (8, '2026-01-01', $1)", PUBLISHED)
        for statement in after.statements:
            await db.execute(statement)
    async with transaction(engine) as conn:
        first = await service.at(conn, PLACE, PUBLISHED)
        second = await service.at(conn, PLACE, REPLACED)
        assert first is not None
        assert second is not None
        assert [(s.value_id, s.replaced_at, s.restates) for s in (first, second)] == [
            (FIRST, REPLACED, None),
            (SECOND, None, None),
        ]
        assert await service.at(conn, PLACE, PUBLISHED - timedelta(seconds=1)) is None
        assert (second.value.beside, second.value.used) == ({"households": Decimal(3)}, ())
        [mark] = await repository.marks(conn)
        assert (mark.division_code, mark.since) == ("150600000000", date(2026, 1, 1)), "everywhere"
    await engine.dispose()
