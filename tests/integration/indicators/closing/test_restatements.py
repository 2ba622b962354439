"""A correction after closing stands beside what was closed, with the difference and what caused it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.integration.indicators.closing.conftest import APRIL, Office
from tests.integration.indicators.closing.test_changes import publish, told
from tests.integration.indicators.conftest import (
    CITY,
    DONGSHENG,
    HANGJIN,
    OTHER_VILLAGE,
    TOWNSHIP,
    World,
    observation,
    person,
)

A, B, C, D = (person(letter) for letter in "ABCD")
HOUSED = "dwelling_safety"


@pytest.fixture
def world(settled_world: World) -> World:
    """The first pass is done."""
    return settled_world


async def houses(world: World) -> None:
    """Two safe persons and an unsafe one in Hangjin, a safe one in Dongsheng; both have sent renovations, so that
    an unsafe dwelling is known not to have been renovated."""
    await world.take(
        world.household("H1", A, B),
        world.household("H2", C, division=OTHER_VILLAGE),
        world.household("H3", D),
        world.appraisal(A, "A"),
        world.appraisal(C, "A"),
        world.appraisal(D, "D"),
        world.renovation(A, date(2026, 1, 5)),
        world.renovation(C, date(2026, 1, 5)),
    )
    await world.settle()


async def value_of(world: World, division: str, **params: Any) -> dict[str, Any]:
    """The value of April's dwellings in a division."""
    answer = await world.get("/v1/values", indicator=HOUSED, division=division, period=APRIL, **params)
    assert answer.status_code == 200, answer.text
    return next(one for one in answer.json()["items"] if one["division_code"] == division)


async def restatements(world: World, **params: Any) -> list[dict[str, Any]]:
    answer = await world.get("/v1/restatements", **params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.fixture
async def corrected(world: World, office: Office) -> dict[str, Any]:
    """April is closed, then an appraisal of March comes that makes D's dwelling safe; what was closed, by division."""
    await houses(world)
    before = {division: await value_of(world, division) for division in (CITY, HANGJIN, TOWNSHIP, DONGSHENG)}
    closing = await office.close()
    await world.take(world.appraisal(D, "B", on=date(2026, 3, 20)))
    await world.settle()
    return {**before, "closing": closing}


async def test_the_difference_and_its_record_stand_beside_what_was_closed(
    world: World, corrected: dict[str, Any]
) -> None:
    await _differences(world, corrected)
    await _closed_stays_readable(world, corrected)
    await _every_value_leads_to_its_restatements(world, corrected)
    await _told_once_as_restated(world, corrected)
    await _lists_keep_to_scope_filters_and_pages(world)


async def _differences(world: World, corrected: dict[str, Any]) -> None:
    found = {one["division_code"]: one for one in await restatements(world, indicator=HOUSED, period=APRIL)}
    assert set(found) == {CITY, HANGJIN, TOWNSHIP}, "nothing changed in Dongsheng"
    for division, was, now in ((CITY, ("75.00", "3"), ("100.00", "4")), (HANGJIN, ("66.67", "2"), ("100.00", "3"))):
        one = found[division]
        assert (one["closed"]["value"], one["closed"]["numerator"]) == was
        assert (one["now"]["value"], one["now"]["numerator"]) == now
        assert one["since_closing"] == one["since_previous"]
        assert one["since_closing"]["numerator"] == "1"
        assert one["since_closing"]["denominator"] == "0"
        assert one["closed"] == one["previous"]
        assert one["closed"]["value_id"] == corrected[division]["value_id"]
        assert one["closed_at"] == corrected["closing"]["decided_at"] < one["published_at"]
    assert (found[CITY]["since_closing"]["value"], found[HANGJIN]["since_closing"]["value"]) == ("25.00", "33.33")
    causes = found[HANGJIN]["causes"]
    assert found[HANGJIN]["causes_count"] == len(causes) > 0
    assert {(cause["kind"], cause["household_no"]) for cause in causes} == {("record", "H3")}
    assert {cause["source_id"] for cause in causes} == {f"A-{D}-2026-03-20"}
    assert all(cause["known_at"] > corrected["closing"]["decided_at"] for cause in causes)


async def _closed_stays_readable(world: World, corrected: dict[str, Any]) -> None:
    closed = corrected[HANGJIN]
    stays = (await world.get(f"/v1/values/{closed['value_id']}")).json()
    assert (stays["value"], stays["numerator"], stays["status"]) == ("66.67", "2", "breached")
    then = await value_of(world, HANGJIN, known_at=corrected["closing"]["decided_at"])
    assert (then["value_id"], then["value"]) == (closed["value_id"], "66.67")
    now = await value_of(world, HANGJIN)
    assert (now["value"], now["restates"]) == ("100.00", closed["value_id"])


async def _every_value_leads_to_its_restatements(world: World, corrected: dict[str, Any]) -> None:
    [one] = await restatements(world, indicator=HOUSED, period=APRIL, division=TOWNSHIP)
    for value_id in (one["closed"]["value_id"], one["now"]["value_id"]):
        answer = (await world.get(f"/v1/values/{value_id}/restatements")).json()
        assert answer == {"items": [one], "next": None}
    untouched = (await world.get(f"/v1/values/{corrected[DONGSHENG]['value_id']}/restatements")).json()
    assert untouched["items"] == []
    nobody = await world.get("/v1/values/01a210b7-49f1-7821-a4bf-c7e025c0f285/restatements")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "value_not_found")


async def _told_once_as_restated(world: World, corrected: dict[str, Any]) -> None:
    await publish(world)
    [one] = await restatements(world, indicator=HOUSED, period=APRIL, division=TOWNSHIP)
    changes = [
        change
        for change in await told(world, limit=1_000, indicator=HOUSED, division=TOWNSHIP)
        if change["value"]["period"] == APRIL
    ]
    assert [(change["type"], change["event_id"]) for change in changes if change["type"] != "breached"] == [
        ("published", one["closed"]["value_id"]),
        ("restated", one["now"]["value_id"]),
    ]
    restatement = changes[-1]["restatement"]
    assert (restatement["restates"], restatement["replaces"]) == (one["closed"]["value_id"],) * 2
    assert restatement["since_closing"] == one["since_closing"]
    assert restatement["causes_count"] == one["causes_count"]
    assert restatement["restatement_reason"] == one["reason"]
    assert corrected[TOWNSHIP]["value_id"] == one["closed"]["value_id"]


async def test_a_breach_of_a_binding_indicator_is_told_beside_its_value(world: World) -> None:
    await houses(world)
    await publish(world)
    breaches = [
        change
        for change in await told(world, limit=1_000, indicator=HOUSED, division=HANGJIN)
        if change["type"] == "breached" and change["value"]["period"] == APRIL
    ]
    standing = {(await value_of(world, division))["value_id"] for division in (HANGJIN, TOWNSHIP)}
    assert {breach["value"]["value_id"] for breach in breaches} >= standing
    assert all(breach["value"]["status"] == "breached" for breach in breaches)


async def test_a_second_correction_is_held_against_the_closed_value_and_the_first(
    world: World, corrected: dict[str, Any]
) -> None:
    await world.take(world.appraisal(D, "D", on=date(2026, 3, 25)), world.appraisal(A, "C", on=date(2026, 3, 25)))
    await world.settle()
    last, first = await restatements(world, indicator=HOUSED, period=APRIL, division=TOWNSHIP)
    assert last["previous"] == first["now"]
    assert last["closed"] == first["closed"]
    assert (first["since_closing"]["numerator"], last["since_closing"]["numerator"]) == ("1", "-2")
    assert last["since_previous"]["numerator"] == "-3"
    assert last["closed"]["value_id"] == corrected[TOWNSHIP]["value_id"]
    of_place = (await world.get(f"/v1/values/{last['now']['value_id']}/restatements")).json()["items"]
    assert of_place == [first, last], "the oldest first"
    await _all_causes_page_by_page(world)


async def test_what_changes_no_number_or_an_open_period_only_restates_nothing(world: World, office: Office) -> None:
    await houses(world)
    await office.close()
    before = await value_of(world, HANGJIN)
    await world.take(world.appraisal(D, "C", on=date(2026, 3, 20)), world.appraisal(D, "B", on=date(2026, 5, 2)))
    await world.settle()
    assert await restatements(world) == []
    assert (await value_of(world, HANGJIN))["value_id"] == before["value_id"]
    may = (await world.get("/v1/values", indicator=HOUSED, division=HANGJIN, period="2026-05")).json()["items"]
    assert {one["value"] for one in may} == {"100.00"}


async def test_a_place_without_a_value_at_the_closing_is_restated_from_nothing(world: World, office: Office) -> None:
    await houses(world)
    await office.close("2026-02")
    await world.take(*[world.appraisal(who, "A", on=date(2026, 2, 1)) for who in (A, B, C, D)])
    await world.settle()
    one = next(
        r for r in await restatements(world, indicator=HOUSED, period="2026-02") if r["division_code"] == HANGJIN
    )
    assert (one["closed"], one["previous"], one["now"]["value"]) == (None, None, "100.00")
    assert one["since_closing"] == {"value": None, "numerator": None, "denominator": None}


async def _lists_keep_to_scope_filters_and_pages(world: World) -> None:
    every = await restatements(world, indicator=HOUSED)
    assert [one["now"]["value_id"] for one in every] == sorted((o["now"]["value_id"] for o in every), reverse=True)
    here = (await world.get("/v1/restatements", role="banner_officer", scope=HANGJIN)).json()["items"]
    assert {one["division_code"] for one in here} == {HANGJIN, TOWNSHIP}
    page = (await world.get("/v1/restatements", indicator=HOUSED, limit=1)).json()
    rest = await restatements(world, indicator=HOUSED, after=page["next"])
    assert [*page["items"], *rest] == every
    city = next(one for one in every if one["division_code"] == CITY)
    for path in (
        f"/v1/values/{city['now']['value_id']}/restatements",
        f"/v1/restatements/{city['now']['value_id']}/causes",
    ):
        assert (await world.get(path, role="banner_officer", scope=HANGJIN)).status_code == 404
    outside = await world.get("/v1/restatements", role="banner_officer", scope=HANGJIN, division=DONGSHENG)
    assert (outside.status_code, outside.json()["code"]) == (404, "division_not_found")
    assert (await world.get("/v1/restatements", indicator="nothing")).json()["code"] == "unknown_indicator"
    assert (await world.get("/v1/restatements", perod="2025")).status_code == 422
    assert await restatements(world, period="2025") == []


async def _all_causes_page_by_page(world: World) -> None:
    one = (await restatements(world, indicator=HOUSED, period=APRIL, division=TOWNSHIP))[0]
    path, causes, after = f"/v1/restatements/{one['now']['value_id']}/causes", [], None
    while True:
        page = (await world.get(path, limit=1, **({"after": after} if after else {}))).json()
        causes += page["items"]
        after = page["next"]
        if after is None:
            break
    assert causes == one["causes"]
    assert len(causes) == one["causes_count"]
    assert {cause["household_no"] for cause in causes} == {"H1", "H3"}
    none = await world.get("/v1/restatements/01a210b7-49f1-7821-a4bf-c7e025c0f285/causes")
    assert (none.status_code, none.json()["code"]) == (404, "restatement_not_found")


async def test_a_corrected_observation_restates_once_another_person_approved_it(world: World, office: Office) -> None:
    standards = [observation("8000", period="2025"), observation("12000", side="urban", period="2025")]
    first = (await world.observe(*standards)).json()["items"][0]["observation"]
    await world.settle()
    await office.close("2025")
    refused = await world.observe(observation("9000", period="2025", supersedes=first["observation_id"]))
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    late = observation("9000", period="2025", supersedes=first["observation_id"], restatement_reason="标准年中调整")
    sent = (await world.observe(late)).json()["items"][0]["observation"]
    await world.settle()
    assert await restatements(world) == [], "proposed only"
    world.tick()
    approved = await world.client.post(
        f"/v1/observations/{sent['observation_id']}/approval", json={}, headers=office.as_("developer", "checker")
    )
    assert approved.status_code == 200, approved.text
    await world.settle()
    [one] = await restatements(world, period="2025", indicator="allowance_standard_ratio")
    assert (one["division_code"], one["closed"]["value"], one["now"]["value"]) == (HANGJIN, "66.7", "75.0")
    assert one["since_closing"] == {"value": "8.3", "numerator": "1000", "denominator": "0"}
    assert [(cause["kind"], cause["observation_id"]) for cause in one["causes"]] == [
        ("observation", sent["observation_id"])
    ]
    assert one["causes"][0]["known_at"] == approved.json()["in_force_from"]
