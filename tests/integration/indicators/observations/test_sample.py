"""The sample over the API: all taken, those of binding indicators checked, the plan's figures readable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.indicators.observations import service
from shared.db import transaction
from shared.sample.observing import observations
from tests.integration.indicators.conftest import World
from tests.integration.indicators.observations.conftest import CITY, Desk


async def test_the_whole_sample_is_taken_and_a_second_time_changes_nothing(desk: Desk) -> None:
    sent = list(observations(2026))
    outcomes = [await push(desk, sent), await push(desk, sent)]
    assert outcomes[0] == {"accepted", "proposed"}
    assert outcomes[1] == {"duplicate"}
    assert await desk.count() == len(sent)
    waiting = (await desk.get("/v1/observations", state="proposed", limit=500)).json()["items"]
    assert {one["input"] for one in waiting} == {
        "rural_income_growth", "region_rural_income_growth", "official_value",
    }  # fmt: skip
    for one in waiting:
        assert (await desk.approve(one["observation_id"])).status_code == 200
    figures = ["sanitary_toilets", "water_safety", "tight_linkage"]
    async with transaction(desk.engine) as conn:
        found = await service.official(conn, figures, [CITY], ["2021"], desk.tick())
    assert {one.indicator: str(one.value) for one in found} == {
        "sanitary_toilets": "69.2", "water_safety": "100", "tight_linkage": "65",
    }  # fmt: skip


async def test_the_plans_figures_of_2021_come_out_of_the_board(world: World) -> None:
    owner, checker = world.bearer("indicator_owner"), world.bearer("indicator_checker")
    sent = [one for one in observations(2021) if one["period"] == "2021"]
    for start in range(0, len(sent), 1000):
        body = {"observations": sent[start : start + 1000]}
        assert (await world.client.post("/v1/observations", json=body, headers=owner)).status_code == 201
    waiting = (await world.get("/v1/observations", state="proposed", limit=500)).json()["items"]
    for one in waiting:
        path = f"/v1/observations/{one['observation_id']}/approval"
        assert (await world.client.post(path, json={}, headers=checker)).status_code == 200
    rows = await world.board(as_of="2021-12-31")
    assert {number: rows[number]["value"] for number in (5, 12, 13, 14, 15)} == {
        5: "71.4", 12: "69.2", 13: "43.0", 14: "83.0", 15: "30",
    }  # fmt: skip
    assert (rows[6]["beside"]["villages_over_200k"], rows[6]["denominator"]) == (318, "735")
    assert {number: Decimal(rows[number]["official"]["value"]) for number in (5, 8, 11, 16)} == {
        5: Decimal("71.4"), 8: Decimal(100), 11: Decimal(65), 16: Decimal(93),
    }  # fmt: skip
    assert rows[11]["value"] is None, "a published figure is shown beside what is computed and never put in its place"


async def push(desk: Desk, sent: list[dict[str, Any]]) -> set[str]:
    """The outcomes of sending everything."""
    found: set[str] = set()
    for start in range(0, len(sent), 1000):
        answer = await desk.send(*sent[start : start + 1000])
        assert answer.status_code == 201, answer.text[:1000]
        found |= {item["outcome"] for item in answer.json()["items"]}
    return found
