"""Statements of the room."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.rights.domain import Holder, Rights
from shared.db import driver


async def put(conn: AsyncConnection, asset_id: UUID, rights: Rights, handed_over_on: date | None) -> None:
    """Store who holds what of an asset now, and when it was handed over."""
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
    await db.execute("DELETE FROM handover WHERE asset_id = $1", asset_id)
    if handed_over_on is not None:
        await db.execute("INSERT INTO handover VALUES ($1, $2)", asset_id, handed_over_on)


class Holding(NamedTuple):
    """A right that somebody holds now of an asset of a division."""

    asset_id: UUID
    asset_name: str
    asset_class: str
    right: str
    share: Fraction


async def held_by(conn: AsyncConnection, holder: Holder, prefix: str) -> list[Holding]:
    """What a household, person or unit holds now of assets in a division."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT s.asset_id, a.name, a.asset_class, s."right", s.numerator, s.denominator
           FROM right_share s JOIN asset a USING (asset_id)
           WHERE s.holder_key = $2 AND s.holder_kind = $1 AND starts_with(a.division_code, $3)
           ORDER BY s.asset_id DESC, s."right" """,
        *holder,
        prefix,
    )
    return [
        Holding(r["asset_id"], r["name"], r["asset_class"], r["right"], Fraction(r["numerator"], r["denominator"]))
        for r in rows
    ]


class Progress(NamedTuple):
    """Confirmation in a banner: assets of a class that exist, those with a confirmed owner, their value (fen)."""

    banner_code: str
    asset_class: str
    assets: int
    confirmed: int
    value_fen: int
    confirmed_fen: int


async def progress(conn: AsyncConnection, prefix: str) -> list[Progress]:
    """The same for the divisions that begin with `prefix`; disposed assets are left out."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT rpad(left(a.division_code, 6), 12, '0') AS banner_code, a.asset_class, count(*)::int AS assets,
               count(o.asset_id)::int AS confirmed, sum(a.original_value_fen)::bigint AS value_fen,
               coalesce(sum(a.original_value_fen) FILTER (WHERE o.asset_id IS NOT NULL), 0)::bigint AS confirmed_fen
           FROM asset a
           LEFT JOIN (SELECT DISTINCT asset_id FROM right_share WHERE "right" = 'ownership') o USING (asset_id)
           WHERE starts_with(a.division_code, $1) AND a.state <> 'disposed'
           GROUP BY 1, 2 ORDER BY 1, 2""",
        prefix,
    )
    return [Progress(**dict(row)) for row in rows]
