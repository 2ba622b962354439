"""What the projection says of a division on a day: how many are covered, and what was delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

ENROLMENT, APPRAISAL, RENOVATION, HOUSEHOLD = 7, 9, 10, 17
KINDS = {
    ENROLMENT: "medical-insurance/enrolment",
    APPRAISAL: "housing/dwelling-appraisal",
    RENOVATION: "housing/dwelling-renovation",
    HOUSEHOLD: "rural-revitalization/household",
}
"""Feed numbers this service projects. Settlements (8) are health data and are passed over."""


@dataclass(frozen=True, slots=True)
class Count:
    """Units (persons) of one division on one day.

    `recorded` have a record in force; `sourced` have any record, withdrawn ones included, which
    shows that the feed exists there; `doubtful` would be covered if a further feed said so
    (an unsafe house that may have been renovated).
    """

    day: date
    division_code: str
    denominator: int
    numerator: int
    recorded: int
    sourced: int
    doubtful: int
    households: int
    households_covered: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """The newest hour in which a banner was heard of in a feed; the first and the newest day in Shanghai."""

    kind: int
    banner_code: str
    newest_known_at: datetime
    first_on: date
    newest_on: date


@dataclass(frozen=True, slots=True)
class Source:
    """How new a feed's data is in a division: the newest instant heard of, and that of the banner
    heard of longest ago (None: a banner with households here was never heard of)."""

    feed: str
    newest_known_at: datetime | None
    stalest_known_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """One division on one day: numbers, or the reason why there are none.

    `unheard` are the banners that never sent their households, so that a city's number leaves them
    out; `unrecorded` the persons without any record in force (counted as not covered).
    """

    numerator: int
    denominator: int
    reason: str | None
    unrecorded: int
    households: int
    households_covered: int
    unheard: tuple[str, ...]
    sources: tuple[Source, ...]


def feed_is_there(kind: int, day: date, sourced: int, arrival: Arrival | None) -> bool:
    """Whether a banner's silence about a person means no, and not that nothing was ever sent.

    A record of any of its people shows it; so does the feed having been alive by that day, for
    enrolments in that insurance year.
    """
    if sourced:
        return True
    if arrival is None or arrival.first_on > day:
        return False
    return kind != ENROLMENT or arrival.newest_on.year >= day.year


class Judge:
    """Turns counts into coverages: what was never sent is said, and never counted as nobody covered.

    `main` is the feed that says who is covered; `further` one that is asked only about `doubtful`
    units, whose absence in a single banner is ordinary (nothing to renovate).
    """

    def __init__(
        self,
        counts: Sequence[Count],
        arrivals: Sequence[Arrival],
        banners: Mapping[str, str],
        *,
        main: int,
        further: int | None,
    ) -> None:
        self._counts = {(count.day, count.division_code): count for count in counts}
        self._arrivals = {(arrival.kind, arrival.banner_code): arrival for arrival in arrivals}
        self._banners = banners
        self._main = main
        self._further = further

    def coverage(self, day: date, division_code: str, banner_codes: Sequence[str]) -> Coverage:
        """The coverage of a division that lies in (or consists of) the banners `banner_codes`."""
        count = self._counts.get((day, division_code)) or Count(day, division_code, 0, 0, 0, 0, 0, 0, 0)
        unheard = tuple(b for b in banner_codes if (HOUSEHOLD, b) not in self._arrivals)
        peopled = [b for b in banner_codes if self._at(day, b) > 0]
        return Coverage(
            numerator=count.numerator,
            denominator=count.denominator,
            reason=self._reason(day, count, peopled, banner_codes, unheard),
            unrecorded=count.denominator - count.recorded,
            households=count.households,
            households_covered=count.households_covered,
            unheard=unheard,
            sources=tuple(
                self._source(kind, peopled or banner_codes)
                for kind in (self._main, self._further, HOUSEHOLD)
                if kind is not None
            ),
        )

    def _at(self, day: date, banner: str) -> int:
        found = self._counts.get((day, banner))
        return found.denominator if found else 0

    def _reason(
        self, day: date, count: Count, peopled: Sequence[str], banners: Sequence[str], unheard: Sequence[str]
    ) -> str | None:
        if count.denominator == 0:
            if len(unheard) == len(banners):
                return "户与成员数据从未报送，没有脱贫户名册"
            return "截至当日该区划没有属于统计范围的脱贫户成员"
        silent = [b for b in peopled if not self._there(day, b)]
        if silent:
            names = "、".join(self._banners[b] for b in silent)
            return f"{names}{NEVER_SENT[self._main].format(year=day.year)}"
        if (
            self._further is not None
            and count.doubtful
            and not any(kind == self._further for kind, _ in self._arrivals)
        ):
            return NEVER_SENT[self._further].format(year=day.year)
        return None

    def _there(self, day: date, banner: str) -> bool:
        count = self._counts.get((day, banner))
        return feed_is_there(self._main, day, count.sourced if count else 0, self._arrivals.get((self._main, banner)))

    def _source(self, kind: int, banners: Sequence[str]) -> Source:
        heard = [a.newest_known_at for b in banners if (a := self._arrivals.get((kind, b)))]
        return Source(
            feed=KINDS[kind],
            newest_known_at=max(heard, default=None),
            stalest_known_at=min(heard) if heard and len(heard) == len(banners) else None,
        )


NEVER_SENT = {
    ENROLMENT: "从未报送{year}年度参保记录",
    APPRAISAL: "从未报送住房安全鉴定记录",
    RENOVATION: "危房改造数据从未报送，无法判断C、D级住房是否已改造",
}
