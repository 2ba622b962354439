"""What a department reads of the verdicts on warnings that its records took part in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.screening.delivery import retention
from services.screening.feedback import service
from services.screening.outcomes import service as outcomes
from shared import clock
from shared.db import driver, transaction
from shared.messaging.outbox import TableStore
from tests.integration.screening.conftest import Ask, World

MEDICAL, RURAL = "medical-insurance", "rural-revitalization"
WRONG = {"outcome": "not_confirmed", "reason": "data_error", "note": "结算单重复"}


def _read(ask: Ask, department: str, **query: Any) -> Any:
    return ask("GET", f"/v1/feedback/{department}/changes", role="department", in_department=department, **query)


async def _closed(world: World, ask: Ask, *numbers: int, verdict: dict[str, Any]) -> None:
    """Households with a warning of M01, on each the verdict; numbered by the leader."""
    for n in numbers:
        await world.take(world.household(f"H{n}", f"p1.{n:026d}"))
        await world.take(world.settlement("12000", f"S{n}", who=f"p1.{n:026d}"))
    answer = await _decide(world, ask, [(f"H{n}", "M01") for n in numbers], verdict)
    assert {fate["result"] for fate in answer.json()["items"]} == {"done"}
    await world.number()


async def _decide(world: World, ask: Ask, pairs: Sequence[tuple[str, str]], verdict: dict[str, Any]) -> Any:
    standing = await world.standing()
    listed = [{"warning_id": str(standing[pair].warning.warning_id), **verdict} for pair in pairs]
    return await ask("POST", "/v1/warnings/outcomes", json={"outcomes": listed})


async def _outbox(world: World, sql: str) -> Any:
    async with transaction(world.engine) as conn:
        return await (await driver(conn)).fetch(sql)


async def test_each_department_reads_of_its_own_records_what_became_of_them(world: World, ask: Ask) -> None:
    await _closed(world, ask, 1, verdict={"outcome": "confirmed"})
    await _closed(world, ask, 2, verdict=WRONG)
    page = (await _read(ask, MEDICAL)).json()
    told = {item["record"]["source_id"]: item["result"] for item in page["items"]}
    assert {name: told[name] for name in ("S1", "S2")} == {"S1": "confirmed", "S2": "data_error"}
    assert {item["record"]["kind"] for item in page["items"]} <= {"settlement", "enrolment"}
    rural = (await _read(ask, RURAL)).json()["items"]
    assert {item["record"]["source_id"] for item in rural} == {"household-H1", "household-H2"}
    assert not (await _read(ask, "housing")).json()["items"]
    shown = (await _read(ask, MEDICAL)).text
    assert not [word for word in ("household", "H1", "M01", "p1.", "重复", "officer", "developer") if word in shown]


async def test_what_is_read_is_what_is_on_the_topic_one_a_record_version(world: World, ask: Ask) -> None:
    await _closed(world, ask, 1, 2, verdict=WRONG)
    rows = await _outbox(world, "SELECT * FROM outbox WHERE topic = 'screening.feedback.v1' ORDER BY position")
    evidence = [one.evidence["records"] for one in (await world.standing()).values()]
    assert len(rows) == sum(map(len, evidence))
    assert {row["key"].decode() for row in rows} == {record["department"] for own in evidence for record in own}
    items = (await _read(ask, MEDICAL)).json()["items"]
    own = [(row["position"], row["event_id"]) for row in rows if row["key"] == MEDICAL.encode()]
    assert [(item["position"], item["event_id"]) for item in items] == own


async def test_pages_follow_one_another_and_end_with_a_cursor(world: World, ask: Ask) -> None:
    await _closed(world, ask, *range(1, 6), verdict=WRONG)
    whole = (await _read(ask, MEDICAL)).json()
    found: list[Any] = []
    after = "0"
    while (page := (await _read(ask, MEDICAL, after=after, limit=2)).json())["items"]:
        found += page["items"]
        after = page["next"]
    assert found == whole["items"]
    assert {item["record"]["source_id"] for item in found} >= {f"S{n}" for n in range(1, 6)}


async def test_what_is_for_others_is_passed_in_bounded_steps(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SCANNED", 2)
    await _closed(world, ask, 1, 2, 3, verdict=WRONG)
    answer = (await _read(ask, "housing")).json()
    (row,) = await _outbox(world, "SELECT max(position) AS newest FROM outbox_position")
    assert (answer["items"], answer["next"]) == ([], str(row["newest"]))


async def test_who_waits_is_answered_when_there_is_feedback(world: World, ask: Ask) -> None:
    waiting = asyncio.create_task(_read(ask, MEDICAL, wait=20))
    await asyncio.sleep(0.2)
    await _closed(world, ask, 1, verdict=WRONG)
    async with asyncio.timeout(5):
        assert (await waiting).json()["items"]


async def test_only_a_verdict_that_closes_is_told(world: World, ask: Ask) -> None:
    await _closed(world, ask, 1, verdict={"outcome": "verifying"})
    await world.take(world.settlement("1", "S1", who=f"p1.{1:026d}"))
    assert (await world.changes())[-1]["type"] == "superseded"
    assert not await _outbox(world, "SELECT FROM outbox WHERE topic = 'screening.feedback.v1'")


async def test_a_verdict_that_fails_tells_nobody(world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("the power is out")

    monkeypatch.setattr(outcomes, "feedback_of", fail)
    await world.take(world.household(), world.settlement("12000"))
    assert (await _decide(world, ask, [("H1", "M01")], WRONG)).status_code == 500
    assert {one.warning.state for one in (await world.standing()).values()} == {"open"}
    assert [change["type"] for change in await world.changes()] == ["raised"]


@pytest.mark.parametrize("department", ["health", "nobody", RURAL])
async def test_another_department_is_not_there(ask: Ask, department: str) -> None:
    answer = await ask("GET", f"/v1/feedback/{department}/changes", role="department", in_department=MEDICAL)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_others_may_not_read_and_developers_may(ask: Ask) -> None:
    path = f"/v1/feedback/{MEDICAL}/changes"
    assert (await ask("GET", path, "downstream", "150600000000")).status_code == 403
    assert (await ask("GET", path)).status_code == 200
    assert (await ask("GET", "/v1/feedback/nobody/changes")).status_code == 404


async def test_a_cursor_of_the_future_or_past_retention_is_gone(world: World, ask: Ask) -> None:
    await _closed(world, ask, 1, verdict=WRONG)
    ahead = await _read(ask, MEDICAL, after="99")
    assert (ahead.status_code, ahead.json()["code"]) == (410, "cursor_ahead")

    async with transaction(world.engine) as conn:
        await TableStore().mark(conn, await TableStore().take(conn, 100), [])
    world.clock_file.write_text((clock.now() + timedelta(days=31)).isoformat())
    await _closed(world, ask, 2, verdict=WRONG)
    await retention.purge(world.engine, asyncio.Event(), 30)
    expired = await _read(ask, MEDICAL, after="1")
    assert (expired.status_code, expired.json()["code"]) == (410, "cursor_expired")
    start = expired.json()["retained_from"] - 1
    for after in ("0", str(start)):
        items = (await _read(ask, MEDICAL, after=after)).json()["items"]
        assert "S2" in {item["record"]["source_id"] for item in items}
