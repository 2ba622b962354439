"""Rights over HTTP: dated shares, the refusals of the law, and no person in clear."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.codes import credit
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset

COLLECTIVE = {"kind": "collective", "key": "N2150625MF0123456"[:17]}
COLLECTIVE["key"] += credit.check_character(COLLECTIVE["key"])
HOUSEHOLD = {"kind": "household", "key": "150625100201000017"}


@pytest.fixture
async def path(clerk: httpx.AsyncClient) -> str:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    return f"/v1/assets/{stored.json()['asset_id']}"


def confirmed(right: str, *shares: tuple[dict[str, Any], str], on: str = "2025-06-01", **more: Any) -> dict[str, Any]:
    said = [{**holder, "share": share} for holder, share in shares]
    return {"holds_on": on, "document": "确权文件", "right": right, "shares": said, **more}


async def test_shares_are_exact_and_dated(clerk: httpx.AsyncClient, path: str) -> None:
    first = confirmed("income", (COLLECTIVE, "1"))
    assert (await clerk.post(f"{path}/rights/confirmations", json=first)).status_code == 201
    moved = {"holds_on": "2025-09-01", "document": "协议", "right": "income", "share": "1/3",
             "giver": COLLECTIVE, "taker": HOUSEHOLD}  # fmt: skip
    assert (await clerk.post(f"{path}/rights/transfers", json=moved)).status_code == 201

    async def on(day: str) -> list[tuple[str, str]]:
        body = (await clerk.get(f"{path}/rights", params={"as_of": day})).json()
        return [(one["kind"], one["share"]) for right in body["rights"] for one in right["shares"]]

    assert await on("2025-05-31") == []
    assert await on("2025-08-31") == [("collective", "1")]
    assert await on("2025-09-01") == [("collective", "2/3"), ("household", "1/3")]


async def test_a_households_side_tells_what_it_holds_now(clerk: httpx.AsyncClient, path: str) -> None:
    no = HOUSEHOLD["key"]
    for share in ("1/3", "1/4"):
        said = confirmed("income", (COLLECTIVE, f"{int(share[-1]) - 1}/{share[-1]}"), (HOUSEHOLD, share))
        assert (await clerk.post(f"{path}/rights/confirmations", json=said)).status_code == 201
    held = (await clerk.get(f"/v1/households/{no}/asset-benefits")).json()["held"]
    assert [(path.endswith(one["asset_id"]), one["right"], one["share"]) for one in held] == [(True, "income", "1/4")]
    assert (await clerk.get("/v1/households/150625100201000018/asset-benefits")).json()["held"] == []


@pytest.mark.parametrize(
    ("body", "code", "article"),
    [
        (confirmed("income", (COLLECTIVE, "1/2"), (HOUSEHOLD, "1/3")), "shares_do_not_sum", "之和为 1"),
        (confirmed("ownership", (COLLECTIVE, "1/2"), (HOUSEHOLD, "1/2")), "collective_property_divided", "第三十六条"),
        (confirmed("income", (COLLECTIVE, "1/2"), (COLLECTIVE, "1/2")), "holder_repeated", "按份共有"),
    ],
)
async def test_the_laws_refusals_name_the_article(
    clerk: httpx.AsyncClient, path: str, body: dict[str, Any], code: str, article: str
) -> None:
    answer = await clerk.post(f"{path}/rights/confirmations", json=body)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert article in answer.json()["detail"]
    assert (await clerk.get(f"{path}/rights")).json()["rights"] == []


async def test_an_entry_dated_before_the_law_is_not_refused(clerk: httpx.AsyncClient, path: str) -> None:
    body = confirmed("ownership", (COLLECTIVE, "1/2"), (HOUSEHOLD, "1/2"), on="2025-04-30")
    assert (await clerk.post(f"{path}/rights/confirmations", json=body)).status_code == 201


async def test_a_person_is_a_key_and_never_an_identity_number(clerk: httpx.AsyncClient, path: str) -> None:
    person = {"kind": "person", "id_number": "150625199001010010"}
    answer = await clerk.post(f"{path}/rights/confirmations", json=confirmed("income", (person, "1")))
    if answer.status_code == 422:  # the check digit is the test's to find
        digits = "15062519900101001"
        numbers = [f"{digits}{last}" for last in "0123456789X"]
        answers = [
            await clerk.post(
                f"{path}/rights/confirmations",
                json=confirmed("income", ({"kind": "person", "id_number": number}, "1")),
            )
            for number in numbers
        ]
        (answer,) = [one for one in answers if one.status_code == 201]
    shown = await clerk.get(f"{path}/rights")
    assert "1506251990" not in shown.text
    assert "1506251990" not in answer.text
    assert shown.json()["rights"][0]["shares"][0]["key"].startswith("k1.")


async def test_real_estate_needs_its_registration_number(clerk: httpx.AsyncClient) -> None:
    made = await clerk.post("/v1/projects", json=project(code="HJ-2023-0018"))
    estate = asset(made.json()["project_id"], code="HJ-2023-0018-01", real_estate=True)
    stored = await clerk.post("/v1/assets", json=estate)
    path = f"/v1/assets/{stored.json()['asset_id']}/rights/confirmations"
    answer = await clerk.post(path, json=confirmed("ownership", (COLLECTIVE, "1")))
    assert [error["code"] for error in answer.json()["errors"]] == ["registration_no_missing"]
    told = confirmed("ownership", (COLLECTIVE, "1"), registration_no="蒙（2024）杭锦旗不动产权第0000017号")
    assert (await clerk.post(path, json=told)).status_code == 201
    progress = (await clerk.get("/v1/confirmations")).json()["items"]
    assert [(row["assets"], row["confirmed"], row["rate"]) for row in progress] == [(1, 1, "100.0")]
