"""Writing entries under the laws of all rooms, and reading a life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries import refusals, repository
from services.assets.entries.domain import REVERSED, Entry, Fault, Law, Note, standing
from services.assets.entries.errors import EntryNotFoundError
from shared import clock
from shared.errors import FieldError
from shared.ids import uuid7, uuid7_after

Keep = Callable[[AsyncConnection, Mapping[UUID, Sequence[Entry]]], Awaitable[None]]
"""Makes a room's projection of assets again from their standing entries."""


Notes = Callable[[AsyncConnection, Entry, str], Awaitable[Sequence[Note]]]
"""What a clerk of the divisions of a prefix should look at once more in an entry that was stored."""


class Rules(NamedTuple):
    """What holds for every entry, whichever room writes it: the law of all rooms, all their projections, and what they
    say of an entry that stands."""

    law: Law
    keep: tuple[Keep, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as it was sent; `document` is the paper that it rests on, `places` where in the body that was sent a
    place of the entry is, if elsewhere."""

    asset_id: UUID
    kind: str
    holds_on: date
    body: Mapping[str, Any]
    document: str
    takes_back: UUID | None = None
    places: Mapping[str, str] = field(default_factory=dict)


async def write(
    conn: AsyncConnection, drafts: Sequence[Draft], recorded_by: str, rules: Rules, *, new_lives: bool = False
) -> list[Entry]:
    """Store `drafts` if every asset's ledger is lawful on every day with them in it; all of them or none.

    EntryRefusedError names what is wrong with the new entries, LaterEntryConflictError which entries of
    later days a back-dated one would make wrong. `new_lives` says that the assets have just been given their ids:
    nobody else can write on them, and thousands of locks would fill the server's table of them.
    """
    if not drafts:
        return []
    assets = sorted({draft.asset_id for draft in drafts})
    if not new_lives:
        await repository.lock(conn, assets)
    lives = await repository.lives(conn, [] if new_lives else assets)
    now = max([clock.now(), *(entry.recorded_at for life in lives.values() for entry in life)])
    new = _numbered(drafts, recorded_by, now, lives)
    by_asset: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in new:
        by_asset[entry.asset_id].append(entry)
    faults = [
        fault
        for asset_id, added in by_asset.items()
        for fault in rules.law(standing([*lives.get(asset_id, ()), *added]))
    ]
    if faults:
        _refuse(faults, {entry.entry_id: draft.places for entry, draft in zip(new, drafts, strict=True)}, lives)
    await repository.add(conn, new)
    lived = {asset_id: standing([*lives.get(asset_id, ()), *added]) for asset_id, added in by_asset.items()}
    for keep in rules.keep:
        await keep(conn, lived)
    return new


def beginning(draft: Draft, recorded_by: str, rules: Rules) -> list[FieldError]:
    """What the rules say of an entry that begins a life, by its place in the entry; nothing is stored."""
    return [
        refusals.error(fault, fault.pointer) for fault in rules.law([_entry(uuid7(), draft, recorded_by, clock.now())])
    ]


async def take_back(
    conn: AsyncConnection, asset_id: UUID, entry_id: UUID, document: str, recorded_by: str, rules: Rules
) -> Entry:
    """Reverse an entry: it stays readable, and holds no longer. EntryNotFoundError; else as `write`."""
    await repository.lock(conn, [asset_id])
    life = standing((await repository.lives(conn, [asset_id]))[asset_id])
    found = next((entry for entry in life if entry.entry_id == entry_id), None)
    if found is None:
        raise EntryNotFoundError("这项资产没有这条分录，或者它已经冲销。")
    draft = Draft(asset_id, REVERSED, found.holds_on, {"of": found.kind}, document, entry_id)
    return (await write(conn, [draft], recorded_by, rules))[0]


async def hold(conn: AsyncConnection, asset_ids: Collection[UUID]) -> None:
    """Nobody else writes on these assets until the end of the transaction: for who reads before writing."""
    await repository.lock(conn, asset_ids)


async def life(conn: AsyncConnection, asset_id: UUID, known_at: datetime | None = None) -> list[Entry]:
    """The standing entries of an asset as known at an instant, in the order in which they hold."""
    return standing((await repository.lives(conn, [asset_id]))[asset_id], known_at)


async def lives(conn: AsyncConnection, asset_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """All entries of several assets by asset; see `history`."""
    return await repository.lives(conn, asset_ids)


async def history(conn: AsyncConnection, asset_id: UUID) -> list[Entry]:
    """All entries of an asset, those taken back and the reversals included, in the order in which they hold."""
    return (await repository.lives(conn, [asset_id]))[asset_id]


async def documents(conn: AsyncConnection, asset_ids: Collection[UUID], kind: str) -> dict[UUID, str]:
    """The paper on which the standing entry of this kind rests, by asset; of several the last one's."""
    return await repository.documents(conn, asset_ids, kind)


def _numbered(
    drafts: Sequence[Draft], recorded_by: str, now: datetime, lives: Mapping[UUID, Sequence[Entry]]
) -> list[Entry]:
    """Entries numbered after all that is there, in the order of their drafts: of one day, the lower holds first."""
    new: list[Entry] = []
    last = max((entry.entry_id for life in lives.values() for entry in life), default=UUID(int=0))
    for draft in drafts:
        last = uuid7_after(last)
        new.append(_entry(last, draft, recorded_by, now))
    return new


def _entry(entry_id: UUID, draft: Draft, recorded_by: str, now: datetime) -> Entry:
    return Entry(
        entry_id=entry_id,
        asset_id=draft.asset_id,
        kind=draft.kind,
        holds_on=draft.holds_on,
        body=draft.body,
        document=draft.document,
        recorded_at=now,
        recorded_by=recorded_by,
        takes_back=draft.takes_back,
    )


def _refuse(
    faults: Sequence[Fault], places: Mapping[UUID, Mapping[str, str]], lives: Mapping[UUID, Sequence[Entry]]
) -> None:
    own = [fault for fault in faults if fault.entry_id in places]
    if own:
        raise refusals.refused(own, places)
    raise refusals.conflicting(faults, {entry.entry_id: entry for life in lives.values() for entry in life})
