"""Why this household, and why none: for any household and rule at any past day, read as an official would."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shared import clock
from tests.integration.screening.conftest import HEAD, TODAY, WIFE, Ask, World

DEMO = "所用标准中有演示用的示例，本市并未采用。"
HELPED = {"outcome": "not_confirmed", "reason": "already_helped"}


async def _asked(ask: Ask, rule: str = "M01", household: str = "H1", **when: str) -> dict[str, Any]:
    answer = await ask("GET", f"/v1/households/{household}/rules/{rule}/why-not", **when)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_hit_says_so_and_names_the_warning(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12300"))
    why = await _asked(ask)
    assert why["text"] == (
        "截至2026年11月20日10:00，规则 M01“重点人群医疗费用合规自付较高”对这一户符合条件：是脱贫户；"
        "近12个月家庭合规自付医疗费用 12,300.00 元，达到因病监测线（低收入人口）10,000.00 元。"
        f"{DEMO}已有一件预警，2026年11月20日发出，待核实。"
    )
    stored = (await ask("GET", f"/v1/warnings/{why['warnings'][0]['warning_id']}/why")).json()
    for part in ("verdict", "missing", "facts", "leaves", "parameters", "records"):
        assert why[part] == stored[part], part


async def test_of_an_earlier_instant_of_today_nothing_is_said_that_came_later(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12300"))
    then = clock.now().isoformat()
    await world.take(world.settlement("300"))
    why = await _asked(ask, known_at=then)
    assert why["verdict"] == "hit"
    assert why["text"].startswith("按2026年11月20日的情况、以2026年11月20日10:00所知，规则 M01")
    assert why["text"].endswith(DEMO)
    assert why["warnings"][0]["state"] == "superseded"


async def test_one_that_just_misses_says_by_what(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("9999.99"))
    why = await _asked(ask)
    assert why["text"] == (
        "截至2026年11月20日10:00，规则 M01“重点人群医疗费用合规自付较高”对这一户不符合条件："
        "近12个月家庭合规自付医疗费用 9,999.99 元，低于因病监测线（低收入人口）10,000.00 元。"
        f"{DEMO}条件不满足，所以没有预警。"
    )
    assert (why["verdict"], why["warnings"]) == ("clear", [])
    assert [r["source_id"] for r in why["records"] if r["kind"] == "settlement"] == ["S1"]


async def test_unknown_says_which_department_owes_what(world: World, ask: Ask) -> None:
    await world.take(world.household("H1", HEAD, WIFE))
    why = await _asked(ask, "I01")
    assert why["text"] == (
        "截至2026年11月20日10:00，规则 I01“重点人群有成员未参加基本医疗保险”对这一户无法判断："
        "“当年未参加基本医疗保险的成员数”要用医疗保障的参保数据，现逾期未报或从未报送。"
        "数据不全时，平台不发出预警，也不把这一户当作没有风险。"
    )
    assert why["verdict"] == "unknown"
    assert [item["reason"] for item in why["missing"]] == ["feed_silent"]
    assert {age["kind"]: age["overdue"] for age in why["data_age"]}["enrolment"] is True


async def test_after_not_confirmed_it_says_why_nothing_comes_again(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12300"))
    one = str((await world.standing())["H1", "M01"].warning.warning_id)
    await ask("POST", f"/v1/warnings/{one}/outcome", json=HELPED)
    why = await _asked(ask)
    assert why["text"].endswith(
        "2026年11月20日已核实为“不属实”，此后没有新的数据、规则或参数加入，所以不再重复发出预警。"
    )
    assert (why["verdict"], [w["state"] for w in why["warnings"]]) == ("hit", ["not_confirmed"])


async def test_an_eased_one_stays_until_somebody_verified_it(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12300", on=date(2025, 12, 1)))
    world.at(TODAY + timedelta(days=30))
    await world.take(world.settlement("1", "S2", on=date(2026, 11, 1)))  # the feed speaks, the window has moved
    await world.settle()
    assert (await _asked(ask))["text"].endswith(
        "已有一件预警，2026年11月20日发出，待核实；条件已不再满足，已标为“已缓解”，数据不会自行关闭预警，仍须核实。"
    )


async def test_silence_leaves_a_warning_standing(world: World, ask: Ask) -> None:
    await world.take(world.household("H1", HEAD, WIFE), world.enrolment(WIFE))
    await world.settle()
    world.at(TODAY + timedelta(days=50))  # enrolment is overdue after 40 days
    await world.settle()
    why = await _asked(ask, "I01")
    assert why["verdict"] == "unknown"
    assert why["text"].endswith("已有一件预警，2026年11月20日发出，待核实；数据不全，既不撤销也不缓解，仍须核实。")


async def test_a_past_day_is_answered_as_it_was_and_as_it_was_known(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("6000", on=date(2026, 9, 1)))
    first_day = await _asked(ask, as_of="2026-09-30")
    assert (first_day["verdict"], first_day["as_of"]) == ("clear", "2026-09-30")
    world.at(TODAY + timedelta(days=2))
    await world.take(world.settlement("6000", "S2", on=date(2026, 10, 1)))
    before = await _asked(ask, as_of="2026-11-20", known_at="2026-11-20")
    after = await _asked(ask, as_of="2026-11-20")
    assert (before["verdict"], after["verdict"]) == ("clear", "hit")
    assert before["text"] == (
        "按2026年11月20日的情况、以2026年11月20日23:59所知，规则 M01“重点人群医疗费用合规自付较高”对这一户不符合条件："
        f"近12个月家庭合规自付医疗费用 6,000.00 元，低于因病监测线（低收入人口）10,000.00 元。{DEMO}"
    )
    assert before["known_at"] == "2026-11-20T15:59:59.999999Z"
    assert [r["source_id"] for r in after["records"] if r["kind"] == "settlement"] == ["S1", "S2"]


async def test_every_rule_answers_for_any_household(world: World, ask: Ask) -> None:
    await world.take(world.household("H1", HEAD, WIFE))
    codes = [rule["code"] for rule in (await ask("GET", "/v1/rules")).json()["items"]]
    assert len(codes) >= 40
    for code in codes:
        why = await _asked(ask, code)
        said = {"hit": "符合条件：", "clear": "不符合条件：", "unknown": "无法判断："}[why["verdict"]]
        assert f"对这一户{said}" in why["text"], code
        assert bool(why["missing"]) == (why["verdict"] == "unknown"), code


async def test_what_cannot_be_asked_says_why(world: World, ask: Ask) -> None:
    await world.take(world.household(effective_on=date(2020, 1, 1)))
    path = "/v1/households/H1/rules/{}/why-not"
    refused = [
        (await ask("GET", path.format("M01"), as_of="2026-11-21"), 422, "as_of_in_future"),
        (await ask("GET", path.format("Z99")), 404, "unknown_rule"),
        (await ask("GET", path.format("M01"), known_at="2025-06-30"), 404, "household_not_yet"),
        (await ask("GET", path.format("M01"), "banner_officer", "150602000000"), 404, "household_not_found"),
        (await ask("GET", "/v1/households/H9/rules/M01/why-not"), 404, "household_not_found"),
        (await ask("GET", path.format("M01"), "downstream", "150600000000"), 403, "forbidden"),
    ]
    assert [(a.status_code, a.json()["code"]) for a, _, _ in refused] == [(s, c) for _, s, c in refused]
    early = (await ask("GET", path.format("M01"), as_of="2020-12-31")).json()
    assert early["detail"] == "规则 M01 在2020年12月31日还没有施行或已经停止（最早自2021年1月1日起施行）。"
