"""What a release before 0002 confirmed is a repeat afterwards: a version that comes late reinstates it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.ingest.settings import Settings
from shared.clock import business_date
from shared.feeds.catalogue import FEEDS
from tests.integration.ingest.conftest import START, Api, settlement
from tests.integration.ingest.test_quarantine_upgrade import upgrade

SUBMISSION, PART = (UUID(f"018f3c1e-7b0a-7c11-9d4e-{n:012d}") for n in range(2))
MINUTE = 60_000_000


@pytest.fixture
def settings(settings: Settings, database: Callable[[str | None], str]) -> Settings:
    """The same on a database that was not migrated yet."""
    return settings.model_copy(update={"database_url": type(settings.database_url)(database(None))})


def before(api: Api, minute: int, confirmed: int) -> str:
    """The rows of a settlement as that release kept them."""
    record = settlement("s", minute=minute)
    feed = FEEDS["medical-insurance", "settlement"]
    [prepared] = api.app.state.intake.preparer.records(feed, [record])
    meta: dict[str, Any] = {
        "department": feed.department, "kind": feed.kind, "source_id": "s", "version": prepared.version,
        "effective_on": str(prepared.effective_on), "line": 3, "outcome": "accepted",
    }  # fmt: skip
    payload = orjson.dumps({"meta": meta, "data": orjson.loads(prepared.data_json)})
    mark = prepared.version + (confirmed - minute) * MINUTE
    return f"""
INSERT INTO submission VALUES ('{SUBMISSION}', 8, 'someone', 'complete', '\\x00', '{START}', 1, 0, 0, 0, 0, 0);
INSERT INTO part (part_id, submission_id, feed, known_at, publishable)
VALUES ('{PART}', '{SUBMISSION}', 8, '{START}', 1);
INSERT INTO record_version VALUES ('{PART}', 3, 8, 's', {prepared.version}, 0, {mark}, '{START}', 1, false, true,
    '{prepared.key}', NULL, '\\x{prepared.digest.hex()}', '\\x{payload.hex()}');
"""


async def test_the_last_confirmation_is_reinstated(api: Api) -> None:
    await upgrade(api.url, "0001")
    await api.execute(before(api, minute=0, confirmed=30))
    await upgrade(api.url, "head")
    assert await api.outcomes(settlement("s", minute=30)) == ["duplicate"]
    assert await api.outcomes(settlement("s", minute=10, self_paid=7)) == ["stale"]
    rows = await api.rows("SELECT version, payload FROM record_version WHERE publish ORDER BY version")
    bodies = [orjson.loads(row["payload"]) for row in rows]
    assert [body["data"]["self_paid"] for body in bodies] == ["100.00", "7.00", "100.00"]
    assert bodies[2]["meta"]["submission_id"] == str(SUBMISSION)
    assert bodies[2]["meta"]["effective_on"] == "2026-02-20" != str(business_date(START))
