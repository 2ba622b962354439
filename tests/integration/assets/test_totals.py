"""Totals of the ledger: every sum reconciles to the fen, now and on a past day; a life is told whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset


@pytest.fixture
async def ids(clerk: httpx.AsyncClient) -> list[str]:
    """Two projects; three assets of values that no division by shares divides evenly."""
    first = (await clerk.post("/v1/projects", json=project())).json()["project_id"]
    three = [{"source": source, "amount": "33.33"} for source in ("bonds", "donation")]
    other = project(code="P-2", year=2022, accepted_on="2022-11-01", total="100.00", kind="other_industry",
                    funds=[*three, {"source": "paired", "amount": "33.34"}])  # fmt: skip
    second = (await clerk.post("/v1/projects", json=other)).json()["project_id"]
    made = []
    for number, (owner, value, kind) in enumerate(
        [(first, "1000000.01", "operating"), (second, "49.99", "public"), (second, "50.00", "household")]
    ):
        body = asset(owner, code=f"A-{number}", original_value=value, asset_class=kind)
        made.append((await clerk.post("/v1/assets", json=body)).json()["asset_id"])
    return made


def money(rows: list[dict[str, Any]], *names: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows for name in names), Decimal(0))


async def test_sums_by_class_banner_year_source_and_state_are_one(clerk: httpx.AsyncClient, ids: list[str]) -> None:
    totals = (await clerk.get("/v1/totals")).json()
    whole = Decimal("1000100.00")
    assert Decimal(totals["whole"]["value"]) == whole
    for dimension in ("by_class", "by_banner", "by_year", "by_state", "by_source"):
        assert money(totals[dimension], "value", "disposed_value") == whole, dimension
    assert Decimal(totals["funds"]) == whole + Decimal(totals["not_capitalised"]) == Decimal("1500100.01")
    for source in totals["by_source"]:
        assert Decimal(source["funds"]) == money([source], "value", "disposed_value", "not_capitalised")
        assert Decimal(source["not_capitalised"]) >= Decimal("-0.02"), "a fen is given once an asset at most"
    assert len(ids) == 3
    assert sum(one["planned"] for one in totals["plan"]) == 1245
    assert {one["kind"]: one["registered"] for one in totals["plan"]}["other_industry"] == 1


async def test_totals_of_a_past_day_know_nothing_later(clerk: httpx.AsyncClient, ids: list[str]) -> None:
    path = f"/v1/assets/{ids[0]}"
    revalued = {"holds_on": "2025-01-01", "document": "更正", "original_value": "900000.00"}
    assert (await clerk.post(f"{path}/amendments", json=revalued)).status_code == 201
    idle = {"holds_on": "2025-02-01", "document": "报告", "state": "idle", "reason": "停用"}
    state = (await clerk.post(f"{path}/states", json=idle)).json()

    async def on(day: str | None) -> tuple[str, dict[str, int]]:
        body = (await clerk.get("/v1/totals", params={"as_of": day} if day else {})).json()
        return body["whole"]["value"], {one["key"]: one["assets"] for one in body["by_state"]}

    assert await on("2023-11-19") == ("0.00", {})
    assert await on("2024-12-31") == ("1000100.00", {"in_use": 3})
    assert await on("2025-01-31") == ("900099.99", {"in_use": 3})
    assert await on("2025-02-01") == await on(None) == ("900099.99", {"in_use": 2, "idle": 1})
    await clerk.post(f"{path}/entries/{state['entry_id']}/reversal", json={"document": "登记错误"})
    assert await on("2025-02-01") == await on(None) == ("900099.99", {"in_use": 3})


async def test_a_life_is_told_in_words_with_what_was_reversed(clerk: httpx.AsyncClient, ids: list[str]) -> None:
    path = f"/v1/assets/{ids[0]}"
    idle = {"holds_on": "2025-02-01", "document": "报告", "state": "idle", "reason": "停用"}
    state = (await clerk.post(f"{path}/states", json=idle)).json()
    back = (await clerk.post(f"{path}/entries/{state['entry_id']}/reversal", json={"document": "登记错误"})).json()
    entries = (await clerk.get(f"{path}/history")).json()["entries"]
    assert [entry["told"] for entry in entries] == [
        "登记资产：肉羊养殖棚圈，经营性资产，原值 1,000,000.01 元", "状态变动：闲置（停用）", "冲销",
    ]  # fmt: skip
    assert entries[1]["reversed_by"] == back["entry_id"]
    assert entries[0]["body"]["original_value"] == "1000000.01"
