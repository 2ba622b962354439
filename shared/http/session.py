"""The one transaction of a request.

A `yield` dependency ends after the response by default; with `scope="function"` it ends between
the handler's return and the first byte sent, so a 2xx means committed and a commit that fails
answers with a problem. The bare form would be a second transaction: always use `ConnectionDep`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import transaction


async def connection(request: Request) -> AsyncIterator[AsyncConnection]:
    """A connection of the service's pool inside a transaction, committed before the answer."""
    engine: AsyncEngine = request.app.state.engine
    async with transaction(engine) as conn:
        yield conn


ConnectionDep = Annotated[AsyncConnection, Depends(connection, scope="function")]
"""Name it after the principal and the body among a handler's parameters: dependencies run in that
order, and a refused caller or a slow body must not hold one of the pool's few connections."""
