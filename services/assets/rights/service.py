"""Who holds what of an asset, told to the bus when it changes, and how far confirmation has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries import service as entries
from services.assets.entries.domain import Entry, standing, until
from services.assets.ledger import service as ledger
from services.assets.ledger.domain import DISPOSED
from services.assets.ledger.telling import about
from services.assets.rights import repository
from services.assets.rights.domain import Beside, Holder, Rights, beside, rights
from services.assets.rights.repository import Holding, Progress
from shared.events.assets import RightConfirmedV1, RightShare
from shared.http.permissions import Principal
from shared.messaging import outbox


async def keep(conn: AsyncConnection, lives: Mapping[UUID, Sequence[Entry]]) -> None:
    """Store who holds what of assets now, from their standing entries: the projection of this room."""
    for asset_id, life in lives.items():
        await repository.put(conn, asset_id, _today(life), beside(life).handed_over_on)


def _today(life: Sequence[Entry]) -> Rights:
    """Nobody holds a right of an asset that was disposed of: whoever took it over holds it outside this ledger."""
    return {} if any(entry.kind == DISPOSED for entry in life) else rights(life)


async def told(conn: AsyncConnection, entry: Entry) -> None:
    """Tell the bus who holds the right of `entry`, or of the entry that it takes back, from its day on."""
    asset = (await ledger.current(conn, [entry.asset_id]))[entry.asset_id]
    history = await entries.history(conn, entry.asset_id)
    of = next((one for one in history if one.entry_id == entry.takes_back), entry)
    held = rights(until(standing(history), entry.holds_on)).get(of.body["right"], {})
    event = RightConfirmedV1.model_validate(
        {
            "asset_id": str(entry.asset_id),
            "asset_class": asset.asset_class,
            "division_code": asset.division_code,
            "right": of.body["right"],
            "holds_on": entry.holds_on,
            "shares": [
                RightShare.model_validate({"holder_kind": holder.kind, "holder_key": holder.key, "share": str(share)})
                for holder, share in sorted(held.items())
            ],
            "known_at": entry.recorded_at,
        }
    )
    await outbox.add(conn, [about(event, entry)])


async def on(conn: AsyncConnection, principal: Principal, asset_id: UUID, day: date) -> tuple[Rights, Beside]:
    """Who holds what on a day, and what stands beside. AssetNotFoundError."""
    await ledger.get(conn, principal, asset_id)
    lived = until(await entries.life(conn, asset_id), day)
    return _today(lived), beside(lived)


async def held_by(conn: AsyncConnection, household_no: str, prefix: str) -> list[Holding]:
    """What a household holds now of assets in a division."""
    return await repository.held_by(conn, Holder("household", household_no), prefix)


async def progress(conn: AsyncConnection, prefix: str) -> list[Progress]:
    """How many assets exist and how many have a confirmed owner, by banner and class."""
    return await repository.progress(conn, prefix)
