"""What the two pages show: the worklist of a place, and a household's clue with all that it stands on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.clues import service as clues
from services.screening.clues.domain import ClueDetail, CluePage, CountLine
from services.screening.facts import service as facts
from services.screening.facts.domain import SILENCE_KINDS
from services.screening.register import service as register
from services.screening.register.domain import Household
from services.screening.register.errors import HouseholdNotFoundError
from services.screening.rules import repository as rules
from services.screening.rules.domain import RuleVersion
from services.screening.workbench.domain import SEVERITIES, Silent, silence_words
from shared import clock
from shared.codes import divisions
from shared.codes.divisions import Division
from shared.feeds import catalogue

PAGE_CLUES = 50
_VILLAGE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the place's clues is listed; empty for all. `snoozed`: those that were put off."""

    severity: str = ""
    snoozed: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """`trail` leads from the largest place that the caller sees to this one; `parts` are the places next below it,
    or the village itself; `total` is their sum."""

    trail: Sequence[Division]
    parts: Sequence[CountLine]
    clues: CluePage
    silent: Sequence[Silent]

    @property
    def place(self) -> Division:
        """The place that is looked at."""
        return self.trail[-1]

    @property
    def waiting(self) -> list[CountLine]:
        """The parts with clues, those put off too; a place without parts is always shown."""
        return [part for part in self.parts if part.clues or part.snoozed or len(self.parts) == 1]

    @property
    def idle(self) -> list[CountLine]:
        """The parts without any."""
        return [part for part in self.parts if part not in self.waiting]

    @property
    def total(self) -> CountLine:
        """All of the place's."""
        counts = {name: sum(part.counts[name] for part in self.parts) for name in SEVERITIES}
        sums = (sum(getattr(part, name) for part in self.parts) for name in ("clues", "overdue", "snoozed", "warnings"))
        return CountLine(self.place.code, "合计", counts, *sums)


@dataclass(frozen=True, slots=True)
class CluePaper:
    """A clue, who the household is (None: not in the register any more), the rule versions that its warnings were
    judged by, and what is silent now of the feeds that they rest on."""

    detail: ClueDetail
    household: Household | None
    rules: Mapping[tuple[str, int], RuleVersion]
    silent: Sequence[Silent]
    trail: Sequence[Division]


async def board(conn: AsyncConnection, scope: str, prefix: str, wanted: Wanted) -> Board:
    """The worklist of the division with this prefix, inside the caller's `scope` (both significant digits)."""
    trail = _trail(scope, prefix)
    return Board(
        trail=trail,
        parts=_parts(trail[-1], await clues.counts(conn, prefix)),
        clues=await clues.page(
            conn, prefix, wanted.severity or None, wanted.after or None, PAGE_CLUES, snoozed=wanted.snoozed
        ),
        silent=await _silent(conn, trail[-1].code, SILENCE_KINDS, clock.now()),
    )


async def paper(conn: AsyncConnection, household_no: str, scope: str) -> CluePaper:
    """All about one clue. ClueNotFoundError when the household has none within `scope`."""
    detail = await clues.clue(conn, household_no, scope)
    now = clock.now()
    asked = {(one.warning.rule_code, one.warning.rule_version) for one in detail.warnings}
    kinds = {_number(age["department"], age["kind"]) for one in detail.warnings for age in one.evidence["data_age"]}
    try:
        household = await register.household(conn, household_no, scope, clock.today(), now)
    except HouseholdNotFoundError:
        household = None  # struck off the register: its warnings are still to be verified
    place = detail.clue.division_code
    return CluePaper(
        detail,
        household,
        {key: rule for rule in await rules.known_versions(conn, now) if (key := (rule.code, rule.version)) in asked},
        await _silent(conn, place, sorted(kinds), now),
        _trail(scope, divisions.prefix(place)),
    )


async def _silent(conn: AsyncConnection, place: str, kinds: Collection[int], now: datetime) -> list[Silent]:
    """What is late of these feeds in the banners of (or around) a place, in the catalogue's order."""
    banners = _banners(place)
    arrivals = await facts.data_ages(conn, now)
    ages = [(banner.name, facts.data_age(arrivals, banner.code, sorted(kinds), now)) for banner in banners]
    found = []
    for index, kind in enumerate(sorted(kinds)):
        feed = catalogue.BY_NUMBER[kind]
        of_kind = [(name, line[index].age_days, line[index].overdue) for name, line in ages]
        words = silence_words(of_kind, feed.overdue_days, alone=len(banners) == 1)
        if words is not None:
            found.append(Silent(catalogue.DEPARTMENTS[feed.department], feed.title, words))
    order = list(catalogue.DEPARTMENTS.values())
    return sorted(found, key=lambda one: order.index(one.department))


def _banners(place: str) -> list[Division]:
    own = divisions.banner_of(place)
    return [one for one in divisions.all_divisions() if one.level == "banner" and own in (one.code, divisions.CITY)]


def _trail(scope: str, prefix: str) -> list[Division]:
    """From the caller's own place down to the one looked at."""
    found: list[Division] = []
    place = divisions.get(prefix.ljust(_VILLAGE_DIGITS, "0") if prefix else divisions.CITY)
    while place is not None and place.code.startswith(scope):
        found.append(place)
        place = divisions.get(place.parent)
    return found[::-1]


def _number(department: str, kind: str) -> int:
    return catalogue.get(department, kind).number


def _parts(place: Division, found: Sequence[CountLine]) -> list[CountLine]:
    """A line for each place next below, also where nobody is waiting; a village is its own."""
    by_code = {line.division_code: line for line in found}
    below = [one for one in divisions.all_divisions() if one.parent == place.code] or [place]
    none = dict.fromkeys(SEVERITIES, 0)
    return [by_code.get(one.code) or CountLine(one.code, one.name, none, 0, 0, 0, 0) for one in below]
