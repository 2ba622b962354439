"""What was never sent is said, and never counted as nobody covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from services.indicators.cohort.domain import (
    APPRAISAL,
    ASSISTANCE,
    CERTIFICATE,
    ENROLMENT,
    HOUSEHOLD,
    KINDS,
    LINKAGE,
    MONITORED,
    RENOVATION,
    WATER,
    Arrival,
    Count,
    Coverage,
    IncomeCount,
)
from services.indicators.cohort.judging import Judge, feed_is_there
from services.indicators.cohort.service import CALCULATIONS, INCOMES, INCOMES_ASKED, feeds_of
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.service import catalogue

DAY = date(2026, 5, 10)
A, B, CITY = "150621000000", "150622000000", "150600000000"
NAMES = {A: "甲旗", B: "乙旗"}


def count(division: str, covered: int, of: int, *, sourced: int | None = None, doubtful: int = 0) -> Count:
    recorded = of if sourced is None else sourced
    return Count(DAY, division, of, covered, recorded, recorded, doubtful, of, covered)


def arrival(kind: int, banner: str, day: date = DAY) -> Arrival:
    return Arrival(kind, banner, datetime(day.year, day.month, day.day, tzinfo=UTC), day, day)


def judged(
    counts: Sequence[Count], arrivals: Sequence[Arrival], code: str, *, name: str = "insured_members"
) -> Coverage:
    return Judge(CALCULATIONS[name], arrivals, NAMES).coverages(counts, [DAY], [code])[DAY, code]


def test_numbers_where_all_feeds_are_there() -> None:
    coverage = judged([count(A, 8, 10), count(B, 5, 5), count(CITY, 13, 15)], [], CITY)
    assert (coverage.numerator, coverage.denominator, coverage.reason) == (13, 15, None)


def test_a_banner_that_sent_nothing_stops_its_own_number_and_the_citys_but_no_others() -> None:
    counts = [count(A, 8, 10), count(B, 0, 5, sourced=0), count(CITY, 8, 15)]
    assert judged(counts, [], B).reason == "乙旗从未报送2026年度参保记录"
    assert judged(counts, [], CITY).reason == "乙旗从未报送2026年度参保记录"
    assert judged(counts, [], A).reason is None


def test_a_feed_that_is_alive_and_names_nobody_means_nobody() -> None:
    counts = [count(A, 0, 10, sourced=0)]
    assert judged(counts, [arrival(ENROLMENT, A)], A).reason is None
    assert judged(counts, [arrival(ENROLMENT, A, date(2025, 12, 1))], A).reason is not None


def test_never_is_not_said_of_a_day_before_a_feed_that_has_begun_since() -> None:
    counts = [count(A, 0, 10, sourced=0), count(B, 0, 5, sourced=0), count(CITY, 0, 15)]
    since = [arrival(WATER, A, date(2026, 6, 1))]
    assert judged(counts, since, A, name="watered_members").reason == "甲旗截至 2026-05-10 未报送饮水安全检测记录"
    assert judged(counts, since, CITY, name="watered_members").reason == (
        "乙旗从未报送饮水安全检测记录；甲旗截至 2026-05-10 未报送饮水安全检测记录"
    )
    enrolled = [arrival(ENROLMENT, A, date(2026, 6, 1)), arrival(ENROLMENT, B, date(2025, 12, 1))]
    assert judged(counts, enrolled, CITY).reason == (
        "乙旗从未报送2026年度参保记录；甲旗截至 2026-05-10 未报送2026年度参保记录"
    )


def test_a_feed_is_not_there_before_it_began() -> None:
    assert not feed_is_there(APPRAISAL, DAY, 0, arrival(APPRAISAL, A, date(2026, 6, 1)))
    assert feed_is_there(APPRAISAL, DAY, 0, arrival(APPRAISAL, A, date(2024, 6, 1)))
    assert feed_is_there(APPRAISAL, DAY, 1, None)


def test_nobody_to_count_is_no_zero() -> None:
    assert judged([], [], A).reason == "户与成员数据从未报送，没有脱贫户和监测对象名册"
    for name, whom in (
        ("insured_members", "脱贫户、监测对象中的应参保成员"),
        ("schooled_members", "脱贫户、监测对象中的义务教育适龄成员"),
        ("housed_members", "脱贫户、监测对象"),
    ):
        nobody = judged([], [arrival(HOUSEHOLD, A)], A, name=name)
        assert nobody.reason == f"截至当日该区划没有属于统计范围的{whom}", name


def test_an_unsafe_house_is_doubtful_until_renovations_are_heard_of_anywhere() -> None:
    counts = [count(A, 8, 10, doubtful=2)]
    assert judged(counts, [], A, name="housed_members").reason == "危房改造数据从未报送，无法判断C、D级住房是否已改造"
    assert judged(counts, [arrival(RENOVATION, B)], A, name="housed_members").reason is None
    assert judged([count(A, 8, 10)], [], A, name="housed_members").reason is None


def test_sources_name_the_newest_and_the_stalest_banner() -> None:
    arrivals = [arrival(ENROLMENT, A), arrival(ENROLMENT, B, date(2026, 1, 2)), arrival(HOUSEHOLD, A)]
    enrolment, household, monitored = judged(
        [count(A, 1, 1), count(B, 1, 1), count(CITY, 2, 2)], arrivals, CITY
    ).sources
    assert enrolment.newest_known_at == datetime(2026, 5, 10, tzinfo=UTC)
    assert enrolment.stalest_known_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert household.stalest_known_at is None
    assert (monitored.feed, monitored.newest_known_at) == (KINDS[MONITORED], None)


def test_banners_without_households_are_named() -> None:
    coverage = judged([count(A, 1, 1), count(CITY, 1, 1)], [arrival(HOUSEHOLD, A), arrival(ENROLMENT, A)], CITY)
    assert coverage.unheard == (B,)
    assert coverage.reason is None
    assert coverage.gaps == ("未含从未报送户与成员数据的乙旗", "未含从未报送监测对象数据的甲旗")


def test_of_a_banner_without_households_nothing_is_said_about_its_monitored_ones() -> None:
    arrivals = [arrival(HOUSEHOLD, A), arrival(MONITORED, A), arrival(ENROLMENT, A)]
    assert judged([count(A, 1, 1), count(CITY, 1, 1)], arrivals, CITY).gaps == ("未含从未报送户与成员数据的乙旗",)


def test_a_household_without_a_measure_is_doubtful_until_linkages_are_heard_of() -> None:
    counts = [count(A, 8, 10, doubtful=2)]
    arrivals = [arrival(HOUSEHOLD, A), arrival(ASSISTANCE, A)]
    silent = judged(counts, arrivals, A, name="earning_resettled")
    assert silent.reason == "企业利益联结数据从未报送，无法判断没有产业帮扶的户有无利益联结"
    assert judged(counts, [*arrivals, arrival(LINKAGE, B)], A, name="earning_resettled").reason is None


def test_children_are_taken_from_certificates() -> None:
    assert judged([], [], A, name="enrolled_disabled").reason == "残疾人证数据从未报送，没有持证儿童名册"
    coverage = judged([], [arrival(CERTIFICATE, A)], CITY, name="enrolled_disabled")
    assert coverage.reason == "截至当日该区划没有属于统计范围的持证残疾儿童少年"
    assert coverage.unheard == (B,)


def test_the_undecided_are_handed_on() -> None:
    counted = Count(DAY, A, 10, 8, 10, 10, 0, 10, 8, undecided=3)
    assert judged([counted], [arrival(ENROLMENT, A)], A).undecided == 3


@pytest.mark.parametrize(
    ("households", "without", "sourced", "arrivals", "reason"),
    [
        (3, 1, 4, [], None),
        (0, 0, 0, [arrival(HOUSEHOLD, A)], "截至当日该区划没有属于统计范围的脱贫户"),
        (0, 4, 0, [arrival(HOUSEHOLD, A)], "甲旗从未报送家庭收入记录"),
        (0, 4, 4, [arrival(HOUSEHOLD, A)], "没有脱贫户同时报送2024年和2025年（均截至当年12月）的家庭收入，无法比较"),
    ],
)
def test_incomes_are_means_or_a_reason(
    households: int, without: int, sourced: int, arrivals: list[Arrival], reason: str | None
) -> None:
    counted = IncomeCount(date(2025, 12, 31), A, households, without, sourced, 300, 3, 200, 2)
    mean = Judge(INCOMES_ASKED, arrivals, NAMES).means([counted], [2025], [A])[2025, A]
    assert (mean.households, mean.without, mean.reason) == (households, without, reason)


@pytest.mark.parametrize(
    "indicator", [i for i in catalogue().indicators if i.formula.name in {*CALCULATIONS, *INCOMES}]
)
def test_an_indicator_is_marked_by_every_feed_that_its_calculation_reads(indicator: Indicator) -> None:
    """What no source of the indicator names would change its number without anybody computing it again."""
    assert feeds_of(indicator.formula.name or "") <= set(indicator.sources)
