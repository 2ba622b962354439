"""Statements of the room: dues, plans and their lines as they are now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.income.books import Money
from shared.db import driver


async def put(conn: AsyncConnection, books: Mapping[UUID, Money], paid_on: Mapping[str, date]) -> None:
    """Store the books of assets as they are now. `paid_on` is the last day of payment by plan."""
    db = await driver(conn)
    for table in ("due", "plan"):
        await db.execute(f"DELETE FROM {table} WHERE asset_id = ANY($1::uuid[])", list(books))
    await db.copy_records_to_table(
        "due",
        records=[
            (asset_id, due.due_id, due.period, due.kind, due.amount_fen, due.received_fen, due.due_on)
            for asset_id, money in books.items()
            for due in money.dues.values()
        ],
        columns=["asset_id", "due_id", "period", "kind", "amount_fen", "received_fen", "due_on"],
    )
    plans = [(asset_id, plan) for asset_id, money in books.items() for plan in money.plans.values()]
    await db.copy_records_to_table(
        "plan",
        records=[
            (
                UUID(plan.plan_id), asset_id, plan.period, plan.amount_fen, sum(plan.paid_fen.values()), plan.state,
                plan.drafted_on, paid_on.get(plan.plan_id),
            )
            for asset_id, plan in plans
        ],
        columns=["plan_id", "asset_id", "period", "amount_fen", "paid_fen", "state", "drafted_on", "last_paid_on"],
    )  # fmt: skip
    await db.copy_records_to_table(
        "plan_line",
        records=[
            (
                UUID(plan.plan_id), line.line_id, line.purpose, line.amount_fen, plan.paid_fen.get(line.line_id, 0),
                line.household_no, line.basis, line.reference, line.standing, line.in_kind,
            )
            for _, plan in plans
            for line in plan.lines
        ],
        columns=[
            "plan_id", "line_id", "purpose", "amount_fen", "paid_fen", "household_no", "basis", "reference",
            "standing", "in_kind",
        ],
    )  # fmt: skip


class PlanRow(NamedTuple):
    """A plan in a list. `marked` are the households that are no longer what they were when it was drafted."""

    plan_id: UUID
    asset_id: UUID
    asset_code: str
    asset_name: str
    division_code: str
    period: str
    amount_fen: int
    paid_fen: int
    state: str
    drafted_on: date
    marked: list[str]


# What a household counts as today: the last word of those that hold today, whatever day they hold from.
_MARKED = """
LEFT JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT l.household_no ORDER BY l.household_no), '{}') AS marked
    FROM plan_line l
    CROSS JOIN LATERAL (
        SELECT CASE WHEN h.monitored THEN 'monitored' ELSE coalesce(h.base_status, 'unknown') END AS standing
        FROM household_status h WHERE h.household_no = l.household_no AND h.status_on <= $1
        ORDER BY h.status_seq DESC LIMIT 1
    ) h
    WHERE l.plan_id = p.plan_id AND l.standing IN ('lifted', 'monitored')
        AND h.standing NOT IN ('lifted', 'monitored')
) m ON true
"""


async def plans(
    conn: AsyncConnection,
    today: date,
    *,
    prefix: str,
    asset_id: UUID | None,
    marked: bool,
    before: UUID | None,
    limit: int,
) -> list[PlanRow]:
    """Plans of assets in a division, the last drafted first."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT p.plan_id, p.asset_id, a.code AS asset_code, a.name AS asset_name, a.division_code, p.period,
                p.amount_fen, p.paid_fen, p.state, p.drafted_on, m.marked
            FROM plan p JOIN asset a USING (asset_id) {_MARKED}
            WHERE starts_with(a.division_code, $2) AND ($3::uuid IS NULL OR p.asset_id = $3)
                AND (NOT $4 OR (m.marked <> '{{}}' AND p.state <> 'returned'))
                AND ($5::uuid IS NULL OR p.plan_id < $5)
            ORDER BY p.plan_id DESC LIMIT $6""",
        today,
        prefix,
        asset_id,
        marked,
        before,
        limit,
    )
    return [PlanRow(**dict(row)) for row in rows]


class Benefit(NamedTuple):
    """What a plan gives to a household, in fen."""

    plan_id: UUID
    asset_id: UUID
    asset_name: str
    period: str
    line_id: str
    purpose: str
    basis: str | None
    reference: str | None
    amount_fen: int
    paid_fen: int
    state: str
    in_kind: bool


async def benefits(conn: AsyncConnection, household_no: str, prefix: str) -> list[Benefit]:
    """The household's lines in all plans of assets in a division, newest first."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT p.plan_id, p.asset_id, a.name AS asset_name, p.period, l.line_id, l.purpose, l.basis, l.reference,
               l.amount_fen, l.paid_fen, p.state, l.in_kind
           FROM plan_line l JOIN plan p USING (plan_id) JOIN asset a USING (asset_id)
           WHERE l.household_no = $1 AND starts_with(a.division_code, $2) ORDER BY p.plan_id DESC, l.line_id""",
        household_no,
        prefix,
    )
    return [Benefit(**dict(row)) for row in rows]


async def last_paid(conn: AsyncConnection, asset_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The plan of each asset under which was last paid."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT DISTINCT ON (asset_id) asset_id, plan_id FROM plan
           WHERE asset_id = ANY($1::uuid[]) AND paid_fen > 0 ORDER BY asset_id, last_paid_on DESC, plan_id DESC""",
        list(asset_ids),
    )
    return {row["asset_id"]: row["plan_id"] for row in rows}


async def asset_of(conn: AsyncConnection, plan_id: UUID) -> UUID | None:
    """The asset that a plan distributes the income of."""
    db = await driver(conn)
    found: UUID | None = await db.fetchval("SELECT asset_id FROM plan WHERE plan_id = $1", plan_id)
    return found
