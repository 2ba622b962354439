"""A closed number and what it was restated with: each is listed as known then, by what made it."""

from __future__ import annotations

from typing import Any

from tests.integration.indicators.closing.conftest import Office
from tests.integration.indicators.conftest import HANGJIN, World, person

APRIL = "2026-04"


async def insured(world: World, value_id: str) -> dict[str, Any]:
    answer = await world.get(f"/v1/values/{value_id}/contributions", part="numerator")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_closed_value_keeps_its_persons_and_the_restatement_has_its_own(world: World) -> None:
    await world.take(world.household("H1", person("A"), person("B")), world.enrolment(person("A")))
    await world.settle()
    place = {"indicator": "medical_insurance", "division": HANGJIN, "period": APRIL}
    [closed] = [
        one for one in (await world.get("/v1/values", **place)).json()["items"] if one["division_code"] == HANGJIN
    ]
    await Office(world).close(APRIL)

    await world.take(world.enrolment(person("B")))
    await world.settle()
    [now] = [one for one in (await world.get("/v1/values", **place)).json()["items"] if one["division_code"] == HANGJIN]
    assert now["restates"] == closed["value_id"]
    for value, persons in ((closed, "A"), (now, "AB")):
        found = await insured(world, value["value_id"])
        assert [item["person_key"] for item in found["items"]] == [person(letter) for letter in persons]
        assert (found["published"], found["difference"], found["text"]) == (value["numerator"], "0", None)

    path = f"/v1/records/medical-insurance/enrolment/E-{person('B')}-2026/values"
    touched = {one["value_id"]: one for one in (await world.get(path, limit=500)).json()["items"]}
    assert touched[now["value_id"]]["numerator"] == 1
    assert closed["value_id"] not in touched
