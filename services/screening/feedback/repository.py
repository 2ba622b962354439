"""The one statement of this room: numbered outbox rows of one department."""

from __future__ import annotations

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.feedback.domain import Feedback
from shared.db import driver
from shared.events.topics import FEEDBACK

_FEEDBACK = """
SELECT p.position, m.event_id, m.value
FROM outbox_position p JOIN outbox_message m ON m.id = p.id
WHERE p.position > $1 AND p.position <= $2 AND m.topic = $3 AND m.key = $4
ORDER BY p.position
LIMIT $5
"""


async def feedback(conn: AsyncConnection, department: str, after: int, until: int, limit: int) -> list[Feedback]:
    """The first `limit` with after < position ≤ until, as they were put on the bus."""
    rows = await (await driver(conn)).fetch(_FEEDBACK, after, until, FEEDBACK, department.encode(), limit)
    return [Feedback(row["position"], row["event_id"], orjson.loads(row["value"])) for row in rows]
