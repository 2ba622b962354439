"""Use cases: tell the bus what households count as when that changed; mend what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.status import repository
from services.screening.status.domain import UNTOLD, Segment, Told, due
from shared import clock, ids
from shared.events.codec import encode
from shared.events.households import HouseholdStatusChangedV1
from shared.events.message import Message
from shared.messaging import outbox
from shared.versions.kinds import ASSISTANCE, HOUSEHOLD, MONITORED

SOURCE = "/xianjie/screening"
KINDS = frozenset({HOUSEHOLD, ASSISTANCE, MONITORED})
"""The feeds whose records may change a status; a batch without them changes none."""


async def tell(conn: AsyncConnection, households: Sequence[str], today: date, known_at: datetime) -> int:
    """Tell what became of these households' status by what is known at `known_at`, if others are told of them at all;
    how many messages. The caller holds their locks. Doing it again with nothing new tells nothing."""
    concerned = await repository.concerned(conn, households) if households else []
    if not concerned:
        return 0
    said = await repository.said(conn, concerned, known_at)
    told = await repository.told(conn, concerned)
    standing: dict[str, Told] = {}
    messages: list[Message] = []
    now = clock.now()
    for household_no in sorted(concerned):
        before = told.get(household_no, UNTOLD)
        after, news = due(before, said[household_no], today)
        if after != before:
            standing[household_no] = after
        messages += [
            _message(household_no, seq, segment, known_at, now) for seq, segment in enumerate(news, before.seq + 1)
        ]
    if standing:
        await repository.put(conn, standing)
    if messages:
        await outbox.add(conn, messages)
    return len(messages)


def _message(household_no: str, seq: int, segment: Segment, known_at: datetime, now: datetime) -> Message:
    status = segment.status
    event = HouseholdStatusChangedV1.model_validate(
        {
            "household_no": household_no,
            "status_seq": seq,
            "division_code": status.division_code,
            "status_on": segment.since,
            "base_status": status.base_status,
            "monitored": status.monitored,
            "monitored_kind": status.monitored_kind,
            "identified_on": status.identified_on,
            "removed_on": status.removed_on,
            "active_measures": list(status.measures),
            "members": status.members,
            "known_at": known_at,
        }
    )
    return encode(
        event,
        event_id=str(ids.uuid7()),
        source=SOURCE,
        key=household_no,
        subject=f"household/{household_no}",
        time=now,
    )
