"""The pages by their words: who sees which place, what a past day or a wrong address answers, why a number is one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from shared.http.pages import COOKIE
from tests.factories import deliveries as factory
from tests.integration.indicators.closing.conftest import Office
from tests.integration.indicators.conftest import (
    CITY,
    DONGSHENG,
    HANGJIN,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    World,
    observation,
    person,
)

A, B, C = person("a"), person("b"), person("c")
INSURED, ALLOWANCE = "参加基本医疗保险率", "农村牧区低保标准占城市低保标准比例"
TREND = re.compile(r"走势：([0-9-]+) \S+ 至 ([0-9-]+)")
WRONG: list[tuple[str, dict[str, str], int, str]] = [
    ("/", {"division": OTHER_VILLAGE}, 404, "没有嘎查村一级的看板"),
    ("/", {"division": "999999999999"}, 404, "行政区划"),
    ("/", {"as_of": "30.6.2026"}, 422, "2026-10-31"),
    ("/targets", {"as_of": "2027-01-01"}, 422, "不能晚于今天"),
    ("/values/019b0000-0000-7000-8000-000000000000", {}, 404, "没有这个指标数值"),
    ("/values/none", {}, 404, "没有这个指标数值"),
]
RECORD = re.compile(r'href="(/records/[^"]+)"')
ADDRESS = re.compile(r'href="(/values/[0-9a-f-]{36})"')


@pytest.fixture
async def town(world: World) -> World:
    """Two households in Hangjin, one of them insured, and one in Dongsheng; all that can be is computed."""
    await world.take(
        world.household("150625000001", A),
        world.household("150625000002", B),
        world.household("150602000001", C, division=OTHER_VILLAGE),
        world.enrolment(A),
        world.enrolment(C),
        world.enrolment(A, year=2025),
        world.enrolment(C, year=2025),
    )
    await world.settle()
    return world


async def visit(world: World, path: str, role: str = "developer", scope: str | None = None, **query: Any) -> Any:
    """What somebody who is signed in is answered."""
    cookie = {"Cookie": f"{COOKIE}={world.issuer.sign(role, division=scope)}"}
    return await world.client.get(path, headers=cookie, params=query)


async def read(world: World, path: str, **query: Any) -> str:
    """A page that there is, for somebody who may see everything."""
    answer = await visit(world, path, **query)
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


def row(page: str, title: str) -> str:
    """A row of the table as text without tags."""
    found = next(part for part in page.split("<tr>") if title in part)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found.split("</tr>")[0]))


def address(page: str, title: str) -> str:
    """Where the number of a row leads."""
    found = next(part for part in page.split("<tr>") if title in part)
    return str(ADDRESS.findall(found)[0])


async def address_of(world: World, period: str, number: int = 8) -> str:
    """Where the current value of Hangjin is."""
    found = await world.rows(
        "SELECT value_id FROM indicator_value WHERE current AND (number, division_code, period) = ($1, $2, $3)",
        number,
        HANGJIN,
        period,
    )
    return f"/values/{found[0]['value_id']}"


async def test_who_is_not_signed_in_signs_in_and_comes_back(town: World) -> None:
    sent = await town.client.get(f"/targets?division={HANGJIN}")
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/sign-in?next=/targets%3Fdivision%3D{HANGJIN}"


async def test_every_place_has_its_own_numbers(town: World) -> None:
    wanted = {CITY: "66.67% 2 ÷ 3", HANGJIN: "50% 1 ÷ 2", TOWNSHIP: "50% 1 ÷ 2", DONGSHENG: "100% 1 ÷ 1"}
    for division, said in wanted.items():
        assert said in row(await read(town, "/", division=division), INSURED)


async def test_what_is_not_known_is_said_and_never_zero(town: World) -> None:
    sewage = row(await read(town, "/"), "农村牧区生活污水处理率")
    assert "没有数值" in sewage
    assert "不可计算" in sewage
    assert "尚未填报" in sewage
    assert " 0%" not in sewage


async def test_a_place_outside_is_not_there(town: World) -> None:
    own = await visit(town, "/", "banner_officer", HANGJIN)
    assert "指标看板：杭锦旗" in own.text
    assert (await visit(town, "/", "banner_officer", HANGJIN, division=DONGSHENG)).status_code == 404
    assert (await visit(town, "/", "banner_officer", HANGJIN, division=CITY)).status_code == 404
    elsewhere = address(await read(town, "/", division=DONGSHENG), INSURED)
    assert (await visit(town, elsewhere, "banner_officer", HANGJIN)).status_code == 404
    assert (await visit(town, elsewhere)).status_code == 200


async def test_a_wrong_address_is_answered_in_words(town: World) -> None:
    for path, query, status, said in WRONG:
        answer = await visit(town, path, **query)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        assert said in answer.text


async def test_a_past_day_is_as_it_was_and_keeps_its_day_from_place_to_place(town: World) -> None:
    page = await read(town, "/", as_of="2025-12-31")
    assert "截至 2025-12-31（按当日情形、现在所知的记录当场计算）" in page
    assert "2 ÷ 3" in row(page, INSURED)
    assert "2025年现值" in page
    assert "点开看为什么" not in page, "nothing there is a link"
    assert "点开看为什么" in await read(town, "/")
    assert f"division={HANGJIN}&amp;as_of=2025-12-31" in page


async def test_a_number_names_who_is_missing_first_and_then_everyone(town: World) -> None:
    where = address(await read(town, "/", division=HANGJIN), INSURED)
    missing = await read(town, where)
    assert "为什么是 50%" in missing
    assert "150625000002" in missing
    assert "150625000001" not in missing
    assert "在分母、不在分子，共 1" in missing, "counts are on paper too"
    assert "没有本年度的参保记录" in missing
    everyone = await read(town, where, part="denominator")
    assert "150625000001" in everyone
    assert "150625000002" in everyone
    assert "E-" + A in everyone, "the record that an insured member stands on"
    counted = await read(town, where, part="numerator")
    assert "150625000002" not in counted
    assert (await visit(town, where, part="half")).status_code == 422
    assert (await visit(town, where, after="nonsense")).status_code == 422


async def test_a_number_of_figures_names_them_with_their_document(town: World) -> None:
    await town.observe(observation("9600.00"), observation("12000.00", side="urban"))
    await town.settle()
    page = await read(town, "/", division=HANGJIN)
    assert "80%" in row(page, ALLOWANCE)
    why = await read(town, address(page, ALLOWANCE))
    assert "农村牧区低保标准" in why
    assert "9,600 元/人·年" in why
    assert "在分母、不在分子" not in why, "a standard has nobody missing"
    assert "示例：2026年低保标准" in why


async def test_a_number_that_was_replaced_says_so(town: World) -> None:
    where = address(await read(town, "/", division=HANGJIN), INSURED)
    await town.take(town.enrolment(B))
    await town.settle()
    assert "100%" in row(await read(town, "/", division=HANGJIN), INSURED)
    old = await read(town, where)
    assert "为什么是 50%" in old
    assert "被新的数取代" in old


async def test_the_trend_ends_on_the_day_that_is_looked_at(town: World) -> None:
    months = TREND.findall(await read(town, "/"))
    assert months
    assert {last for _, last in months if "-" in last} == {"2026-11"}
    past = TREND.findall(await read(town, "/", as_of="2026-06-30"))
    assert {last for _, last in past if "-" in last} == {"2026-06"}


async def test_a_record_leads_to_every_number_that_it_is_behind(town: World) -> None:
    where = address(await read(town, "/", division=HANGJIN), INSURED)
    everyone = await read(town, where, part="denominator")
    record = next(one for one in RECORD.findall(everyone) if one.endswith(f"E-{A}-2026"))
    page = await read(town, record)
    assert "参加基本医疗保险率" in page
    assert where in page
    assert "杭锦旗锡尼镇" in page
    outside = await visit(town, record, "banner_officer", DONGSHENG)
    assert outside.status_code == 404
    assert (await visit(town, "/records/housing/none/1")).status_code == 404


async def test_a_snapshot_is_read_as_it_was_frozen(town: World) -> None:
    made = await town.client.post(
        "/v1/assessments",
        json={"kind": "yearly", "year": 2026, "title": "2026年度督导考核"},
        headers=town.bearer() | {"Idempotency-Key": "one"},
    )
    assert made.status_code == 201, made.text
    frozen = address(await read(town, "/", division=HANGJIN), INSURED)
    await town.take(town.enrolment(B))
    await town.settle()
    listed = await read(town, "/assessments")
    assert "2026年度督导考核" in listed
    where = f"/assessments/{made.json()['assessment_id']}"
    page = await read(town, where, division=HANGJIN)
    assert made.json()["sha256"] in page
    assert "50%" in row(page, INSURED), "not the 100% of today"
    assert frozen in page
    water = await read(town, where, department="水利局")
    assert "饮水安全保障率" in water
    assert INSURED not in water
    own = await visit(town, where, "banner_officer", HANGJIN)
    assert "东胜区" not in own.text
    assert (await visit(town, where, "banner_officer", HANGJIN, division=DONGSHENG)).status_code == 404
    assert (await visit(town, "/assessments/none")).status_code == 404


async def test_what_was_restated_after_a_closing_stands_beside_it(town: World) -> None:
    office = Office(town)
    where = await address_of(town, "2026-04")
    assert "这是审定以后重述的数" not in await read(town, where)
    await office.close("2026-04")
    assert "审定以后的重述" not in await read(town, where)
    await town.take(town.enrolment(B))
    await town.settle()
    page = await read(town, where)
    assert "审定以后的重述" in page
    restated = page[page.index("审定以后的重述") :]
    assert "100%" in restated
    assert "50%" in restated, "what was closed is still there to be read"
    now = await read(town, next(one for one in ADDRESS.findall(restated) if one != where))
    assert "为什么是 100%" in now
    top = now[: now.index("怎样算")]
    assert "这是审定以后重述的数" in top
    assert "增加 50 个百分点" in top
    assert "引起重述的记录 1 条" in top
    assert f"E-{B}-2026" in top


async def test_the_households_behind_an_income_are_shown_with_both_years(town: World) -> None:
    await town.take(
        *(
            factory.record(18, f"SR-{year}", town.tick(), factory.income(date(year, 12, 1), net, members=2),
                        household_no="150625000001", division=VILLAGE, effective_on=date(year, 1, 1))
            for year, net in ((2025, "19200.00"), (2026, "21000.50"))
        )
    )  # fmt: skip
    await town.settle()
    page = await read(town, await address_of(town, "2026", 1))
    assert "没有2026年（截至12月）的收入报告" in page, "who is missing is asked first"
    assert "缺收入报告、没有计入的户，共 1" in page
    assert "这一部分没有数" not in page
    counted = await read(town, await address_of(town, "2026", 1), part="numerator")
    assert "两年都有收入报告的户，共 1" in counted
    assert "21,000.5</td>" in counted
    assert "19,200</td>" in counted
    assert "在分母" not in counted
