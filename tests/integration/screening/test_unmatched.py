"""Persons of whom departments tell and whom no household names, for the keeper of the register."""

from __future__ import annotations

from datetime import date, timedelta

from shared import clock
from shared.events.codec import Delivery
from tests.factories import deliveries as made
from tests.integration.screening.conftest import HEAD, VILLAGE, WIFE, World
from tests.integration.screening.test_api import Get, get

__all__ = ["get"]
HANGJIN, DONGSHENG, OTHER_VILLAGE = "150625000000", "150602000000", "150602101201"
STRANGER, GUEST = "p1.S", "p1.T"


def enrolment(who: str, division: str | None, *, source_id: str | None = None, gone: bool = False) -> Delivery:
    """An enrolment that says where it is from."""
    data = None if gone else made.enrolment(2026)
    now = clock.now() + timedelta(seconds=gone)
    return made.record(7, source_id or f"E-{who}", now, data, subject=who, division=division, known_at=now)


async def test_they_are_listed_with_what_is_known_and_counted_by_banner(world: World, get: Get) -> None:
    covering = made.record(
        1, "DB", clock.now(), made.allowance(date(2026, 1, 1), HEAD, GUEST), subject=HEAD, division=VILLAGE,
        known_at=clock.now(),
    )  # fmt: skip
    await world.take(
        world.household("H1", HEAD), enrolment(HEAD, VILLAGE), enrolment(STRANGER, OTHER_VILLAGE),
        enrolment(STRANGER, OTHER_VILLAGE, source_id="second"), enrolment(WIFE, None), covering,
    )  # fmt: skip
    answer = (await get("/v1/register/unmatched")).json()
    found = {one["person_key"]: (one["division_code"], one["feeds"], one["records"]) for one in answer["items"]}
    assert found == {
        STRANGER: (DONGSHENG, ["medical-insurance/enrolment"], 2),
        WIFE: (None, ["medical-insurance/enrolment"], 1),
        GUEST: (HANGJIN, ["civil-affairs/minimum-living-allowance"], 1),
    }
    assert [(one["division_code"], one["persons"]) for one in answer["totals"]] == [
        (DONGSHENG, 1),
        (HANGJIN, 1),
        (None, 1),
    ]
    assert answer["totals"][2]["name"] == "未写明旗区"
    await world.take(world.household("H2", STRANGER, WIFE, GUEST))
    assert (await get("/v1/register/unmatched")).json()["items"] == []


async def test_who_was_struck_off_and_whose_records_were_withdrawn(world: World, get: Get) -> None:
    await world.take(world.household("H1", HEAD, WIFE), enrolment(WIFE, VILLAGE), enrolment(STRANGER, VILLAGE))
    await world.take(enrolment(STRANGER, VILLAGE, gone=True), world.household("H1", HEAD, effective_on=clock.today()))
    answer = (await get("/v1/register/unmatched")).json()
    assert [one["person_key"] for one in answer["items"]] == [WIFE]


async def test_pages_and_divisions(world: World, get: Get) -> None:
    people = [f"p1.{letter}" for letter in "ABCD"]
    places = [VILLAGE, OTHER_VILLAGE, VILLAGE, None]
    await world.take(*(enrolment(who, place) for who, place in zip(people, places, strict=True)))
    first = (await get("/v1/register/unmatched", limit=3)).json()
    rest = (await get("/v1/register/unmatched", limit=3, after=first["next"])).json()
    assert [one["person_key"] for one in first["items"] + rest["items"]] == people
    assert rest["next"] is None
    assert rest["totals"] == first["totals"]
    own = (await get("/v1/register/unmatched", "banner_officer", HANGJIN)).json()
    assert [one["person_key"] for one in own["items"]] == ["p1.A", "p1.C"]
    narrowed = (await get("/v1/register/unmatched", division="150602")).json()
    assert [one["person_key"] for one in narrowed["items"]] == ["p1.B"]
    outside = await get("/v1/register/unmatched", "banner_officer", HANGJIN, division=DONGSHENG)
    assert (outside.status_code, outside.json()["code"]) == (404, "division_not_found")
    assert (await get("/v1/register/unmatched", "village_cadre", VILLAGE)).status_code == 403
    assert (await get("/v1/register/unmatched", after="nonsense")).json()["code"] == "bad_cursor"
