"""Why this number: what is listed adds up to what was published, and what does not is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import deliveries as made
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

INSURANCE = "medical_insurance"


async def value_of(world: World, code: str, division: str = HANGJIN, period: str = "2026") -> dict[str, Any]:
    answer = await world.get("/v1/values", indicator=code, division=division, period=period, limit=500)
    [found] = [one for one in answer.json()["items"] if one["division_code"] == division]
    return dict(found)


async def listed(world: World, value_id: str, part: str, limit: int = 500, **asked: Any) -> dict[str, Any]:
    """All pages as one."""
    whole: dict[str, Any] = {}
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        more = {} if after is None else {"after": after}
        answer = await world.get(f"/v1/values/{value_id}/contributions", part=part, limit=limit, **more, **asked)
        assert answer.status_code == 200, answer.text
        whole = answer.json()
        assert len(whole["items"]) <= limit
        items += whole["items"]
        after = whole["next"]
        if after is None:
            return {**whole, "items": items}


async def parts(world: World, value_id: str, limit: int = 500) -> dict[str, dict[str, Any]]:
    return {part: await listed(world, value_id, part, limit) for part in ("numerator", "denominator", "missing")}


def total(part: dict[str, Any]) -> Decimal:
    return sum((Decimal(item["counts"]) for item in part["items"]), Decimal(part["unlisted"]))


async def three_households(world: World) -> None:
    """Two in Hangjin, one of whose members has no enrolment, and one in Dongsheng."""
    await world.take(
        world.household("H1", person("A"), person("B")),
        world.household("H2", person("C")),
        world.household("H3", person("D"), division=OTHER_VILLAGE),
        *(world.enrolment(person(letter)) for letter in "ACD"),
    )
    await world.settle()


@pytest.mark.parametrize("limit", [1, 2, 500])
async def test_the_persons_listed_are_as_many_as_the_number_says(world: World, limit: int) -> None:
    await three_households(world)
    for division in (CITY, HANGJIN, DONGSHENG, TOWNSHIP):
        value = await value_of(world, INSURANCE, division)
        found = await parts(world, value["value_id"], limit)
        for name in ("numerator", "denominator"):
            assert Decimal(found[name]["published"]) == Decimal(value[name]) == total(found[name])
        assert Decimal(found["missing"]["published"]) == total(found["missing"])
        keys = {name: [item["person_key"] for item in part["items"]] for name, part in found.items()}
        assert sorted(keys["numerator"] + keys["missing"]) == sorted(keys["denominator"])
        assert len(set(keys["denominator"])) == len(keys["denominator"])
        for part in found.values():
            assert (part["adds_up"], part["difference"], part["text"], part["source"] == "none") == (
                True,
                "0",
                None,
                not part["items"],
            )


async def test_every_person_comes_with_the_records_that_decided(world: World) -> None:
    await three_households(world)
    value = await value_of(world, INSURANCE)
    found = {item["person_key"]: item for item in (await listed(world, value["value_id"], "denominator"))["items"]}
    insured, not_insured = found[person("A")], found[person("B")]
    kinds = {record["kind"]: record for record in insured["records"]}
    assert kinds.keys() == {"household", "enrolment"}
    assert (kinds["enrolment"]["source_id"], kinds["enrolment"]["department"]) == (
        f"E-{person('A')}-2026",
        "medical-insurance",
    )
    assert (insured["covered"], insured["recorded"]) == (True, True)
    assert [record["kind"] for record in not_insured["records"]] == ["household"]
    assert (not_insured["covered"], not_insured["recorded"]) == (False, False)
    events = await world.rows("SELECT part_id, line FROM record_version WHERE kind = 7")
    assert kinds["enrolment"]["event_id"] in {f"{row['part_id']}.{row['line']}" for row in events}


async def test_no_person_is_named(world: World) -> None:
    await three_households(world)
    value = await value_of(world, INSURANCE)
    answer = await world.get(f"/v1/values/{value['value_id']}/contributions", part="denominator")
    assert "sealed" not in answer.text
    assert {item["person_key"][:3] for item in answer.json()["items"]} == {"p1."}


async def test_a_record_that_was_known_earlier_and_came_late_is_said_with_the_difference(world: World) -> None:
    await world.take(world.household("H1", person("A"), person("B")), world.enrolment(person("A")))
    late = world.enrolment(person("B"))
    world.tick()
    await world.settle()
    value = await value_of(world, INSURANCE)
    await world.take(late)
    for part, difference, words in (("numerator", "1", "比发布时多 1"), ("missing", "-1", "比发布时少 1")):
        found = await listed(world, value["value_id"], part)
        assert (found["difference"], Decimal(found["recounted"])) == (difference, total(found))
        assert words in found["text"]
    assert (await listed(world, value["value_id"], "denominator"))["text"] is None


async def test_a_replaced_value_is_listed_as_known_then(world: World) -> None:
    await world.take(world.household("H1", person("A"), person("B")), world.enrolment(person("A")))
    await world.settle()
    before = await value_of(world, INSURANCE)
    world.tick()
    await world.take(world.enrolment(person("B")))
    await world.settle()
    after = await value_of(world, INSURANCE)
    assert before["value_id"] != after["value_id"]
    for value, insured in ((before, "A"), (after, "AB")):
        found = await listed(world, value["value_id"], "numerator")
        assert [item["person_key"] for item in found["items"]] == [person(letter) for letter in insured]
        assert (found["published"], found["text"]) == (value["numerator"], None)


async def test_households_are_listed_without_a_person(world: World) -> None:
    await world.take(
        world.household("H1", person("A")),
        world.household("H2", person("B")),
        made.record(21, "L1", world.tick(), made.linkage(date(2026, 1, 1)), household_no="H1", division=VILLAGE),
    )
    await world.settle()
    value = await value_of(world, "tight_linkage")
    assert (value["numerator"], value["denominator"]) == ("1", "2")
    found = await parts(world, value["value_id"])
    assert [(item["household_no"], item["person_key"]) for item in found["numerator"]["items"]] == [("H1", None)]
    assert [item["household_no"] for item in found["missing"]["items"]] == ["H2"]
    assert {record["kind"] for record in found["numerator"]["items"][0]["records"]} == {"household", "interest-linkage"}


async def test_a_value_without_a_number_says_why_and_lists_nothing_for_it(world: World) -> None:
    await world.take(world.household("H1", person("A")))
    await world.settle()
    value = await value_of(world, INSURANCE)
    assert value["value"] is None
    found = await listed(world, value["value_id"], "numerator")
    assert (found["items"], found["source"], found["published"]) == ([], "none", None)
    assert found["text"] == value["reason"]
    people = await listed(world, value["value_id"], "denominator")
    assert Decimal(people["published"]) == total(people) == 1
    waiting = await listed(world, (await value_of(world, "return_to_poverty"))["value_id"], "numerator")
    assert waiting["items"] == []
    assert waiting["text"]


async def test_what_cannot_be_asked(world: World) -> None:
    await three_households(world)
    value = (await value_of(world, INSURANCE))["value_id"]
    path = f"/v1/values/{value}/contributions"
    assert (await world.get(path, part="all")).status_code == 422
    assert (await world.get(path, after="x")).json()["code"] == "bad_cursor"
    assert (await world.get(path, unknown="x")).json()["code"] == "unknown_parameter"
    assert (await world.get(path, role="banner_officer", scope=DONGSHENG)).status_code == 404
    assert (await world.get(path, role="banner_officer", scope=HANGJIN)).status_code == 200
    missing = await world.get("/v1/values/00000000-0000-7000-8000-000000000000/contributions")
    assert (missing.status_code, missing.json()["code"]) == (404, "value_not_found")


def toilets(value: str, side: str = "sanitary_toilet_households", division: str = HANGJIN) -> dict[str, Any]:
    return observation(value, division=division, input=side, unit="户")


async def test_the_citys_ratio_is_the_sum_of_the_banners_observations(world: World) -> None:
    banners = [f"1506{number}000000" for number in ("02", "03", *range(21, 28))]
    taken = await world.observe(
        *(toilets(str(100 + index), division=code) for index, code in enumerate(banners)),
        *(toilets(str(200 + index), "rural_households", division=code) for index, code in enumerate(banners)),
    )
    assert taken.status_code == 201, taken.text
    await world.settle()
    for division, expected in ((CITY, 9), (HANGJIN, 1)):
        value = await value_of(world, "sanitary_toilets", division)
        for name in ("numerator", "denominator"):
            found = await listed(world, value["value_id"], name, limit=4)
            assert (found["source"], found["adds_up"], found["unlisted"], found["text"]) == (
                "observations",
                True,
                "0",
                None,
            )
            assert len(found["items"]) == expected
            assert total(found) == Decimal(value[name])
            assert {item["observation"]["input"] for item in found["items"]} == {
                "sanitary_toilet_households" if name == "numerator" else "rural_households"
            }


async def test_villages_are_listed_by_band_and_those_that_did_not_report_are_counted(world: World) -> None:
    villages = ("150625100201", "150625100202", "150625100203")
    taken = await world.observe(
        observation("4", division=HANGJIN, input="villages", unit="个"),
        *(
            observation(income, division=code, input="village_operating_income", unit="万元")
            for code, income in zip(villages, ("50", "49.9999", "120"), strict=True)
        ),
    )
    assert taken.status_code == 201, taken.text
    await world.settle()
    value = await value_of(world, "village_income_over_500k")
    assert (value["numerator"], value["denominator"]) == ("2", "4")
    found = await parts(world, value["value_id"])
    reached = [item["division_code"] for item in found["numerator"]["items"]]
    assert reached == [villages[0], villages[2]]
    assert [item["division_code"] for item in found["missing"]["items"]] == [villages[1]]
    assert found["missing"]["unlisted"] == "1"
    assert {name: total(part) for name, part in found.items()} == {"numerator": 2, "denominator": 4, "missing": 2}


async def test_a_weighted_mean_is_no_sum_and_says_so(world: World) -> None:
    taken = await world.observe(observation("9000"), observation("12000", side="urban"))
    assert taken.status_code == 201, taken.text
    await world.settle()
    value = await value_of(world, "allowance_standard_ratio")
    for name, side in (("numerator", "rural"), ("denominator", "urban")):
        found = await listed(world, value["value_id"], name)
        assert [item["observation"]["input"] for item in found["items"]] == [f"{side}_allowance_standard"]
        assert (found["adds_up"], found["items"][0]["counts"], found["text"]) == (False, None, None)
        assert found["published"] == found["recounted"] == value[name]


async def test_incomes_are_listed_with_both_years_and_those_without_a_report_apart(world: World) -> None:
    """20,000 yuan for two heads and 40,000 for three make the mean; the third household told one year only."""
    reports = [("H1", 2025, "20000.00", 2), ("H1", 2024, "18000.00", 2), ("H2", 2025, "40000.00", 3)]
    reports += [("H2", 2024, "30000.00", 3), ("H3", 2025, "9000.00", 1)]
    await world.take(
        *(world.household(f"H{number}", person(letter)) for number, letter in ((1, "A"), (2, "B"), (3, "C"))),
        *(
            made.record(
                18,
                f"I-{no}-{year}",
                world.tick(),
                made.income(date(year, 12, 31), net, members=heads),
                household_no=no,
                division=VILLAGE,
            )
            for no, year, net, heads in reports
        ),
    )
    taken = await world.observe(observation("24000", input="rural_income", unit="元", period="2025"))
    assert taken.status_code == 201, taken.text
    await world.settle()
    value = await value_of(world, "lifted_income_ratio", period="2025")
    assert (value["numerator"], value["denominator"]) == ("12000", "24000")
    assert Decimal(value["value"]) == 50
    found = await parts(world, value["value_id"])
    details = {item["household_no"]: item["detail"] for item in found["numerator"]["items"]}
    assert details.keys() == {"H1", "H2"}
    mean = Decimal(sum(one["net_fen"] for one in details.values())) / sum(one["heads"] for one in details.values())
    assert mean / 100 == Decimal(value["numerator"])
    assert (found["numerator"]["adds_up"], found["numerator"]["text"]) == (False, None)
    assert [item["household_no"] for item in found["missing"]["items"]] == ["H3"]
    assert [item["observation"]["input"] for item in found["denominator"]["items"]] == ["rural_income"]
    reached = await world.get("/v1/records/rural-revitalization/income/I-H1-2024/values")
    assert {(one["code"], one["period"]) for one in reached.json()["items"]} == {("lifted_income_ratio", "2025")}
