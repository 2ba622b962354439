"""The drawings: where a number stands, what is said of it, and that nothing it is told can break the page."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.board.charts.bars import WIDTH as BAR_WIDTH
from services.indicators.board.charts.bars import bar, extent
from services.indicators.board.charts.bullet import WIDTH, Bullet, bullet, reach
from services.indicators.board.charts.svg import NOW, TARGET, ceiling
from services.indicators.board.charts.trend import LARGE, Point, span, trend
from services.indicators.board.charts.trend import reach as trend_reach

NUMBERS = st.decimals(min_value=-(10**7), max_value=10**7, places=2)
MAYBE = st.none() | NUMBERS


def parsed(text: str) -> Element:
    """The picture as a tree; fails when it is none."""
    return fromstring(text)  # noqa: S314 - made by ourselves


def bar_of_now(picture: Element) -> tuple[float, float]:
    """Left and right end of the bar that shows the number."""
    found = next(one for one in picture.iter("rect") if one.get("fill") == NOW)
    left = float(found.get("x", ""))
    return left, left + float(found.get("width", ""))


def target_stroke(picture: Element) -> float | None:
    """Where the target stands."""
    found = [one for one in picture.iter("polyline") if one.get("stroke") == TARGET]
    return float(found[0].get("points", "").split(",")[0]) if found else None


def test_a_bullet_starts_at_zero_and_ends_at_a_hundred_for_a_share() -> None:
    picture = parsed(bullet("b5", "低保", "现值 50%", Bullet(Decimal(50), Decimal(25), Decimal(75), Decimal(100))))
    left, right = bar_of_now(picture)
    assert left == 5
    assert right == pytest.approx(WIDTH / 2, abs=0.2)
    assert target_stroke(picture) == pytest.approx(5 + (WIDTH - 10) * 0.75, abs=0.2)
    assert len(list(picture.iter("polygon"))) == 1, "the baseline's diamond"


def test_a_share_beyond_a_hundred_ends_its_own_scale() -> None:
    marks = Bullet(Decimal("127.5"), Decimal(25), Decimal(100), Decimal(100))
    assert reach(marks) == (0, 127.5)
    assert bar_of_now(parsed(bullet("b", "", "", marks)))[1] == WIDTH - 5
    assert reach(Bullet(Decimal(50), None, None, Decimal(100))) == (0, 100)


def test_a_negative_gap_points_left_of_zero() -> None:
    picture = parsed(bullet("b1", "增幅差", "", Bullet(Decimal("-1.5"), None, Decimal(0))))
    left, right = bar_of_now(picture)
    assert left == pytest.approx(44.5, abs=0.2), "−1.5 on a scale from −2"
    assert right == WIDTH - 5, "zero"
    assert target_stroke(picture) == WIDTH - 5


def test_what_is_not_known_is_not_drawn() -> None:
    picture = parsed(bullet("b6", "村集体", "", Bullet(Decimal(12), None, None, Decimal(100))))
    assert target_stroke(picture) is None
    assert not list(picture.iter("polygon"))
    nothing = parsed(bullet("b6", "村集体", "", Bullet(None, None, Decimal(30), Decimal(100))))
    assert not [one for one in nothing.iter("rect") if one.get("fill") == NOW]


@given(now=MAYBE, baseline=MAYBE, target=MAYBE, full=st.sampled_from([None, Decimal(100)]))
def test_every_bullet_stays_in_its_frame(
    now: Decimal | None, baseline: Decimal | None, target: Decimal | None, full: Decimal | None
) -> None:
    picture = parsed(bullet("b", "指标", "", Bullet(now, baseline, target, full)))
    for box in picture.iter("rect"):
        assert float(box.get("x", "")) >= 0
        assert float(box.get("x", "")) + float(box.get("width", "")) <= WIDTH
        assert float(box.get("width", "")) >= 0


def test_a_picture_says_its_title_and_text_and_escapes_them() -> None:
    picture = parsed(bullet("b9", "住房 <C&D>", '"危房"', Bullet(Decimal(1), None, None)))
    named = {one.get("id"): one.text for one in picture if one.get("id")}
    assert picture.get("role") == "img"
    assert [named[ident] for ident in picture.get("aria-labelledby", "").split()] == ["住房 <C&D>", '"危房"']


def test_a_trend_is_not_drawn_across_a_gap() -> None:
    known = [Decimal(1), Decimal(2), None, Decimal(4), Decimal(3)]
    points = [Point(f"2026-{month:02d}", number) for month, number in enumerate(known, 1)]
    picture = parsed(trend("t8", "参保", "", points, large=True))
    lines = [one for one in picture.iter("polyline") if one.get("stroke") == NOW]
    assert [len(one.get("points", "").split()) for one in lines] == [2, 2]
    assert len(list(picture.iter("circle"))) == 4
    assert [one.text for one in picture.iter("text")] == ["2026-01", "2026-05"]
    assert span(points) == (points[0], points[4])


def test_a_trend_says_between_which_numbers_it_lies() -> None:
    points = [Point("2025-01", Decimal("98.75"), Decimal(100)), Point("2025-02", Decimal("97.59"), Decimal(100))]
    assert trend_reach(points, targets=False) == (Decimal("97.59"), Decimal("98.75"))
    assert trend_reach(points, targets=True) == (Decimal("97.59"), Decimal(100))
    assert trend_reach([Point("2025-01", None)], targets=True) is None
    picture = parsed(trend("t", "", "", points, ("97.59%", "100%"), large=True))
    assert [one.text for one in picture.iter("text")] == ["100%", "97.59%", "2025-01", "2025-02"]


def test_a_higher_number_stands_higher() -> None:
    picture = parsed(trend("t", "", "", [Point("2024", Decimal(70)), Point("2025", Decimal(72))], large=True))
    low, high = (float(one.get("cy", "")) for one in picture.iter("circle"))
    assert high < low


@given(st.lists(st.tuples(MAYBE, MAYBE), max_size=30))
def test_every_trend_stays_in_its_frame(numbers: list[tuple[Decimal | None, Decimal | None]]) -> None:
    points = [Point(f"{2000 + index}", value, target) for index, (value, target) in enumerate(numbers)]
    picture = parsed(trend("t", "走势", "", points, large=True))
    dots = list(picture.iter("circle"))
    assert len(dots) == sum(value is not None for value, _ in numbers)
    for dot in dots:
        assert 0 <= float(dot.get("cx", "")) <= LARGE[0]
        assert 0 <= float(dot.get("cy", "")) <= LARGE[1]


def test_a_trend_without_numbers_has_no_ends() -> None:
    assert span([Point("2025", None), Point("2026", None)]) is None
    parsed(trend("t", "走势", "", []))


@given(st.lists(NUMBERS, min_size=1, max_size=9))
def test_bars_of_one_comparison_share_their_scale(numbers: list[Decimal]) -> None:
    reach = extent(numbers, None)
    ends = {number: bar_of_now(parsed(bar(number, None, reach))) for number in numbers}
    rising = [ends[number] for number in sorted(ends)]
    for lower, higher in pairwise(rising):
        assert lower[0] <= higher[0] + 0.1
        assert lower[1] <= higher[1] + 0.1
    assert all(left >= 0 and right <= BAR_WIDTH for left, right in rising)


def test_a_bar_is_passed_over_when_read_out() -> None:
    picture = parsed(bar(Decimal(98), Decimal(100), extent([Decimal(98)], Decimal(100))))
    assert picture.get("aria-hidden") == "true"
    assert target_stroke(picture) == BAR_WIDTH - 2


@pytest.mark.parametrize(("number", "rounded"), [(0.3, 0.5), (1, 1), (7, 10), (23, 25), (18_330, 20_000)])
def test_scales_end_at_round_numbers(number: float, rounded: float) -> None:
    assert ceiling(number) == pytest.approx(rounded)
