"""A filled sheet of projects taken row by row, and the register given out under the same titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.projects import service as projects
from services.assets.projects.domain import Draft, Project, Wanted, faults, in_order
from services.assets.projects.files.layout import LAYOUT, located, record, said
from services.assets.terms.sheets.reading import Row
from services.assets.terms.sheets.reports import Taken
from shared import clock
from shared.http.permissions import Principal
from shared.sheets.domain import MAX_ROWS

_KNOWN = "已登记的项目不能用表格改写，请登记项目变动"


async def take(
    conn: AsyncConnection, principal: Principal, rows: Sequence[Row], *, correlation_id: str | None = None
) -> list[Taken]:
    """Register what the rows say, in their order."""
    read = {row.number: one for row in rows if (one := said(row)) is not None}
    _, known = await projects.by_reference(conn, (), {one.code for one in read.values()})
    found: dict[str, Project] = dict(known)
    taken = []
    for row in rows:
        draft = read.get(row.number)
        if draft is None:
            taken.append(_rejected(row))
        elif draft.code in found:
            taken.append(_again(row, found[draft.code], draft, principal))
        elif not _allowed(row, draft, principal):
            taken.append(_rejected(row))
        else:
            stored = await projects.store(conn, principal, draft, correlation_id=correlation_id)
            taken.append(_stored(row, stored, found))
    return taken


async def given(conn: AsyncConnection, principal: Principal, division: str | None) -> list[Mapping[str, Any]]:
    """Projects of the caller's scope as rows of the sheet, the last registered first. NotFoundError."""
    found = await projects.newest(conn, principal, Wanted(division), None, MAX_ROWS)
    return [record(project) for project in found]


def _stored(row: Row, stored: Project | None, found: dict[str, Project]) -> Taken:
    if stored is None:
        row.faults.append(LAYOUT.wrong(row.number, "code", "project_code_taken", "刚刚由他人登记，请核对后再试"))
        return _rejected(row)
    found[stored.code] = stored
    return Taken(row.number, stored.code, "accepted", stored.project_id, (), row.notes)


def _again(row: Row, stored: Project, draft: Draft, principal: Principal) -> Taken:
    """A code that is there: the same content is no news, other content is refused."""
    if not principal.may_division(stored.division_code):
        row.faults.append(LAYOUT.wrong(row.number, "code", "project_code_taken", "已被使用"))
        return _rejected(row)
    same = replace(draft, funds=in_order(draft.funds)) == Draft(
        **{f.name: getattr(stored, f.name) for f in fields(Draft)}
    )
    if same:
        return Taken(row.number, draft.code, "duplicate", stored.project_id, (), row.notes)
    row.faults.append(LAYOUT.wrong(row.number, "code", "project_code_taken", f"已登记过，内容不同；{_KNOWN}"))
    return _rejected(row)


def _allowed(row: Row, draft: Draft, principal: Principal) -> bool:
    row.faults.extend(located(row, fault) for fault in faults(draft, clock.today()))
    if not row.faults and not principal.may_division(draft.division_code):
        row.faults.append(LAYOUT.wrong(row.number, "division_code", "unknown_division", "不在您的权限范围内"))
    return not row.faults


def _rejected(row: Row) -> Taken:
    return Taken(row.number, row.said.get("code"), "rejected", None, row.faults, row.notes)
