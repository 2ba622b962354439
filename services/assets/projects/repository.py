"""Every statement of the ledger."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.projects.domain import Changed, Fund, Project, State, Wanted
from services.assets.projects.models import project, project_fund
from shared.db import driver


async def insert_project(conn: AsyncConnection, new: Project, registered_by: str) -> bool:
    """Store a project with its funds; False when its code is taken (the unique key decides)."""
    row = {
        "project_id": new.project_id,
        "code": new.code,
        "name": new.name,
        "year": new.year,
        "kind": new.kind,
        "status": new.status,
        "division_code": new.division_code,
        "owner_department": new.owner_department,
        "total_fen": new.total_fen,
        "accepted_on": new.accepted_on,
        "registered_at": new.registered_at,
        "registered_by": registered_by,
    }
    statement = insert(project).values(row).on_conflict_do_nothing(index_elements=["code"])
    stored = await conn.scalar(statement.returning(project.c.project_id))
    if stored is None:
        return False
    funds = [{"project_id": new.project_id, "source": f.source, "amount_fen": f.amount_fen} for f in new.funds]
    await conn.execute(sa.insert(project_fund).values(funds))
    return True


async def find_project(conn: AsyncConnection, project_id: UUID) -> Project | None:
    """One project with its funds."""
    row = (await conn.execute(_projects().where(project.c.project_id == project_id))).one_or_none()
    return None if row is None else _project(row)


async def projects_of(conn: AsyncConnection, project_ids: Collection[UUID], codes: Collection[str]) -> list[Project]:
    """The projects that have one of these ids or codes."""
    ids = sa.cast(list(project_ids), ARRAY(sa.Uuid))  # one parameter however many there are
    names = sa.cast(list(codes), ARRAY(sa.Text))
    statement = _projects().where(sa.or_(project.c.project_id == sa.any_(ids), project.c.code == sa.any_(names)))
    return [_project(row) for row in await conn.execute(statement)]


async def newest_projects(
    conn: AsyncConnection, wanted: Wanted, division_prefix: str, before: UUID | None, limit: int
) -> list[Project]:
    """Projects in the divisions of a prefix, the last registered first, from below `before`."""
    statement = _projects().order_by(project.c.project_id.desc()).limit(limit)
    statement = statement.where(project.c.division_code.startswith(division_prefix))
    for column, value in (
        (project.c.year, wanted.year),
        (project.c.kind, wanted.kind),
        (project.c.status, wanted.status),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.source is not None:
        has = sa.exists().where(
            project_fund.c.project_id == project.c.project_id, project_fund.c.source == wanted.source
        )
        statement = statement.where(has)
    if before is not None:
        statement = statement.where(project.c.project_id < before)
    return [_project(row) for row in await conn.execute(statement)]


async def lock(conn: AsyncConnection, project_id: UUID) -> None:
    """Nobody else changes the project or registers its assets until the end of the transaction."""
    db = await driver(conn)
    await db.execute("SELECT 1 FROM project WHERE project_id = $1 FOR NO KEY UPDATE", project_id)


async def put_change(conn: AsyncConnection, new: Project, change: Changed) -> None:
    """Store a change and the project as it is with it."""
    db = await driver(conn)
    was = change.was
    await db.execute(
        "INSERT INTO project_change VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        change.change_id,
        new.project_id,
        change.holds_on,
        change.status,
        change.total_fen,
        None if change.funds is None else _written(change.funds),
        was.status,
        was.accepted_on,
        was.total_fen,
        _written(was.funds),
        change.document,
        change.recorded_at,
        change.recorded_by,
    )
    await db.execute(
        "UPDATE project SET status = $2, accepted_on = $3, total_fen = $4 WHERE project_id = $1",
        new.project_id,
        new.status,
        new.accepted_on,
        new.total_fen,
    )
    if change.funds is not None:
        await db.execute("DELETE FROM project_fund WHERE project_id = $1", new.project_id)
        await db.executemany(
            "INSERT INTO project_fund VALUES ($1, $2, $3)",
            [(new.project_id, fund.source, fund.amount_fen) for fund in change.funds],
        )


async def changes(conn: AsyncConnection, project_id: UUID) -> list[Changed]:
    """The changes of a project in the order in which they were recorded."""
    db = await driver(conn)
    rows = await db.fetch("SELECT * FROM project_change WHERE project_id = $1 ORDER BY change_id", project_id)
    return [
        Changed(
            holds_on=row["holds_on"],
            document=row["document"],
            status=row["status"],
            total_fen=row["total_fen"],
            funds=None if row["funds"] is None else _funds(row["funds"]),
            was=State(row["was_status"], row["was_accepted_on"], row["was_total_fen"], _funds(row["was_funds"])),
            change_id=row["change_id"],
            recorded_at=row["recorded_at"],
            recorded_by=row["recorded_by"],
        )
        for row in rows
    ]


def _written(funds: tuple[Fund, ...]) -> str:
    return orjson.dumps([(fund.source, fund.amount_fen) for fund in funds]).decode()


def _funds(text: str) -> tuple[Fund, ...]:
    return tuple(Fund(*pair) for pair in orjson.loads(text))


def _projects() -> sa.Select[Any]:
    pairs = sa.func.json_build_array(project_fund.c.source, project_fund.c.amount_fen)
    funds = (
        sa.select(sa.func.json_agg(aggregate_order_by(pairs, project_fund.c.amount_fen.desc(), project_fund.c.source)))
        .where(project_fund.c.project_id == project.c.project_id)
        .scalar_subquery()
    )
    return sa.select(project, funds.label("funds"))


def _project(row: Any) -> Project:
    return Project(
        code=row.code,
        name=row.name,
        year=row.year,
        kind=row.kind,
        status=row.status,
        division_code=row.division_code,
        owner_department=row.owner_department,
        total_fen=row.total_fen,
        funds=tuple(Fund(source, amount) for source, amount in row.funds),
        accepted_on=row.accepted_on,
        project_id=row.project_id,
        registered_at=row.registered_at,
    )
