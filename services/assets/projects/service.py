"""Use cases of projects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.projects import repository
from services.assets.projects.domain import (
    Change,
    Changed,
    Draft,
    Project,
    Wanted,
    after,
    change_faults,
    faults,
    in_order,
    state,
)
from services.assets.projects.errors import ProjectCodeTakenError, ProjectNotFoundError, ProjectRefusedError
from services.assets.terms.domain import yuan
from shared import clock
from shared.codes import divisions
from shared.errors import NotFoundError
from shared.events.codec import encode
from shared.events.message import Message
from shared.events.projects import FundingShare, ProjectChangedV1, ProjectRegisteredV1
from shared.http.permissions import Principal
from shared.ids import uuid7, uuid7_after
from shared.messaging import outbox

SOURCE = "/xianjie/assets"


async def register(
    conn: AsyncConnection, principal: Principal, draft: Draft, *, correlation_id: str | None = None
) -> Project:
    """Register a project and tell the bus, in the caller's transaction.

    Raises ProjectRefusedError with every fault, NotFoundError for a division out of scope,
    ProjectCodeTakenError.
    """
    wrong = faults(draft, clock.today())
    if wrong:
        raise ProjectRefusedError(f"项目信息有 {len(wrong)} 处不符合要求，请按说明修改。", errors=wrong)
    principal.require_division(draft.division_code)
    project = await store(conn, principal, draft, correlation_id=correlation_id)
    if project is None:
        raise ProjectCodeTakenError("这个项目编码已登记过，请核对；修改已有项目请使用它的编号。")
    return project


async def store(
    conn: AsyncConnection, principal: Principal, draft: Draft, *, correlation_id: str | None = None
) -> Project | None:
    """Store a project that was looked at and tell the bus; None when its code is taken."""
    project = _registered(draft)
    if not await repository.insert_project(conn, project, principal.sub):
        return None
    message = encode(
        _event(project),
        event_id=str(uuid7()),
        source=SOURCE,
        key=str(project.project_id),
        subject=f"project/{project.project_id}",
        time=project.registered_at,
        correlation_id=correlation_id,
    )
    await outbox.add(conn, [message])
    return project


async def get(conn: AsyncConnection, principal: Principal, project_id: UUID) -> Project:
    """One project in the caller's scope. Raises ProjectNotFoundError."""
    project = await repository.find_project(conn, project_id)
    if project is None or not principal.may_division(project.division_code):
        raise ProjectNotFoundError("没有这个项目，或者不在您的权限范围内。")
    return project


Covered = Callable[[AsyncConnection, UUID], Awaitable[int]]
"""The original value (fen) of a project's assets: the ledger knows it, which stands above this room."""


async def change(
    conn: AsyncConnection, principal: Principal, project_id: UUID, said: Change, covered: Covered
) -> tuple[Project, Changed]:
    """Record a change of a project in the caller's scope and tell the bus; what was stays readable.
    ProjectNotFoundError, ProjectRefusedError with every fault."""
    await repository.lock(conn, project_id)
    project = await get(conn, principal, project_id)
    before = await repository.changes(conn, project_id)
    steps = [one.holds_on for one in before if one.status is not None]
    wrong = change_faults(project, said, max(steps, default=None), await covered(conn, project_id), clock.today())
    if wrong:
        raise ProjectRefusedError(f"项目变动有 {len(wrong)} 处不符合要求，请按说明修改。", errors=wrong)
    plain = {field.name: getattr(said, field.name) for field in fields(Change)}
    changed = Changed(
        **plain,
        was=state(project),
        # a later change counts as the later one for whoever reads the bus, whatever two machines' clocks say
        change_id=uuid7_after(max((one.change_id for one in before), default=project_id)),
        recorded_at=max([clock.now(), project.registered_at, *(one.recorded_at for one in before)]),
        recorded_by=principal.sub,
    )
    new = after(project, said)
    await repository.put_change(conn, new, changed)
    await outbox.add(conn, [_told(new, changed)])
    return new, changed


async def changes(conn: AsyncConnection, principal: Principal, project_id: UUID) -> list[Changed]:
    """The changes of a project in the order in which they were recorded. ProjectNotFoundError."""
    await get(conn, principal, project_id)
    return await repository.changes(conn, project_id)


async def by_reference(
    conn: AsyncConnection, project_ids: Collection[UUID], codes: Collection[str]
) -> tuple[dict[UUID, Project], dict[str, Project]]:
    """Projects by id and by code, of any division: the caller looks at the scope."""
    found = await repository.projects_of(conn, project_ids, codes)
    return {project.project_id: project for project in found}, {project.code: project for project in found}


async def newest(
    conn: AsyncConnection, principal: Principal, wanted: Wanted, before: UUID | None, limit: int
) -> list[Project]:
    """Projects in the caller's scope, the last registered first. Raises NotFoundError for a
    division that does not exist or lies outside the scope."""
    prefixes = [principal.scope_prefix()]
    if wanted.division is not None:
        if divisions.get(wanted.division) is None:
            raise NotFoundError("没有这个区划，或者不在您的权限范围内。")
        principal.require_division(wanted.division)
        prefixes.append(divisions.prefix(wanted.division))
    return await repository.newest_projects(conn, wanted, max(prefixes, key=len), before, limit)


def _registered(draft: Draft) -> Project:
    funds = in_order(draft.funds)
    stated = {field.name: getattr(draft, field.name) for field in fields(Draft)}
    return Project(**{**stated, "funds": funds}, project_id=uuid7(), registered_at=clock.now())


def _event(project: Project) -> ProjectRegisteredV1:
    return ProjectRegisteredV1(**_said(project))


def _said(project: Project) -> dict[str, Any]:
    return {
        "project_id": str(project.project_id),
        **{name: getattr(project, name) for name in _AS_IT_IS},
        "total": Decimal(yuan(project.total_fen)),
        "funds": [FundingShare(source=fund.source, amount=Decimal(yuan(fund.amount_fen))) for fund in project.funds],
    }


_AS_IT_IS = ("code", "name", "year", "kind", "status", "division_code", "owner_department", "accepted_on")


def _told(project: Project, changed: Changed) -> Message:
    return encode(
        ProjectChangedV1(**_said(project), holds_on=changed.holds_on, known_at=changed.recorded_at),
        event_id=str(changed.change_id),
        source=SOURCE,
        key=str(project.project_id),
        subject=f"project/{project.project_id}",
        time=changed.recorded_at,
    )
