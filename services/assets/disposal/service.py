"""Approving a disposal at the level that its class and value ask for, and telling the bus when it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.disposal import repository
from services.assets.disposal.domain import APPROVED, Ending, ending
from services.assets.disposal.errors import ApprovalLevelError
from services.assets.disposal.levels import level_of
from services.assets.entries import service as entries
from services.assets.entries.domain import Entry, until
from services.assets.entries.service import Draft
from services.assets.ledger import service as ledger
from services.assets.ledger.telling import about
from services.assets.terms.domain import LEVEL_DIGITS, yuan
from shared.codes import divisions
from shared.events.assets import AssetDisposedV1
from shared.http.permissions import Principal
from shared.messaging import outbox


async def keep(conn: AsyncConnection, lives: Mapping[UUID, Sequence[Entry]]) -> None:
    """Store the proceeds of assets as they are now, from their standing entries: the projection of this room."""
    await repository.put(conn, {asset_id: ending(life) for asset_id, life in lives.items()})


async def approval(conn: AsyncConnection, principal: Principal, asset_id: UUID, day: date, document: str) -> Draft:
    """The approving entry. AssetNotFoundError; ApprovalLevelError for an approver of too small a division."""
    asset = await ledger.get(conn, principal, asset_id)
    life = await entries.life(conn, asset_id)
    level = level_of(until(life, day) or life)  # a day before the asset is for the rules to refuse
    if len(principal.scope_prefix()) > LEVEL_DIGITS[level.level]:
        place = divisions.path(asset.division_code)
        worth = f"原值 {yuan(asset.original_value_fen)} 元（曾登记更高的，按最高的计）"
        raise ApprovalLevelError(f"{place}的这项资产{worth}，由{level.title}审批。")
    return Draft(asset_id, APPROVED, day, {"level": level.level}, document)


async def on(conn: AsyncConnection, principal: Principal, asset_id: UUID, day: date) -> Ending:
    """How an asset ends as far as it had come on a day. AssetNotFoundError."""
    await ledger.get(conn, principal, asset_id)
    return ending(until(await entries.life(conn, asset_id), day))


async def told(conn: AsyncConnection, entry: Entry) -> None:
    """Tell the bus that an asset was disposed of."""
    asset = (await ledger.current(conn, [entry.asset_id]))[entry.asset_id]
    disposal = ending(await entries.life(conn, entry.asset_id)).disposal
    appraisal = None if disposal is None else disposal.appraisal_fen
    event = AssetDisposedV1.model_validate(
        {
            "asset_id": str(asset.asset_id),
            "project_id": str(asset.project_id),
            "asset_class": asset.asset_class,
            "division_code": asset.division_code,
            "disposed_on": entry.holds_on,
            "reason": disposal.reason if disposal else None,
            "appraisal": None if appraisal is None else Decimal(yuan(appraisal)),
            "known_at": entry.recorded_at,
        }
    )
    await outbox.add(conn, [about(event, entry)])
