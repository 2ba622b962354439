"""The warnings of a database of the last release: they stand in the worklist and in the counts, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from services.screening.warnings.models import create, upgrade_0002
from services.screening.warnings.repository import rederive_clues
from shared.db import create_engine, driver, transaction
from tests.integration.screening.conftest import VILLAGE

OTHER_VILLAGE = "150602101201"
_ROWS = [
    ("H1", VILLAGE, "M01", "high", "open", "2026-03-05T16:30Z"),  # the sixth in Shanghai
    ("H1", VILLAGE, "I01", "normal", "verifying", "2026-03-01T02:00Z"),
    ("H2", OTHER_VILLAGE, "M04", "info", "open", "2026-03-02T02:00Z"),
    ("H3", VILLAGE, "E01", "urgent", "open", "2026-03-03T02:00Z"),
    ("H3", VILLAGE, "M01", "high", "confirmed", "2026-03-01T02:00Z"),
    ("H4", VILLAGE, "M01", "high", "superseded", "2026-03-01T02:00Z"),
]


class _Op:
    """Collects the statements of a migration, to be run as alembic would."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


async def test_a_worklist_is_made_of_the_warnings_there_are(database: Callable[[str | None], str]) -> None:
    engine = create_engine(database(None), name="test", pool_size=1)
    before, after = _Op(), _Op()
    create(before)  # type: ignore[arg-type]
    upgrade_0002(after)  # type: ignore[arg-type]
    async with transaction(engine) as conn:
        db = await driver(conn)
        for statement in before.statements:
            await db.execute(statement)
        for household_no, division, rule, severity, state, raised in _ROWS:
            await db.execute(
                "INSERT INTO warning SELECT gen_random_uuid(), $1, $2, $3, 1, '因病', $4, $5, false, false, NULL,"
                " '2026-03-05', $6::text::timestamptz, $6::text::timestamptz",
                *(household_no, division, rule, severity, state, raised),
            )
        for statement in after.statements:
            await db.execute(statement)
    tables = ("clue", "clue_count", "warning_count")
    async with transaction(engine) as conn:
        db = await driver(conn)
        filled = [await db.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables]
        assert [row["household_no"] for row in filled[0]] == ["H1", "H2", "H3"]
        assert await db.fetchval("SELECT count(*) FROM warning WHERE run_id IS NULL") == len(_ROWS)
        await rederive_clues(conn)
        assert filled == [await db.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables]
    await engine.dispose()
