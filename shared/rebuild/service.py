"""The frame of a rebuild: a schema beside what stands, worked in by sessions of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import create_engine, transaction
from shared.rebuild import repository
from shared.rebuild.domain import SHADOW, Outcome

_SESSION = {
    "search_path": f"{SHADOW},public",
    "plan_cache_mode": "force_custom_plan",
    "synchronous_commit": "off",  # a shadow that is lost is made again
}
Say = Callable[[str, int], None]
"""Told what is being done, and how many messages so far."""


@asynccontextmanager
async def beside(
    engine: AsyncEngine,
    name: str,
    outcome: Outcome,
    alone: AbstractAsyncContextManager[None],
    begin: Callable[[AsyncConnection], Awaitable[None]],
) -> AsyncIterator[AsyncEngine]:
    """Sessions in the shadow that `begin` makes, of the database of `engine`, while `alone` holds off everybody who
    must not meet a rebuild. A kill leaves what stands as it was."""
    began = time.monotonic()
    shadow = create_engine(engine.url.render_as_string(hide_password=False), name=name, pool_size=2, **_SESSION)
    try:
        async with alone:
            async with transaction(engine) as conn:
                await begin(conn)
            yield shadow
            async with transaction(engine) as conn:
                await repository.end(conn)
    finally:
        await shadow.dispose()
    outcome.seconds = round(time.monotonic() - began, 1)


@asynccontextmanager
async def paused(shadow: AsyncEngine, outcome: Outcome) -> AsyncIterator[AsyncConnection]:
    """The one transaction in which the worker's batches wait."""
    began = time.monotonic()
    async with transaction(shadow) as conn:
        yield conn
    outcome.paused_seconds = round(time.monotonic() - began, 1)
