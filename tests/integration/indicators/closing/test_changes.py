"""The change feed of values: every event once, in the order of positions, inside the caller's scope; what is past
its time goes, but not the last word on a place."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from services.indicators.changes import retention
from shared import clock
from shared.db import transaction
from shared.events.codec import encode
from shared.events.topics import VALUES
from shared.events.values import ValuePublishedV1
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.outbox import TableStore
from tests.integration.indicators.conftest import CITY, DONGSHENG, HANGJIN, TODAY, TOWNSHIP, World

CHANGES = "/v1/values/changes"
INSURED, HOUSED = (8, "medical_insurance"), (9, "dwelling_safety")

_REPLACE = """
UPDATE indicator_value SET current = false, replaced_at = $4
WHERE current AND number = $1 AND division_code = $2 AND period = $3 RETURNING value_id
"""
_INSERT = """
INSERT INTO indicator_value (value_id, number, code, division_code, period, as_of, known_at, numerator, unit, status,
    beside, sources, formula_version, replaces, published_at, current)
VALUES ($1, $2, $3, $4, '2026', $5, $6, 1, '%', 'gap_open', '{}', '[]', 1, $7, $6, true)
"""


async def tell(world: World, place: tuple[int, str], *divisions: str) -> list[str]:
    """A new value of an indicator for divisions, told as the pass does it; the ids."""
    now = world.tick()
    ids = []
    for division in divisions:
        value_id = uuid7()
        replaced = await world.rows(_REPLACE, place[0], division, "2026", now)
        before = replaced[0]["value_id"] if replaced else None
        await world.rows(_INSERT, value_id, *place, division, clock.today(), now, before)
        event = ValuePublishedV1(
            value_id=str(value_id),
            number=place[0],
            code=place[1],
            division_code=division,
            period="2026",
            numerator=Decimal(1),
            unit="%",
            status="gap_open",
            as_of=clock.today(),
            known_at=now,
            formula_version=1,
        )
        message = encode(event, topic=VALUES, event_id=str(value_id), source="/xianjie/indicators", key=place[1])
        async with transaction(world.engine) as conn:
            await outbox.add(conn, [message])
        ids.append(str(value_id))
    return ids


async def publish(world: World) -> None:
    """What the leader does, without a broker: number what is committed and note that it is published."""
    store = TableStore()
    async with transaction(world.engine) as conn:
        while await store.number(conn):
            pass
        while (batch := await store.take(conn, 10_000)).messages:
            await store.mark(conn, batch, [])


async def purge(world: World, step_rows: int = 1_000) -> int:
    """Purge what is due now."""
    return await retention.purge(world.engine, asyncio.Event(), 30, step_rows)


async def told(world: World, *, limit: int = 2, **params: Any) -> list[dict[str, Any]]:
    """All changes of a question, page by page."""
    found: list[dict[str, Any]] = []
    after = "0"
    while True:
        page = (await world.get(CHANGES, after=after, limit=limit, **params)).json()
        found += page["items"]
        if page["next"] == after:
            return found
        after = page["next"]


def ids_of(changes: list[dict[str, Any]]) -> list[str]:
    return [change["event_id"] for change in changes]


async def test_every_value_comes_once_in_order_and_nothing_before_it_has_a_position(world: World) -> None:
    ids = (
        await tell(world, INSURED, CITY, HANGJIN)
        + await tell(world, HOUSED, HANGJIN)
        + await tell(world, INSURED, CITY)
    )
    first = (await world.get(CHANGES)).json()
    assert (first["items"], first["next"], first["retained_from"]) == ([], "0", 1)
    await publish(world)
    found = await told(world)
    assert [change["position"] for change in found] == [1, 2, 3, 4]
    assert ids_of(found) == ids
    assert [(change["type"], change["restatement"]) for change in found] == [("published", None)] * 4
    assert found[0]["value"]["value_id"] == ids[0]
    assert (found[0]["value"]["numerator"], found[0]["value"]["value"], found[0]["value"]["unit"]) == ("1", None, "%")
    assert (await world.get(CHANGES, after="4")).json()["next"] == "4"


async def test_the_events_of_a_pass_are_on_the_feed(world: World) -> None:
    await world.take(world.household("H1", "p1." + "A" * 26))
    await world.settle()
    await publish(world)
    found = await told(world, limit=1_000)
    rows = await world.rows("SELECT value_id::text AS id FROM indicator_value")
    assert sorted(ids_of(found)) == sorted(row["id"] for row in rows)


async def test_indicator_division_and_scope_narrow_the_feed_and_the_cursor_still_moves(world: World) -> None:
    city, here, township, there = await tell(world, INSURED, CITY, HANGJIN, TOWNSHIP, DONGSHENG)
    [housed] = await tell(world, HOUSED, HANGJIN)
    await publish(world)
    assert ids_of(await told(world, indicator="medical_insurance")) == [city, here, township, there]
    assert ids_of(await told(world, division=HANGJIN)) == [here, township, housed]
    assert ids_of(await told(world, division=HANGJIN, indicator="dwelling_safety")) == [housed]
    assert ids_of(await told(world, role="banner_officer", scope=HANGJIN)) == [here, township, housed]
    nothing = (await world.get(CHANGES, indicator="dwelling_safety", division=DONGSHENG)).json()
    assert (nothing["items"], nothing["next"]) == ([], "5")


async def test_refusals(world: World) -> None:
    await tell(world, INSURED, CITY)
    await publish(world)
    outside = await world.get(CHANGES, role="banner_officer", scope=HANGJIN, division=DONGSHENG)
    assert (outside.status_code, outside.json()["code"]) == (404, "division_not_found")
    unknown = await world.get(CHANGES, indicator="medical")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_indicator")
    ahead = await world.get(CHANGES, after="2")
    assert (ahead.status_code, ahead.json()["code"]) == (410, "cursor_ahead")
    wrong: list[dict[str, Any]] = [{"after": "x"}, {"after": "-1"}, {"limit": 0}, {"limit": 1001}, {"indicater": "x"}]
    for params in wrong:
        assert (await world.get(CHANGES, **params)).status_code == 422
    assert (await world.get(CHANGES, role="village_cadre", scope="150625100201")).status_code == 403


async def test_a_cursor_before_what_was_purged_is_gone_and_zero_begins_with_what_is_kept(world: World) -> None:
    await tell(world, INSURED, CITY, HANGJIN, TOWNSHIP)
    await publish(world)
    assert await purge(world) == 0, "nothing is 30 days old"
    world.at(TODAY + timedelta(days=31))
    [young] = await tell(world, HOUSED, CITY)
    await publish(world)
    assert await purge(world, step_rows=2) == 3
    for after in ("1", "2"):
        gone = await world.get(CHANGES, after=after)
        assert (gone.status_code, gone.json()["code"], gone.json()["retained_from"]) == (410, "cursor_expired", 4)
    for after in ("0", "3"):
        page = (await world.get(CHANGES, after=after)).json()
        assert (ids_of(page["items"]), page["retained_from"]) == ([young], 4)


async def test_what_was_not_published_yet_is_never_purged(world: World) -> None:
    await tell(world, INSURED, CITY, HANGJIN)
    world.at(TODAY + timedelta(days=100))
    assert await purge(world) == 0
    assert len(await _kept(world)) == 2


async def test_the_last_word_on_every_place_is_kept_and_what_was_followed_is_not(world: World) -> None:
    await tell(world, INSURED, CITY)
    [second] = await tell(world, INSURED, CITY)
    [other] = await tell(world, INSURED, HANGJIN)
    await publish(world)
    world.at(TODAY + timedelta(days=31))
    [young] = await tell(world, HOUSED, CITY)
    await publish(world)
    await purge(world)
    assert await _kept(world) == {second, other, young}
    # What stood at the first purge, and was followed since, goes when its follower loses its position.
    [third] = await tell(world, INSURED, CITY)
    [last] = await tell(world, HOUSED, CITY)
    await publish(world)
    assert await _kept(world) == {second, other, young, third, last}
    world.at(TODAY + timedelta(days=62))
    [newest] = await tell(world, HOUSED, HANGJIN)
    await publish(world)
    await purge(world)
    assert await _kept(world) == {other, third, last, newest}


async def _kept(world: World) -> set[str]:
    rows = await world.rows("SELECT event_id FROM outbox_message")
    return {row["event_id"] for row in rows}


async def test_dead_letters_stop_no_reader_and_go_without_a_trace(world: World) -> None:
    await world.rows(
        """WITH dead AS (
               INSERT INTO outbox_message (event_id, type, topic, key, value, headers, timestamp_ms)
               VALUES ('t/0/1', 'dead', 'feeds.health.v1.dead', 'x', '\\xff00', '{"id": true, "rest": []}', 1)
               RETURNING id)
           INSERT INTO outbox_new SELECT id FROM dead"""
    )
    [here] = await tell(world, INSURED, HANGJIN)
    await publish(world)
    assert ids_of(await told(world, division=HANGJIN)) == [here]
    world.at(date(2027, 3, 1))
    [young] = await tell(world, HOUSED, CITY)
    await publish(world)
    await purge(world)
    assert await _kept(world) == {here, young}
