"""Statements of the room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver


async def closed_at(conn: AsyncConnection, periods: Collection[str]) -> dict[str, datetime]:
    """When each of these periods was closed; the ones that are open are not in it."""
    rows = await (await driver(conn)).fetch(
        "SELECT period, decided_at FROM period_closing WHERE state = 'approved' AND period = ANY($1::text[])",
        list(periods),
    )
    return {row["period"]: row["decided_at"] for row in rows}
