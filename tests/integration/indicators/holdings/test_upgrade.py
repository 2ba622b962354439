"""A database of the last release takes the ledger's tables beside what it holds, and computes what it could not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from services.indicators.app import MIGRATIONS
from shared.db import driver, transaction
from tests.factories.ledger import Ledger, project
from tests.integration.indicators.conftest import World, person
from tests.integration.indicators.holdings.test_ledger import START, tell, value

WAITED = """
INSERT INTO indicator_value (value_id, number, code, division_code, period, as_of, known_at, unit, status, reason,
    beside, sources, formula_version, published_at, current)
VALUES (gen_random_uuid(), 120, 'projects', '150600000000', '2026', '2026-11-19', '2026-11-19T02:00Z', '个',
    'not_computable', '台账尚未建立，无法计算', '{}', '[]', 1, '2026-11-19T02:00Z', true)
"""


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(MIGRATIONS)))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def test_what_waited_for_the_ledger_is_computed_after_the_upgrade(world: World) -> None:
    async with transaction(world.engine) as conn:
        db = await driver(conn)
        await db.execute("DROP TABLE project_word, asset_word")
        await db.execute("UPDATE alembic_version SET version_num = '0003'")
        await db.execute("INSERT INTO pass_day VALUES ('2026-11-20', 'of the last release')")
        await db.execute(WAITED)
    await world.take(world.household("H1", person("A")), world.enrolment(person("A")))
    async with transaction(world.engine) as conn:
        await conn.run_sync(_upgrade)
    assert await world.settle()
    assert (await value(world, "projects"))["reason"] == "台账没有登记2026年的项目，无法计算"
    ledger = Ledger(START)
    await tell(world, ledger.registered(project("P", year=2026)), ledger.acquired("A", date(2026, 1, 1)))
    await world.settle()
    assert (await value(world, "projects"))["value"] == 1
    assert (await value(world, "medical_insurance"))["value"] == 100
    [waited] = await world.rows("SELECT current FROM indicator_value WHERE reason LIKE '台账尚未建立%'")
    assert not waited["current"]
