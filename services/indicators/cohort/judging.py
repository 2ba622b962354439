"""Turns counts into coverages: what was never sent is said, and never counted as nobody covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.indicators.cohort.domain import (
    APPRAISAL,
    ASSISTANCE,
    CERTIFICATE,
    EMPLOYMENT,
    ENROLMENT,
    HOUSEHOLD,
    INCOME,
    KINDS,
    LINKAGE,
    MONITORED,
    RENOVATION,
    SCHOOLING,
    WATER,
    Arrival,
    Count,
    Coverage,
    IncomeCount,
    IncomeMean,
    Source,
)
from shared.codes import divisions

NEVER_SENT = {
    ENROLMENT: "从未报送{year}年度参保记录",
    APPRAISAL: "从未报送住房安全鉴定记录",
    RENOVATION: "危房改造数据从未报送，无法判断C、D级住房是否已改造",
    SCHOOLING: "从未报送学籍与控辍记录",
    WATER: "从未报送饮水安全检测记录",
    LINKAGE: "从未报送企业利益联结记录",
    EMPLOYMENT: "从未报送就业台账记录",
    ASSISTANCE: "从未报送帮扶措施记录",
    INCOME: "从未报送家庭收入记录",
}
"""What is said after a banner's name; of a further feed, instead of any name."""
_LINKAGE_AS_FURTHER = "企业利益联结数据从未报送，无法判断没有产业帮扶的户有无利益联结"
_ROLLS = {HOUSEHOLD: "户与成员数据", CERTIFICATE: "残疾人证数据", MONITORED: "监测对象数据"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the feeds: `main` says who is covered; `further` is asked only about doubtful units, and its
    absence in a single banner is ordinary (nothing to renovate); `roll` names the units, `also` are more that decide
    who belongs. `whom` are the units in words, `listed` the list of them."""

    main: int
    further: int | None
    roll: int
    also: tuple[int, ...]
    whom: str
    listed: str

    @property
    def feeds(self) -> tuple[int, ...]:
        """All of them, the main one first."""
        further = () if self.further is None else (self.further,)
        return tuple(dict.fromkeys((self.main, *further, self.roll, *self.also)))


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


class _Heard(NamedTuple):
    """What is the same on a day for all divisions in some banners: why nobody is there to be counted, why those who
    are there cannot be (None: they can), and what their numbers rest on."""

    of_nobody: str
    of_somebody: str | None
    unheard: tuple[str, ...]
    sources: tuple[Source, ...]
    gaps: tuple[str, ...]

    def reason(self, units: int) -> str | None:
        """Why a division of so many units has no number."""
        return self.of_somebody if units else self.of_nobody


class Judge:
    """Coverages and incomes of divisions that lie in (or consist of) some banners."""

    def __init__(self, question: Question, arrivals: Sequence[Arrival], banners: Mapping[str, str]) -> None:
        self._question = question
        self._arrivals = {(arrival.kind, arrival.banner_code): arrival for arrival in arrivals}
        self._banners = banners

    def coverages(
        self, counts: Sequence[Count], days: Sequence[date], division_codes: Sequence[str]
    ) -> dict[tuple[date, str], Coverage]:
        """The coverage of every division on every day."""
        found = {(count.day, count.division_code): count for count in counts}
        nobody = Count(date.min, "", 0, 0, 0, 0, 0, 0, 0)
        answer = {}
        for day in set(days):
            people = {b: found.get((day, b), nobody) for b in self._banners}
            heard = self._heard_of(day, {b: (one.denominator, one.sourced) for b, one in people.items()})
            for code in division_codes:
                answer[day, code] = self._coverage(found.get((day, code), nobody), heard[self._above(code)])
        return answer

    def _coverage(self, count: Count, heard: _Heard) -> Coverage:
        reason = heard.reason(count.denominator)
        if reason is None and count.doubtful:
            reason = self._further_is_missing()
        return Coverage(
            numerator=count.numerator,
            denominator=count.denominator,
            reason=reason,
            unrecorded=count.denominator - count.recorded,
            households=count.households,
            households_covered=count.households_covered,
            unheard=heard.unheard,
            sources=heard.sources,
            undecided=count.undecided,
            gaps=heard.gaps,
        )

    def means(
        self, counts: Sequence[IncomeCount], years: Sequence[int], division_codes: Sequence[str]
    ) -> dict[tuple[int, str], IncomeMean]:
        """The mean incomes of every division and year."""
        found = {(count.day.year, count.division_code): count for count in counts}
        nobody = IncomeCount(date.min, "", 0, 0, 0, 0, 0, 0, 0)
        answer = {}
        for year in set(years):
            people = {b: found.get((year, b), nobody) for b in self._banners}
            numbers = {b: (one.households + one.without, one.sourced) for b, one in people.items()}
            heard = self._heard_of(date(year, 12, 31), numbers)
            for code in division_codes:
                answer[year, code] = self._mean(year, found.get((year, code), nobody), heard[self._above(code)])
        return answer

    def _mean(self, year: int, count: IncomeCount, heard: _Heard) -> IncomeMean:
        reason = heard.reason(count.households + count.without)
        if reason is None and not count.households:
            reason = f"没有脱贫户同时报送{year - 1}年和{year}年（均截至当年12月）的家庭收入，无法比较"
        return IncomeMean(
            households=count.households,
            without=count.without,
            net_fen=count.net_fen,
            heads=count.heads,
            net_before_fen=count.net_before_fen,
            heads_before=count.heads_before,
            reason=reason,
            gaps=heard.gaps,
            sources=heard.sources,
        )

    def _heard_of(self, day: date, people: Mapping[str, tuple[int, int]]) -> dict[str | None, _Heard]:
        """By banner, None for the city; `people` are the units and the `sourced` ones of every banner."""
        heard: dict[str | None, _Heard] = {b: self._heard(day, [b], people) for b in self._banners}
        heard[None] = self._heard(day, list(self._banners), people)
        return heard

    def _heard(self, day: date, banners: Sequence[str], people: Mapping[str, tuple[int, int]]) -> _Heard:
        peopled = [b for b in banners if people[b][0] > 0]
        silent = [b for b in peopled if not self._there(day, b, people[b][1])]
        return _Heard(
            of_nobody=self._of_nobody(banners),
            of_somebody=self._silence(silent, day) if silent else None,
            unheard=self._unheard(self._question.roll, banners),
            sources=self._sources(peopled or banners),
            gaps=self._gaps(banners),
        )

    def _of_nobody(self, banners: Sequence[str]) -> str:
        question = self._question
        if len(self._unheard(question.roll, banners)) == len(banners):
            return f"{_ROLLS[question.roll]}从未报送，没有{question.listed}"
        return f"截至当日该区划没有属于统计范围的{question.whom}"

    def _silence(self, silent: Sequence[str], day: date) -> str:
        never = [b for b in silent if not self._spoke_later(b, day)]
        later = [b for b in silent if b not in never]
        said = NEVER_SENT[self._question.main].format(year=day.year)
        not_yet = said.replace("从未报送", f"截至 {day.isoformat()} 未报送")
        both = ((never, said), (later, not_yet))
        return "；".join(f"{'、'.join(self._banners[b] for b in who)}{words}" for who, words in both if who)

    def _spoke_later(self, banner: str, day: date) -> bool:
        """Whether a banner that had sent nothing by `day` has sent something since: never would not be true of it."""
        main = self._question.main
        arrival = self._arrivals.get((main, banner))
        return arrival is not None and (main != ENROLMENT or arrival.newest_on.year >= day.year)

    def _further_is_missing(self) -> str | None:
        further = self._question.further
        if further is None or any(kind == further for kind, _ in self._arrivals):
            return None
        return _LINKAGE_AS_FURTHER if further == LINKAGE else NEVER_SENT[further]

    def _above(self, code: str) -> str | None:
        """The banner that a division lies in; None for the city."""
        banner = divisions.banner_of(code)
        return banner if banner in self._banners else None

    def _there(self, day: date, banner: str, sourced: int) -> bool:
        main = self._question.main
        return feed_is_there(main, day, sourced, self._arrivals.get((main, banner)))

    def _unheard(self, kind: int, banners: Sequence[str]) -> tuple[str, ...]:
        return tuple(b for b in banners if (kind, b) not in self._arrivals)

    def _gaps(self, banners: Sequence[str]) -> tuple[str, ...]:
        """Who is left out because a roll never came; of a banner without households nothing more is said."""
        question, said = self._question, []
        left = list(banners)
        for kind in (question.roll, *question.also):
            if kind in _ROLLS and (unheard := self._unheard(kind, left)):
                names = "、".join(self._banners[b] for b in unheard)
                said.append(f"未含从未报送{_ROLLS[kind]}的{names}")
                left = [b for b in left if b not in unheard]
        return tuple(said)

    def _sources(self, banners: Sequence[str]) -> tuple[Source, ...]:
        return tuple(self._source(kind, banners) for kind in self._question.feeds)

    def _source(self, kind: int, banners: Sequence[str]) -> Source:
        heard = [a.newest_known_at for b in banners if (a := self._arrivals.get((kind, b)))]
        return Source(
            feed=KINDS[kind],
            newest_known_at=max(heard, default=None),
            stalest_known_at=min(heard) if heard and len(heard) == len(banners) else None,
        )
