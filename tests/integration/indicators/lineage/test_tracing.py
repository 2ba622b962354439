"""From a record or an observation to every number that it is behind, and back again."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.indicators.definitions import service as definitions
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

FOREIGN = "150602000000"


async def touched(world: World, path: str, limit: int = 500, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        more = {} if after is None else {"after": after}
        answer = await world.get(path, limit=limit, **more, **asked)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        after = answer.json()["next"]
        if after is None:
            return items


def record_path(kind: str, source_id: str, department: str = "rural-revitalization") -> str:
    return f"/v1/records/{department}/{kind}/{source_id}/values"


def enrolment_path(letter: str, year: int = 2026) -> str:
    return record_path("enrolment", f"E-{person(letter)}-{year}", "medical-insurance")


async def test_an_enrolment_is_behind_its_year_in_township_banner_and_city(world: World) -> None:
    await world.take(
        world.household("H1", person("A")),
        world.household("H2", person("B"), division=OTHER_VILLAGE),
        world.enrolment(person("A")),
        world.enrolment(person("B")),
    )
    await world.settle()
    found = await touched(world, enrolment_path("A"))
    assert {one["code"] for one in found} == {"medical_insurance"}
    assert {one["division_code"] for one in found} == {CITY, HANGJIN, TOWNSHIP}
    assert all(one["period"].startswith("2026") for one in found)
    assert {(one["numerator"], one["denominator"], one["later"], one["current"]) for one in found} == {
        (1, 1, False, True)
    }
    values = await world.rows(
        """SELECT value_id FROM indicator_value WHERE current AND number = 8 AND period LIKE '2026%'
           AND value IS NOT NULL AND division_code = ANY($1::text[])""",
        [CITY, HANGJIN, TOWNSHIP],
    )
    assert {one["value_id"] for one in found} == {str(row["value_id"]) for row in values}


async def test_a_household_record_is_behind_everything_its_members_are_counted_in(world: World) -> None:
    await world.take(world.household("H1", person("A"), person("B")), world.enrolment(person("A")))
    await world.settle()
    year = [one for one in await touched(world, record_path("household", "household-H1")) if one["period"] == "2026"]
    here = {one["code"]: one for one in year if one["division_code"] == HANGJIN}
    assert (here["medical_insurance"]["numerator"], here["medical_insurance"]["denominator"]) == (1, 2)
    assert (here["tight_linkage"]["numerator"], here["tight_linkage"]["denominator"]) == (0, 1)
    assert {"dwelling_safety", "water_safety"} <= here.keys()


async def test_a_record_that_came_after_the_pass_is_told_as_later(world: World) -> None:
    await world.take(world.household("H1", person("A")), world.enrolment(person("A")))
    await world.settle()
    world.tick()
    await world.take(world.appraisal(person("A"), "B"))
    path = record_path("dwelling-appraisal", f"A-{person('A')}-2026-03-01", "housing")
    assert {one["later"] for one in await touched(world, path)} == {True}
    await world.settle()
    found = await touched(world, path)
    assert {one["code"] for one in found} == {"dwelling_safety"}
    assert {(one["later"], one["numerator"]) for one in found} == {(False, 1)}
    assert min(one["period"] for one in found if "-0" in one["period"]) == "2026-03"


async def test_pages_give_each_value_once_in_order(world: World) -> None:
    await world.take(world.household("H1", person("A")), world.enrolment(person("A")))
    await world.settle()
    whole = await touched(world, enrolment_path("A"))
    assert await touched(world, enrolment_path("A"), limit=7) == whole
    assert len({one["value_id"] for one in whole}) == len(whole) > 7


async def test_a_banner_sees_its_own_values_and_not_a_foreign_record(world: World) -> None:
    await world.take(world.household("H1", person("A")), world.enrolment(person("A")))
    await world.settle()
    own = await touched(world, enrolment_path("A"), role="banner_officer", scope=HANGJIN)
    assert {one["division_code"] for one in own} == {HANGJIN, TOWNSHIP}
    answers = [
        await world.get(enrolment_path("A"), role="banner_officer", scope=DONGSHENG),
        await world.get(enrolment_path("Z")),
        await world.get(record_path("settlement", "S-1", "medical-insurance")),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "record_not_found")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    unknown = await world.get(record_path("moon", "S-1"))
    assert unknown.status_code == 404
    assert (await world.get(enrolment_path("A"), after="x")).json()["code"] == "bad_cursor"


async def test_a_source_id_may_have_a_slash(world: World) -> None:
    await world.take(
        world.household("H1", person("A")),
        made.record(
            21, "L/1/values", world.tick(), made.linkage(date(2026, 1, 1)), household_no="H1", division=VILLAGE
        ),
    )
    await world.settle()
    assert {one["code"] for one in await touched(world, record_path("interest-linkage", "L/1/values"))} >= {
        "tight_linkage"
    }


async def test_there_and_back(world: World) -> None:
    """Whoever is listed behind a number names records, and each of these names the number again."""
    await world.take(
        world.household("H1", person("A"), person("B"), exempt=(person("B"),)),
        world.household("H2", person("C"), person("D")),
        world.household("H3", person("E"), division=OTHER_VILLAGE),
        *(world.enrolment(person(letter)) for letter in "ACE"),
        *(world.appraisal(person(letter), grade) for letter, grade in (("A", "C"), ("C", "A"), ("E", "D"))),
        world.renovation(person("A"), date(2026, 5, 1)),
    )
    await world.settle()
    stored = await world.rows(
        """SELECT value_id, code, numerator, denominator FROM indicator_value
           WHERE current AND period = '2026' AND value IS NOT NULL AND number IN (8, 9)"""
    )
    assert len(stored) >= 8
    back: dict[str, set[str]] = {}
    for value in stored:
        for part in ("numerator", "denominator"):
            answer = await world.get(f"/v1/values/{value['value_id']}/contributions", part=part, limit=500)
            items = answer.json()["items"]
            assert len(items) == value[part]
            for record in [record for item in items for record in item["records"]]:
                path = record_path(record["kind"], record["source_id"], record["department"])
                back.setdefault(path, set()).add(str(value["value_id"]))
    assert len(back) >= 9
    for path, values in back.items():
        assert values <= {one["value_id"] for one in await touched(world, path)}


async def test_an_observation_is_behind_its_own_and_the_citys_value_and_their_predecessors(world: World) -> None:
    banners = [f"1506{number}000000" for number in ("02", "03", *range(21, 28))]

    def toilets(value: str, code: str, **more: str) -> dict[str, Any]:
        return observation(value, division=code, input="sanitary_toilet_households", unit="户", **more)

    taken = await world.observe(
        *(toilets("100", code) for code in banners),
        *(observation("200", division=code, input="rural_households", unit="户") for code in banners),
    )
    ids = {
        (item["observation"]["input"], item["observation"]["division_code"]): item["observation"]["observation_id"]
        for item in taken.json()["items"]
    }
    await world.settle()
    mine = ids["sanitary_toilet_households", HANGJIN]
    found = await touched(world, f"/v1/observations/{mine}/values")
    assert {
        (one["code"], one["division_code"], one["part"], one["numerator"], one["denominator"]) for one in found
    } == {("sanitary_toilets", code, "numerator", 1, 0) for code in (CITY, HANGJIN)}
    households = await touched(world, f"/v1/observations/{ids['rural_households', HANGJIN]}/values")
    assert {one["part"] for one in households if one["code"] == "sanitary_toilets"} == {"denominator"}

    corrected = await world.observe(toilets("150", HANGJIN, supersedes=mine))
    assert corrected.status_code == 201, corrected.text
    await world.settle()
    assert {one["current"] for one in await touched(world, f"/v1/observations/{mine}/values")} == {False}
    newer = corrected.json()["items"][0]["observation"]["observation_id"]
    assert {(one["current"], one["value"]) for one in await touched(world, f"/v1/observations/{newer}/values")} >= {
        (True, "75.0")
    }
    foreign = await world.get(f"/v1/observations/{mine}/values", role="banner_officer", scope=FOREIGN)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "observation_not_found")
    own = await touched(world, f"/v1/observations/{mine}/values", role="banner_officer", scope=HANGJIN)
    assert {one["division_code"] for one in own} == {HANGJIN}


async def test_an_official_figure_stands_beside_the_value_of_its_indicator(world: World) -> None:
    await world.take(world.household("H1", person("A")), world.enrolment(person("A")))
    await world.settle()
    taken = await world.observe(
        observation(
            "69.2", division=CITY, input="official_value", indicator="sanitary_toilets", unit="%", document="规划"
        )
    )
    assert taken.status_code == 201, taken.text
    await world.settle()
    given = taken.json()["items"][0]["observation"]["observation_id"]
    found = await touched(world, f"/v1/observations/{given}/values")
    assert [(one["code"], one["division_code"], one["part"]) for one in found] == [
        ("sanitary_toilets", CITY, "official")
    ]
    assert found[0]["title"] == definitions.get("sanitary_toilets").title
