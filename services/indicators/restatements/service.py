"""Keeping restatements, and reading them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.restatements import repository
from services.indicators.restatements.domain import Cause, Listed, Restated
from services.indicators.restatements.errors import RestatementNotFoundError
from shared.http.permissions import Principal

Locate = Callable[[AsyncConnection, Principal, UUID], Awaitable[tuple[int, str, str]]]
"""The place (number, division, period) of a value that a caller may see; raises what says that there is none."""

CAUSES_INLINE = 20
"""Shown with a restatement; the rest is read page by page."""


async def record(conn: AsyncConnection, items: Sequence[Restated]) -> None:
    """Keep restatements, in the transaction that publishes their values (`item.now.value_id`)."""
    if items:
        await repository.add(conn, items)


async def listed(
    conn: AsyncConnection, *, indicator: str | None, period: str | None, prefix: str, after: UUID | None, limit: int
) -> list[Listed]:
    """Restatements of the divisions that begin with `prefix`, the newest first; UnknownIndicatorError."""
    number = None if indicator is None else definitions.get(indicator).number
    return await repository.page(
        conn, number=number, period=period, prefix=prefix, after=after, limit=limit, causes=CAUSES_INLINE
    )


async def of_place(conn: AsyncConnection, place: tuple[int, str, str]) -> list[Listed]:
    """What a place was restated with, the oldest first."""
    return await repository.of_place(conn, place, CAUSES_INLINE)


async def get(conn: AsyncConnection, value_id: UUID) -> Listed:
    """The restatement that published a value; RestatementNotFoundError."""
    found = await repository.find(conn, value_id, CAUSES_INLINE)
    if found is None:
        raise RestatementNotFoundError("没有这次重述，或者不在您的权限范围内。")
    return found


async def since(conn: AsyncConnection, period: str, instant: datetime) -> list[Restated]:
    """The restatements of a period published after an instant, by number, division and time; without causes."""
    return await repository.since(conn, period, instant)


async def causes(conn: AsyncConnection, value_id: UUID, after: int, limit: int) -> list[tuple[int, Cause]]:
    """The causes of a restatement behind an ordinal (-1: from the first), each with its ordinal."""
    return await repository.causes_after(conn, value_id, after, limit)
