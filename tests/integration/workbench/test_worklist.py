"""预警工作台 as an officer reads it: by place, by severity, with its clocks, and whose data is missing."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.integration.screening.conftest import TODAY, VILLAGE, World
from tests.integration.workbench.conftest import Visitor, words

OTHER = f"p1.{'Z' * 26}"
OTHER_VILLAGE = "150602101201"


async def two_households(world: World) -> None:
    """H1 in 杭锦旗 with two warnings, H2 in 东胜区 with one."""
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    await world.take(world.household("H2", OTHER, division=OTHER_VILLAGE), world.settlement("13000", "S2", who=OTHER))


def row(html: str, title: str) -> list[str]:
    """The numbers in a place's row."""
    found = re.search(rf'<th scope="row">(?:<a[^>]*>)?{title}(?:</a>)?</th>(.*?)</tr>', html, re.DOTALL)
    assert found, title
    return words(f"</style>{found[1]}").split()


def silent(page: str) -> str:
    """What the page says of missing data."""
    return page.partition("数据没有到：")[2].partition("待核实的线索")[0]


async def test_counts_lead_from_the_city_to_the_village(world: World, visitor: Visitor) -> None:
    await two_households(world)
    city = await visitor.see()
    assert row(city, "杭锦旗") == row(city, "东胜区") == ["1", "0", "0", "1", "0", "0", "0"]
    assert re.search(r"没有线索的：.*准格尔旗", words(city))
    assert row(city, "合计")[0] == "2"
    banner = await visitor.see("/?division=150625000000")
    township = re.search(r'href="(/\?division=150625100000)"', banner)
    assert township
    village = re.search(rf'href="(/\?division={VILLAGE})"', await visitor.see(township[1]))
    assert village
    assert "H1" in await visitor.read(village[1])
    assert "H2" not in await visitor.read(village[1])


async def test_an_officer_sees_her_own_division_only(world: World, visitor: Visitor) -> None:
    await two_households(world)
    visitor.become("township_officer", division="150625100000")
    own = await visitor.read()
    assert "H1" in own
    assert "H2" not in own
    assert "东胜区" not in own
    assert "没有代码为" in await visitor.read("/?division=150602000000", 404)
    await visitor.see("/clues/H2", 404)


async def test_the_worst_and_most_pressing_come_first_with_their_clocks(world: World, visitor: Visitor) -> None:
    await two_households(world)
    world.at(TODAY + timedelta(days=4))
    visitor.become()
    page = await visitor.read()
    assert "已超期 " in page
    assert "4 天前" in page
    assert page.index("H1") < page.index("H2")
    assert "重点人群医疗费用合规自付较高" in page


async def test_a_department_that_is_silent_is_named_for_the_place(world: World, visitor: Visitor) -> None:
    await two_households(world)
    page = await visitor.read("/?division=150625000000")
    assert "数据没有到：" in page
    assert "从未报送" in page
    assert "住房安全鉴定" not in silent(page), "its first record came today"
    assert "住房安全鉴定" in silent(await visitor.read("/?division=150602000000"))


async def test_filters_and_pages_keep_the_place(world: World, visitor: Visitor) -> None:
    await two_households(world)
    assert "H1" in await visitor.read("/?division=150625000000&severity=high")
    assert "没有符合筛选条件的待核实的线索" in await visitor.read("/?division=150625000000&severity=urgent")
    assert "没有这个等级" in await visitor.read("/?severity=grave", 422)
    assert "没有这个查询参数" in await visitor.read("/?sort=1", 422)
