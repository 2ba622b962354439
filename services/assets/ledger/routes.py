"""One way to make a route that writes an entry on an asset: every room has several, alike but for what they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries.domain import Entry
from services.assets.entries.errors import EntryRefusedError, LaterEntryConflictError
from services.assets.entries.service import Draft, Rules
from services.assets.ledger import service
from services.assets.ledger.errors import AssetNotFoundError, AssetRefusedError
from services.assets.ledger.schemas import WrittenOut
from shared.errors import AppError
from shared.http.auth import allow
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

AssetId = Annotated[UUID, Path(title="资产编号")]
WRITING = (
    AssetNotFoundError, AssetRefusedError, EntryRefusedError, LaterEntryConflictError, KeyReusedError, KeyInFlightError,
)  # fmt: skip
"""What every route that writes an entry can refuse."""


class Body(Protocol):
    """A body that says one entry of an asset."""

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""

    def model_dump_json(self) -> str:
        """The body as it came, for its fingerprint."""


Prepare = Callable[[AsyncConnection, Principal, UUID, Any], Awaitable[Draft]]
"""Makes the entry of a body when that takes more than the body itself."""
Wrote = Callable[[AsyncConnection, Entry], Awaitable[None]]
"""Told of the entry in the transaction that stored it: an event, a mark."""


@dataclass(frozen=True, slots=True)
class EntryRoute:
    """`path` is what follows `/v1/assets/{asset_id}`, `name` the handler's in the documents' examples."""

    path: str
    name: str
    body: type[BaseModel]
    summary: str
    description: str
    permission: str = "assets:write"
    errors: Sequence[type[AppError]] = ()
    prepare: Prepare | None = None
    wrote: Wrote | None = None


def add(made: APIRouter, rules: Rules, route: EntryRoute) -> None:
    """The route, written once for an idempotency key, under the rules of all rooms."""
    path = f"/v1/assets/{{asset_id}}{route.path}"

    async def write(
        principal: Principal, conn: ConnectionDep, asset_id: AssetId, body: Body, idempotency_key: KeyHeader = None
    ) -> Response:
        async def work() -> Answer:
            made_by = route.prepare
            draft = body.draft(asset_id) if made_by is None else await made_by(conn, principal, asset_id, body)
            written = (await service.write(conn, principal, [draft], rules))[0]
            if route.wrote is not None:
                await route.wrote(conn, written)
            notes = await rules.notes(conn, written, principal.scope_prefix())
            return Answer.of(WrittenOut.written(written, notes), 201)

        return await keyed(conn, principal, f"POST {path} {asset_id}", idempotency_key, body, work)

    write.__annotations__.update(principal=Annotated[Principal, allow(route.permission)], body=route.body)
    write.__name__ = route.name
    write.__module__ = route.body.__module__  # its example in the documents is kept in the room that says the entry
    made.add_api_route(
        path,
        write,
        methods=["POST"],
        status_code=201,
        summary=route.summary,
        description=route.description,
        response_model=WrittenOut,
        responses=responses(*WRITING, *route.errors),
    )


async def keyed(
    conn: AsyncConnection,
    principal: Principal,
    operation: str,
    key: str | None,
    body: Body | BaseModel,
    work: Callable[[], Awaitable[Answer]],
) -> Response:
    """Do `work` once for an idempotency key; without a key just do it."""
    claim = None if key is None else Claim(principal.sub, operation, key, fingerprint(body.model_dump_json()))
    return (await once(conn, claim, work)).response()
