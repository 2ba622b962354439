"""Worlds as the tests of indicators have them, whose records ingest keeps and whose worker remembers what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pytest

from services.indicators.rebuild import service
from services.indicators.rebuild.domain import Outcome
from services.indicators.values.consumer import HANDLERS
from shared import clock
from shared.db import driver, transaction
from shared.events.codec import Delivery
from shared.messaging.inbox import repository as inbox
from shared.rebuild.domain import PLACE
from tests.integration.indicators.conftest import World, make_world, settled, settled_world, world
from tests.integration.rebuild.kept import KeptLog

__all__ = ["make_world", "settled", "settled_world", "world"]

PROJECTED = (
    "record_version", "household_state", "member", "covered", "person", "household", "feed_arrival",
    "project_word", "asset_word",
)  # fmt: skip
PEOPLES = ("observation", "period_closing", "restatement", "assessment")
"""What people wrote, as far as the tables are there."""
IN_MOTION = frozenset({"as_of", "known_at", "sources", "used", "published_at", "replaced_at"})
"""Columns of a value that a pass moves on, or whose instants the outbox has to the millisecond."""


@dataclass
class Kept(World):
    """A world with the log of another service."""

    log: KeptLog = field(default_factory=lambda: KeptLog([]))

    @classmethod
    def on(cls, world: World) -> Kept:
        """The same database."""
        return cls(**{one.name: getattr(world, one.name) for one in fields(world) if one.init})

    async def take(self, *deliveries: Delivery) -> None:
        """One consumed batch."""
        self.log.deliveries.extend(deliveries)
        async with transaction(self.engine) as conn:
            await inbox.new_ids(conn, [delivery.event_id for delivery in deliveries], clock.now())
            for handler in dict.fromkeys(HANDLERS.values()):
                if own := [one for one in deliveries if HANDLERS[type(one.event)] == handler]:
                    await handler(conn, own)

    async def rebuild(self) -> Outcome:
        """Rebuild from the log."""
        return await service.rebuild(self.engine, [self.log], lambda _what, _count: None)

    async def execute(self, *statements: str) -> None:
        """Damage something."""
        async with transaction(self.engine) as conn:
            for statement in statements:
                await (await driver(conn)).execute(statement)

    async def dump(self, tables: Sequence[str], left_out: frozenset[str] = PLACE) -> dict[str, list[str]]:
        """Every row of the tables without some columns, sorted."""
        async with transaction(self.engine) as conn:
            raw = await driver(conn)
            return {
                table: sorted(
                    repr(sorted((k, v) for k, v in dict(row).items() if k not in left_out))
                    for row in await raw.fetch(f"SELECT * FROM {table}")
                )
                for table in tables
            }

    async def whole(self) -> dict[str, list[str]]:
        """The projection and the values."""
        return {**await self.dump(PROJECTED), **await self.dump(["indicator_value"], IN_MOTION)}

    async def told(self) -> list[tuple[Any, ...]]:
        """Every event, in order."""
        return [tuple(row) for row in await self.rows("SELECT event_id, type, value FROM outbox_message ORDER BY id")]


@pytest.fixture
def kept(settled_world: World) -> Kept:
    """A world without a record that keeps those to come; its first pass is done."""
    return Kept.on(settled_world)
