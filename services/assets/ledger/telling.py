"""What the bus is told of assets that were registered."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from services.assets.entries.domain import Entry
from services.assets.ledger.domain import DISPOSED, Asset
from services.assets.terms.domain import yuan
from shared.events.assets import AssetChangedV1, AssetRegisteredV1
from shared.events.base import Event
from shared.events.codec import encode
from shared.events.message import Message

SOURCE = "/xianjie/assets"


def registered(stored: Iterable[tuple[Entry, Asset]]) -> list[Message]:
    """A message for each asset and the entry that registered it, whose id and instant it has."""
    return [_message(entry, asset) for entry, asset in stored]


def changed(entry: Entry, then: Asset) -> Message:
    """The message of an entry that moved an asset, or that took such an entry or its disposal back; `then` is the asset
    on the day of the entry."""
    event = AssetChangedV1.model_validate(
        {
            "asset_id": str(then.asset_id),
            "project_id": str(then.project_id),
            "code": then.code,
            "asset_class": then.asset_class,
            "division_code": then.division_code,
            "standing": then.state != DISPOSED,
            "holds_on": entry.holds_on,
            "known_at": entry.recorded_at,
        }
    )
    return about(event, entry)


def _message(entry: Entry, asset: Asset) -> Message:
    event = AssetRegisteredV1.model_validate(
        {
            "asset_id": str(asset.asset_id),
            "project_id": str(asset.project_id),
            "code": asset.code,
            "name": asset.name,
            "asset_class": asset.asset_class,
            "division_code": asset.division_code,
            "original_value": Decimal(yuan(asset.original_value_fen)),
            "acquired_on": asset.acquired_on,
            "known_at": entry.recorded_at,
        }
    )
    return about(event, entry)


def about(event: Event, entry: Entry) -> Message:
    """The message of an event that an entry is, whose id and instant it has: every room tells so of its own."""
    return encode(
        event,
        event_id=str(entry.entry_id),
        source=SOURCE,
        key=str(entry.asset_id),
        subject=f"asset/{entry.asset_id}",
        time=entry.recorded_at,
    )
