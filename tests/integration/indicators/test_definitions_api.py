"""Reading the definitions and the method over HTTP."""

from __future__ import annotations

from tests.integration.indicators.conftest import HANGJIN, World


async def test_a_family_is_the_sixteen_unless_another_is_asked_for(world: World) -> None:
    sixteen = (await world.get("/v1/indicators")).json()
    assert [one["number"] for one in sixteen["items"]] == list(range(1, 17))
    assert sixteen["place"] == "第二章第三节 专栏1"
    other = (await world.get("/v1/indicators", family="other")).json()
    assert other["items"][0]["number"] == 101
    assert other["place"] is None
    everything = (await world.get("/v1/indicators", family="all")).json()
    assert everything["items"] == sixteen["items"] + other["items"]


async def test_a_definition_says_what_to_send_and_what_the_plan_leaves_open(world: World) -> None:
    linkage = (await world.get("/v1/indicators/tight_linkage_mechanism")).json()
    assert linkage["targets"] == {"2021": "60", "2022": "70", "2023": "80", "2024": "90", "2025": "100"}
    assert linkage["contradictions"] == ["linkage_65_or_60"]
    villages = (await world.get("/v1/indicators/village_income_over_500k")).json()
    assert villages["readings"][0] | {"quote": ""} == {
        "code": "village_income_reaches_30",
        "title": "正文：达到30%",
        "place": "第四章第二节",
        "quote": "",
        "comparison": "at_least",
        "target": "30",
        "population": None,
    }
    hangjin = (await world.get("/v1/indicators/hangjin_income_growth_gap")).json()
    assert [(entry["code"], entry["binding"], entry["department_title"]) for entry in hangjin["inputs"]] == [
        ("rural_income_growth", True, "统计"),
        ("region_rural_income_growth", True, "统计"),
    ]
    insured = (await world.get("/v1/indicators/medical_insurance")).json()
    assert (insured["computed"], insured["inputs"], insured["scope"]) == (True, [], None)


async def test_the_method_is_published_in_the_order_in_which_it_is_asked(world: World) -> None:
    answer = await world.get("/v1/methods")
    method = answer.json()
    assert [status["code"] for status in method["statuses"]][:4] == [
        "not_computable",
        "no_target",
        "no_baseline",
        "achieved",
    ]
    assert method["statuses"][-1]["code"] == "behind"
    expected = {row["code"]: row["by_year"] for row in method["expected"]}
    assert expected["allowance_standard_ratio"]["2022"] == "72.3"
    assert expected["city_linkage_fund_plan"]["2023"] == "18310"
    figures = {f["title"]: f["value"] for one in method["contradictions"] for f in one["figures"]}
    assert figures["四年复合年均增速"] == "24.0"


async def test_what_a_definition_cannot_be_asked(world: World) -> None:
    for path, params, status, code in [
        ("/v1/indicators/gdp", {}, 404, "unknown_indicator"),
        ("/v1/indicators", {"family": "third"}, 422, "invalid"),
        ("/v1/indicators", {"famly": "other"}, 422, "unknown_parameter"),
        ("/v1/methods", {"family": "other"}, 422, "unknown_parameter"),
    ]:
        answer = await world.get(path, **params)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path


async def test_a_banner_reads_definitions_and_a_village_cadre_does_not(world: World) -> None:
    for path in ("/v1/indicators", "/v1/indicators/tourism_visits", "/v1/methods"):
        assert (await world.get(path, role="banner_officer", scope=HANGJIN)).status_code == 200
        assert (await world.get(path, role="village_cadre", scope=HANGJIN)).status_code == 403
