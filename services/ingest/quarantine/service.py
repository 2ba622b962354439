"""Keep what was refused so that it can be corrected: sealed, because it is a person's data unchecked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.quarantine import repository
from services.ingest.quarantine.domain import KEPT, Entry, Key, State, Taken, closings
from services.ingest.quarantine.errors import UnknownEntryError
from shared import clock
from shared.errors import FieldError
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.checks import microseconds
from shared.feeds.domain import Feed, Refused
from shared.privacy import Sealer, mask, mask_name

_NAMED_NOWHERE: Mapping[Key, int] = {}
_PLAIN_NAME = re.compile(r"[A-Za-z_]{1,40}")
_UPDATED = "/source_updated_at"


async def keep(
    conn: AsyncConnection,
    sealer: Sealer,
    submission_id: UUID,
    feed: int,
    part_id: UUID,
    now: datetime,
    refused: Iterable[Refused],
) -> None:
    """Seal the refused records of a part, in the caller's transaction; after `close`, so that what a batch itself
    refuses stays open."""
    rows = [_row(sealer, submission_id, feed, Key(part_id, one.index), now, one) for one in refused]
    if rows:
        await repository.keep(conn, rows)


def _row(sealer: Sealer, submission_id: UUID, feed: int, key: Key, now: datetime, refused: Refused) -> tuple[Any, ...]:
    skipped = len(f"/records/{refused.index}")
    errors: list[FieldError] = [{**error, "pointer": error["pointer"][skipped:]} for error in refused.errors]
    sealed = sealer.seal(orjson.dumps(refused.raw), key.entry_id)
    codes = sorted({error["code"] for error in errors})
    return (
        *key, feed, submission_id, refused.source_id, _superseded_from(refused.raw, errors), now, codes,
        orjson.dumps(errors).decode(), sealed,
    )  # fmt: skip


def _superseded_from(raw: Any, errors: Sequence[FieldError]) -> int | None:
    """See the table. A record that contradicts a stored one of the same instant is answered by a newer one only; what
    is wrong with its instant, or has none, by any."""
    wrong = {error["code"] for error in errors if error["pointer"] == _UPDATED}
    said = raw.get("source_updated_at") if isinstance(raw, dict) else None
    if not isinstance(said, str) or wrong - {"version_conflict"}:
        return None
    try:
        instant = datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return microseconds(instant) + bool(wrong)


async def close(
    conn: AsyncConnection,
    feed: int,
    submission_id: UUID,
    now: datetime,
    taken: Collection[Taken],
    named: Mapping[Key, int] = _NAMED_NOWHERE,
) -> dict[int, list[str]]:
    """Close the entries that the taken records of a part answer (`domain.closings`), in the caller's transaction.

    Gives the `quarantine_id`s by index of the record. One look-up by key when nothing of the feed waits. An entry
    that is closed already, is another feed's or does not exist is left alone: compare when it matters.
    """
    if not taken:
        return {}
    found = await repository.unclosed(conn, feed, {record.source_id for record in taken}, named)
    by_key = closings(found, taken, named)
    answered: defaultdict[int, list[str]] = defaultdict(list)
    if by_key:
        for key in sorted(await repository.close(conn, submission_id, now, by_key)):
            answered[by_key[key]].append(key.entry_id)
    return dict(answered)


async def corrections(conn: AsyncConnection, submission_id: UUID, first: int, until: int) -> dict[int, list[str]]:
    """What `close` gave for the records from index `first` up to `until` of a submission, read back for its receipt."""
    answered: defaultdict[int, list[str]] = defaultdict(list)
    for index, key in await repository.corrected_by(conn, submission_id, first, until):
        answered[index].append(key.entry_id)
    return dict(answered)


async def find(conn: AsyncConnection, entry_id: str) -> Entry:
    """One entry; whether the caller may see it is the department's question. Raises UnknownEntryError."""
    key = Key.read(entry_id)
    entry = await repository.find(conn, key) if key is not None else None
    if entry is None:
        raise UnknownEntryError
    return entry


async def listed(
    conn: AsyncConnection, feeds: Collection[int], after: Key | None, limit: int, code: str | None, state: State | None
) -> list[Entry]:
    """At most `limit` entries of these feeds (by number), oldest first."""
    return await repository.page(conn, feeds, after, limit, code, state, clock.now() - KEPT)


async def open_of(conn: AsyncConnection, submission_id: UUID, limit: int) -> list[Entry]:
    """At most `limit` entries of a submission that wait to be corrected, in the order of its records."""
    return await repository.open_of_submission(conn, submission_id, clock.now() - KEPT, limit)


async def to_do(conn: AsyncConnection, feeds: Collection[int]) -> dict[int, int]:
    """How many records of each feed (by number) wait to be corrected; a feed without any is left out."""
    return await repository.to_do(conn, feeds, clock.now() - KEPT)


def reveal(sealer: Sealer, entry: Entry, now: datetime) -> Any:
    """The refused record as it was sent; None when its time is over. UnsealError when the key is not ours."""
    if entry.sealed is None or now >= entry.content_until:
        return None
    return orjson.loads(sealer.open(entry.sealed, entry.key.entry_id))


def describe(entry: Entry, record: Any, now: datetime) -> dict[str, Any]:
    """The entry as `schemas.Entry`; `record` is what `reveal` gave, shown masked."""
    feed, closed = BY_NUMBER[entry.feed], entry.closed
    return {
        "quarantine_id": entry.key.entry_id,
        "feed": feed.name,
        "feed_title": feed.title,
        "submission_id": entry.submission_id,
        "index": entry.key.line,
        "source_id": entry.source_id,
        "state": entry.state(now),
        "refused_at": entry.refused_at,
        "content_until": entry.content_until,
        "errors": entry.errors,
        "record_masked": _masked(feed, record) if isinstance(record, dict) else None,
        "resubmitted_as": closed
        and {"submission_id": closed.submission_id, "index": closed.index, "closed_at": closed.at},
    }


def _masked(feed: Feed, record: Mapping[str, Any]) -> dict[str, str]:
    """Each field by its name; of a field that the kind does not have only that it is there, its name masked too."""
    shown = {}
    for name, value in record.items():
        if name in feed.model.model_fields or name in feed.retract_model.model_fields:
            text = isinstance(value, str)
            shown[name] = mask_name(value) if text and name == "name" else mask(value)
        else:
            shown[name if _PLAIN_NAME.fullmatch(name) else mask(name)] = "**"
    return shown


async def drop_expired(conn: AsyncConnection) -> int:
    """Drop the content that is past its 90 days; of how many records."""
    return await repository.drop_content(conn, clock.now() - KEPT)
