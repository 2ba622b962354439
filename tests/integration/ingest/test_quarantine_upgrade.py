"""What was refused before 0003 can be worked like all else afterwards; a release before it can go on refusing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

import services.ingest
from services.ingest.settings import Settings
from shared import clock
from shared.db import create_engine, transaction
from shared.privacy import Sealer
from tests.integration.ingest.conftest import Api, secret, settlement
from tests.integration.ingest.test_quarantine import correct, entry, state

MIGRATIONS = Path(services.ingest.__file__).parent / "migrations"
SUBMISSION, PART, LATER = (UUID(f"018f3c1e-7b0a-7c11-9d4e-{n:012d}") for n in range(3))
REFUSED = settlement("a", total="999.00")


async def upgrade(url: str, revision: str) -> None:
    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_engine(url, name="test", pool_size=1)
    async with transaction(engine) as conn:
        await conn.run_sync(run)
    await engine.dispose()


def kept(part: UUID) -> str:
    """As the release before 0003 kept a refused record."""
    sealed = Sealer.from_spec(secret("v")).seal(orjson.dumps(REFUSED), f"{part}.4")
    now = clock.now().isoformat()
    return (
        f"INSERT INTO quarantine (part_id, line, feed, refused_at, sealed) VALUES ('{part}', 4, 8, '{now}', '{sealed}')"
    )


def told() -> str:
    error = {
        "pointer": "/records/4/total",
        "code": "amounts_do_not_add_up",
        "message": "不平",
        "value_masked": "999.00",
    }
    counts, now = ", ".join("0" * 6), clock.now().isoformat()
    return f"""
INSERT INTO submission VALUES ('{SUBMISSION}', 8, 'someone', 'complete', '\\x00', '{now}', {counts});
INSERT INTO part (part_id, submission_id, feed, known_at, publishable) VALUES ('{PART}', '{SUBMISSION}', 8, '{now}', 0);
INSERT INTO receipt_line VALUES ('{PART}', 4, 'a', 6, NULL, '[]', '{orjson.dumps([error]).decode()}');
"""


@pytest.fixture
def settings(settings: Settings, database: Callable[[str | None], str]) -> Settings:
    """The same on a database that was not migrated yet."""
    return settings.model_copy(update={"database_url": type(settings.database_url)(database(None))})


async def test_entries_from_before_are_like_all_others(api: Api) -> None:
    await upgrade(api.url, "0001")
    await api.execute(told() + kept(PART))
    await upgrade(api.url, "head")
    await api.execute(kept(LATER))  # by a process of the release before, still running
    old, meanwhile = f"{PART}.4", f"{LATER}.4"
    seen = await entry(api, old)
    assert (seen["state"], seen["submission_id"], seen["source_id"]) == ("open", str(SUBMISSION), "a")
    assert seen["record"] == REFUSED
    assert [(error["pointer"], error["code"]) for error in seen["errors"]] == [("/total", "amounts_do_not_add_up")]
    listed = (await api.get("/v1/quarantine", code="amounts_do_not_add_up")).json()["items"]
    assert [item["quarantine_id"] for item in listed] == [old]
    assert (await correct(api, old, settlement("a"))).status_code == 201
    assert (await entry(api, meanwhile))["submission_id"] is None
    assert (await correct(api, meanwhile, settlement("b"))).status_code == 201
    assert await state(api, meanwhile) == "closed"
