"""Statements of the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from fractions import Fraction
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.rights.domain import Holder, Rights
from shared.db import driver


async def put(conn: AsyncConnection, asset_id: UUID, rights: Rights) -> None:
    """Store who holds what of an asset now."""
    db = await driver(conn)
    await db.execute("DELETE FROM right_share WHERE asset_id = $1", asset_id)
    await db.copy_records_to_table(
        "right_share",
        records=[
            (asset_id, right, holder.kind, holder.key, share.numerator, share.denominator)
            for right, shares in rights.items()
            for holder, share in shares.items()
        ],
        columns=["asset_id", "right", "holder_kind", "holder_key", "numerator", "denominator"],
    )


async def held_by(conn: AsyncConnection, key: str) -> dict[UUID, Rights]:
    """What a household, person or unit holds now, by asset."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT asset_id, "right", holder_kind, holder_key, numerator, denominator
           FROM right_share WHERE holder_key = $1 ORDER BY asset_id, "right" """,
        key,
    )
    found: dict[UUID, dict[str, dict[Holder, Fraction]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        holder = Holder(row["holder_kind"], row["holder_key"])
        found[row["asset_id"]][row["right"]][holder] = Fraction(row["numerator"], row["denominator"])
    return dict(found)


async def owned(conn: AsyncConnection, asset_ids: Collection[UUID]) -> set[UUID]:
    """Those of the assets whose ownership is confirmed now."""
    db = await driver(conn)
    rows = await db.fetch(
        "SELECT DISTINCT asset_id FROM right_share WHERE \"right\" = 'ownership' AND asset_id = ANY($1::uuid[])",
        list(asset_ids),
    )
    return {row["asset_id"] for row in rows}
