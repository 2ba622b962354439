"""A rebuild's part: what is kept of what was told, beside the outbox and beside the register as it was made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.status import repository
from services.screening.status.domain import DEFINITION, UNTOLD, Segment, Told, due, heard

AT_ONCE = 2_000


@dataclass(slots=True)
class Mended:
    """`restored` households were not kept as they were told; `undecided` are to be told something else by now."""

    restored: int = 0
    undecided: int = 0


async def mend(conn: AsyncConnection, today: date, known_at: datetime) -> Mended:
    """Bring what is kept to what was told, and count whom the register says something else of. Nothing is told: when
    there are such, the worker looks at everybody again. The caller holds everybody."""
    outcome = Mended()
    walked = await repository.walked_to(conn, DEFINITION)
    await repository.remember_heard(conn)
    after = ""
    while page := await repository.checked_after(conn, after, AT_ONCE):
        after = page[-1]
        await _page(conn, page, outcome, today, known_at, walked)
    if outcome.undecided:
        await repository.begin_again(conn)
    return outcome


async def _page(
    conn: AsyncConnection, page: Sequence[str], outcome: Mended, today: date, known_at: datetime, walked: str | None
) -> None:
    messages = await repository.heard(conn, page)
    kept = await repository.told(conn, page)
    concerned = sorted({*messages, *kept, *await repository.concerned(conn, page)})
    said = await repository.said(conn, concerned, known_at)
    right: dict[str, Told] = {}
    for household_no in concerned:
        never = household_no not in kept and household_no not in messages
        if never and walked is not None and household_no > walked:
            continue  # the worker has not come to it yet
        stands, told = kept.get(household_no, UNTOLD), _as_told(messages.get(household_no, []))
        after, news = due(told, said[household_no], today)
        waits = stands.next_on is not None and stands.next_on <= today  # the day's step is still to come
        outcome.undecided += bool(news) and not waits
        mended = Told(told.seq, told.timeline, stands.next_on if waits else after.next_on)
        if mended != stands:
            outcome.restored += 1
            right[household_no] = mended
    if right:
        await repository.put(conn, right)


def _as_told(messages: Sequence[tuple[int, Segment]]) -> Told:
    """What follows from messages by their numbers; of two with one number the later tells what is."""
    by_number = dict(messages)
    return Told(max(by_number, default=0), heard((), [by_number[seq] for seq in sorted(by_number)]), None)
