"""Who asks the ledger, and of which divisions: what the reading routes of all rooms begin with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from services.assets.terms.schemas import Day
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.permissions import Principal, within

Reader = Annotated[Principal, allow("assets:read")]
Clerk = Annotated[Principal, allow("assets:write")]
Division = Annotated[
    str | None,
    Query(title="行政区划", description="此区划及其下级", pattern=r"^[0-9]{12}$", examples=["150625000000"]),
]
AsOf = Annotated[Day | None, Query(title="截至日期", description="不填为今天")]


def prefix_of(principal: Principal, division: str | None) -> str:
    """The significant digits of the division that is asked for, or of the caller's own. NotFoundError outside it."""
    scope = principal.scope_prefix()
    return divisions.prefix(within(scope, division)) if division else scope
