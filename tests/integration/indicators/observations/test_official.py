"""Published figures: of any indicator, computed ones too, never mixed with what is computed or observed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.indicators.observations import service
from shared.db import transaction
from tests.integration.indicators.observations.conftest import CITY, HANGJIN, Desk, growth

PLAN = "鄂尔多斯市“十四五”巩固拓展脱贫攻坚成果同乡村振兴有效衔接规划"
FIGURES = {
    "allowance_standard_ratio": "71.4",
    "village_income_over_500k": "43.3",
    "tight_linkage": "65",
    "sanitary_toilets": "69.2",
    "village_sewage": "43",
    "township_sewage": "83",
    "major_disease_kinds": "30",
    "disabled_enrolment": "93",
}


def official(indicator: str, value: str, unit: str = "%", **more: Any) -> dict[str, Any]:
    """A published figure of the city for 2021."""
    return {
        **growth(value, input="official_value", division_code=CITY, period="2021", unit=unit, document=PLAN),
        "indicator": indicator,
        **more,
    }


async def test_the_plans_figures_of_2021_come_out_as_they_were_pushed(desk: Desk) -> None:
    units = {"major_disease_kinds": "种"}
    pairs = {"village_income_over_500k": {"numerator": "318", "denominator": "735"}}
    sent = [official(code, value, units.get(code, "%"), **pairs.get(code, {})) for code, value in FIGURES.items()]
    answer = await desk.send(*sent)
    assert answer.status_code == 201, answer.text
    assert {item["outcome"] for item in answer.json()["items"]} == {"accepted"}
    async with transaction(desk.engine) as conn:
        found = await service.official(conn, list(FIGURES), [CITY], ["2021"], desk.tick())
        assert await service.official(conn, list(FIGURES), [HANGJIN], ["2021"], desk.tick()) == []
    assert {one.indicator: one.value for one in found} == {code: Decimal(value) for code, value in FIGURES.items()}
    bands = next(one for one in found if one.indicator == "village_income_over_500k")
    assert (bands.numerator, bands.denominator) == (Decimal(318), Decimal(735))


async def test_of_a_binding_indicator_it_waits_for_a_checker(desk: Desk) -> None:
    sent = await desk.one(official("dwelling_safety", "100"))
    assert sent["outcome"] == "proposed"
    async with transaction(desk.engine) as conn:
        assert await service.official(conn, ["dwelling_safety"], [CITY], ["2021"], desk.tick()) == []
    await desk.approve(sent["observation_id"])
    async with transaction(desk.engine) as conn:
        assert len(await service.official(conn, ["dwelling_safety"], [CITY], ["2021"], desk.tick())) == 1


async def test_two_indicators_have_each_their_own(desk: Desk) -> None:
    first = await desk.one(official("sanitary_toilets", "69.2"))
    assert (await desk.one(official("village_sewage", "43")))["outcome"] == "accepted"
    again = await desk.send(official("sanitary_toilets", "70"))
    assert (again.status_code, again.json()["observation_id"]) == (409, first["observation_id"])
    listed = (await desk.get("/v1/observations", indicator="village_sewage")).json()["items"]
    assert [(one["indicator"], one["value"]) for one in listed] == [("village_sewage", "43")]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (growth("100", input="dwelling_safety"), "/observations/0/input", "computed_indicator"),
        (growth("6.4", indicator="dwelling_safety"), "/observations/0/indicator", "computed_indicator"),
        (official("sanitary_toilets", "101"), "/observations/0/value", "ratio_over_100"),
        (official("sanitary_toilets", "50", numerator="1", denominator="0"), "/observations/0/denominator",
         "denominator_zero"),
        (growth("0", input="rural_households", unit="户"), "/observations/0/value", "denominator_zero"),
        (growth("3", unit="元"), "/observations/0/unit", "wrong_unit"),
        (growth("3", division_code="150625100201"), "/observations/0/division_code", "division_level"),
        (official("hangjin_income_growth_gap", "1", "百分点", division_code="150602000000"),
         "/observations/0/division_code", "division_not_covered"),
        (growth("3", input="rural_income_grow"), "/observations/0/input", "unknown_input"),
    ],
)  # fmt: skip
async def test_what_may_not_be_is_refused_with_the_reason(
    desk: Desk, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await desk.send(body)
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert await desk.count() == 0


async def test_a_part_over_its_whole_is_refused_beside_what_stands_and_within_one_body(desk: Desk) -> None:
    whole = growth("100", input="rural_households", unit="户")
    part = growth("101", input="sanitary_toilet_households", unit="户")
    together = await desk.send(whole, part)
    assert [error["pointer"] for error in together.json()["errors"]] == ["/observations/1/value"], "once, of the part"
    await desk.one(whole)
    alone = await desk.send(part)
    assert [error["code"] for error in alone.json()["errors"]] == ["numerator_over_denominator"]
    assert (await desk.one({**part, "value": "100"}))["outcome"] == "accepted"
