"""Opening and closing findings as the ledger changes and days pass, reading and explaining them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.findings import repository
from services.assets.findings.domain import Finding, Kind
from services.assets.findings.errors import FindingClosedError, FindingNotFoundError
from services.assets.findings.repository import Count, Wanted
from shared import clock
from shared.http.permissions import Principal


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of findings by code, from the package's own data."""
    said: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("findings.yaml").read_text("utf-8"))
    return {code: Kind(code=code, **one) for code, one in said.items()}


async def look(conn: AsyncConnection, today: date) -> tuple[int, int]:
    """Close what is so no longer, then open what is new; (opened, closed). Looking twice changes nothing."""
    found = kinds().values()
    closed = await repository.close(conn, today, found)
    return await repository.open_new(conn, today, found), closed


async def listed(conn: AsyncConnection, wanted: Wanted, before: int | None, limit: int) -> list[Finding]:
    """Findings, the last opened first."""
    return await repository.page(conn, wanted, before, limit)


async def counts(conn: AsyncConnection, prefix: str, digits: int) -> list[Count]:
    """Open findings by place and kind; so many digits of a code tell places apart."""
    return await repository.counts(conn, prefix, clock.today(), digits)


async def explain(conn: AsyncConnection, principal: Principal, finding_id: int, explanation: str) -> Finding:
    """Say why, or what is being done. FindingNotFoundError, FindingClosedError. It stays until it is so no longer."""
    found = await repository.find(conn, finding_id)
    if found is None or not principal.may_division(found.division_code):
        raise FindingNotFoundError("没有这个问题，或者不在您的权限范围内。")
    if found.state == "closed":
        raise FindingClosedError("这个问题已经销号，不需要再说明。")
    await repository.explain(conn, finding_id, explanation, principal.sub)
    explained = await repository.find(conn, finding_id)
    return explained or found
