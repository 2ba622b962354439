"""The change feed: who is shown what, pages under concurrent writes, waiting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.screening.delivery import service
from shared.db import transaction
from shared.messaging.outbox import TableStore
from tests.integration.delivery.conftest import BANNER, OTHER_VILLAGE, Get, Teller
from tests.support.telling import VILLAGE, warning_of

CHANGES = "/v1/warnings/changes"
OFFICER = {"role": "banner_officer", "in_division": BANNER}
OTHER_OFFICER = {"role": "banner_officer", "in_division": f"{OTHER_VILLAGE[:6]}000000"}


def seen(answer: Any) -> list[tuple[str, int, str]]:
    return [(c["warning"]["household_no"], c["household_seq"], c["type"]) for c in answer.json()["items"]]


async def test_a_move_is_shown_to_both_scopes_and_what_follows_to_the_new_one_only(teller: Teller, get: Get) -> None:
    [warning] = await teller.raised("H1")
    await teller.raised("H1", rule="H01")
    moved = await teller.updated(warning, division_code=OTHER_VILLAGE)
    await teller.updated(moved, eased=True)

    whole = [("H1", 1, "raised"), ("H1", 2, "raised"), ("H1", 3, "updated"), ("H1", 4, "updated")]
    assert seen(await get(CHANGES)) == whole
    assert seen(await get(CHANGES, **OFFICER)) == whole[:3]
    assert seen(await get(CHANGES, **OTHER_OFFICER)) == whole[2:]
    assert seen(await get(CHANGES, division=VILLAGE)) == whole[:3], "a filter is as a scope"
    shown = (await get(CHANGES, **OFFICER)).json()["items"][-1]["warning"]
    assert shown["division_code"] == OTHER_VILLAGE, "so that the reader lets go of it"


async def test_a_change_of_severity_is_the_last_that_a_filter_shows(teller: Teller, get: Get) -> None:
    [warning] = await teller.raised("H1", severity="urgent")
    lower = await teller.updated(warning, severity="normal")
    await teller.tell(("closed", lower))
    assert seen(await get(CHANGES, severity="urgent")) == [("H1", 1, "raised"), ("H1", 2, "updated")]
    assert seen(await get(CHANGES, severity="normal")) == [("H1", 2, "updated"), ("H1", 3, "closed")]
    assert seen(await get(CHANGES, severity="high")) == []
    assert seen(await get(CHANGES, severity=["high", "urgent"], rule="I01")) == []


async def test_every_answer_says_how_far_back_the_feed_goes(teller: Teller, get: Get) -> None:
    empty = (await get(CHANGES)).json()
    assert empty == {"items": [], "next": "0", "retained_from": 1, "retention_days": 30}
    await teller.raised("H1", "H2")
    page = (await get(CHANGES, limit=1)).json()
    assert (page["next"], page["retained_from"], page["retention_days"]) == ("1", 1, 30)


async def test_pages_lose_and_repeat_nothing_while_writers_commit_out_of_order(teller: Teller, get: Get) -> None:
    stop = asyncio.Event()

    async def write(writer: int) -> None:
        for turn in range(6):
            await teller.tell(("raised", warning_of(f"H{writer}", f"M{turn:02d}")), number=False)

    async def number() -> None:
        while not stop.is_set():
            async with transaction(teller.engine) as conn:
                await TableStore().number(conn)
            await asyncio.sleep(0.005)

    async def follow() -> list[tuple[str, int, str]]:
        found: list[tuple[str, int, str]] = []
        after = "0"
        while len(found) < 24:
            answer = await get(CHANGES, after=after, limit=5, wait=10)
            assert answer.json()["items"], "nothing came any more"
            found += seen(answer)
            after = answer.json()["next"]
        return found

    numbering = asyncio.create_task(number())
    followers = [asyncio.create_task(follow()) for _ in range(3)]
    await asyncio.gather(*(write(n) for n in range(4)))
    async with asyncio.timeout(20):
        told = await asyncio.gather(*followers)
    stop.set()
    await numbering
    assert told[0] == told[1] == told[2]
    for writer in range(4):
        assert [seq for no, seq, _ in told[0] if no == f"H{writer}"] == [1, 2, 3, 4, 5, 6]


async def test_what_is_not_wanted_is_passed_in_bounded_steps(
    teller: Teller, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SCANNED", 3)
    await teller.raised(*(f"H{n}" for n in range(8)))
    await teller.raised("X", rule="H01")
    assert seen(await get(CHANGES, rule="H01")) == [("X", 1, "raised")]
    nothing = (await get(CHANGES, rule="I01", wait=0.2)).json()
    assert (nothing["items"], nothing["next"]) == ([], "9")


async def test_all_who_wait_share_one_look_and_only_those_concerned_return(teller: Teller, get: Get) -> None:
    await teller.raised("H1")
    waiting = asyncio.gather(*(get(CHANGES, after="1", wait=20) for _ in range(20)))
    elsewhere = asyncio.create_task(get(CHANGES, after="1", wait=1.5, **OTHER_OFFICER))
    await asyncio.sleep(0.3)
    await teller.raised("H2")
    async with asyncio.timeout(5):
        assert {answer.json()["next"] for answer in await waiting} == {"2"}
        assert (await elsewhere).json()["items"] == []
