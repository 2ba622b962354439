"""Use cases: the worklist, what it comes to, and one household's clue."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.clues import repository
from services.screening.clues.domain import (
    DIGITS,
    Clue,
    ClueDetail,
    ClueKey,
    CluePage,
    ClueWarning,
    CountLine,
    Level,
    clue_of,
)
from services.screening.clues.errors import ClueNotFoundError
from services.screening.clues.repository import After, Tally
from services.screening.outcomes import repository as outcomes
from services.screening.outcomes.domain import UNVERIFIED
from services.screening.outcomes.service import clue_tag
from services.screening.warnings import repository as warnings
from services.screening.warnings.domain import SEVERITIES
from shared import clock
from shared.codes import divisions
from shared.http.paging import cursor, position

ACTS_SHOWN = 100
_NEVER = datetime.max.replace(tzinfo=UTC)
_BELOW: dict[int, Level] = {0: "banner", 4: "banner", 6: "township", 9: "village", 12: "village"}


async def page(
    conn: AsyncConnection,
    scope_prefix: str,
    severity: str | None = None,
    after: str | None = None,
    limit: int = 100,
    *,
    snoozed: bool = False,
) -> CluePage:
    """Households to visit: the worst first, then what is due first; with `snoozed` those put off instead.

    `severity` is that of the worst warning. BadCursorError.
    """
    rank = None if severity is None else SEVERITIES.index(severity) + 1
    last = position(after, int, datetime, str)
    start = None if last is None else After(last[0], None if last[1] == _NEVER else last[1], last[2])
    found = await repository.page(
        conn, scope_prefix, clock.today(), snoozed=snoozed, rank=rank, after=start, limit=limit + 1
    )
    items = await _clues(conn, found[:limit])
    key = found[limit - 1] if len(found) > limit else None
    return CluePage(items, None if key is None else cursor(key.rank, key.due_at or _NEVER, key.household_no))


async def counts(conn: AsyncConnection, scope_prefix: str, level: Level | None = None) -> list[CountLine]:
    """How many there are, a line for each division of `level` that has any; by default of the level
    below `scope_prefix` (a village is its own)."""
    digits = max(DIGITS[level or _BELOW[len(scope_prefix)]], len(scope_prefix))
    now, today = clock.now(), clock.today()
    tallies = await repository.tallies(conn, scope_prefix, digits, today)
    since = await repository.due_since(conn, scope_prefix, digits, today, clock.start_of_day(today), now)
    places: dict[str, list[Tally]] = defaultdict(list)
    for tally in tallies:
        places[tally.place].append(tally)
    return [_line(place, found, since.get(place, 0)) for place, found in sorted(places.items())]


async def clue(conn: AsyncConnection, household_no: str, scope_prefix: str) -> ClueDetail:
    """One household's clue with everything its warnings stand on; ClueNotFoundError when nothing there
    waits for anybody, or outside `scope_prefix`."""
    key = await repository.one(conn, household_no, scope_prefix)
    seen = [] if key is None else await _clues(conn, [key])
    if not seen:
        raise ClueNotFoundError("这一户没有待核实的预警，或不在您的管辖范围内。")
    active = await warnings.active_of(conn, [household_no], scope_prefix)
    active.sort(key=lambda w: (w.state not in UNVERIFIED, SEVERITIES.index(w.severity), w.rule_code))
    evidence = await warnings.evidence_of(conn, [warning.warning_id for warning in active])
    return ClueDetail(
        clue=seen[0],
        warnings=[ClueWarning(warning, evidence[warning.warning_id]) for warning in active],
        acts=await outcomes.of_household(conn, household_no, ACTS_SHOWN),
        tag=clue_tag(warning for warning in active if warning.state in UNVERIFIED),
    )


async def _clues(conn: AsyncConnection, keys: list[ClueKey]) -> list[Clue]:
    found = await repository.warnings_of(conn, [key.household_no for key in keys])
    now, today = clock.now(), clock.today()
    # One that was verified between the two questions is gone from the second.
    return [clue_of(key, found[key.household_no], now, today) for key in keys if key.household_no in found]


def _line(place: str, tallies: list[Tally], overdue_today: int) -> CountLine:
    code = place.ljust(12, "0")
    named = divisions.get(code)
    by_severity = dict.fromkeys(SEVERITIES, 0)
    for tally in tallies:
        by_severity[SEVERITIES[tally.rank - 1]] += tally.clues
    return CountLine(
        division_code=code,
        name=code if named is None else named.name,
        counts=by_severity,
        clues=sum(by_severity.values()),
        overdue=overdue_today + sum(tally.overdue for tally in tallies),
        snoozed=sum(tally.snoozed for tally in tallies),
        warnings=sum(tally.warnings for tally in tallies),
    )
