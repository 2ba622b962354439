"""What is past its time goes, in small steps; a cursor before it is told so; a snapshot starts over without a gap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared import clock
from shared.db import transaction
from shared.messaging.outbox import TableStore
from tests.integration.delivery.conftest import BANNER, OTHER_VILLAGE, Get, Teller
from tests.support.telling import warning_of

CHANGES, SNAPSHOT = "/v1/warnings/changes", "/v1/warnings/snapshot"


async def _purged(teller: Teller) -> None:
    """Ten old changes, the first four of one warning, purged; three young ones."""
    [warning] = await teller.raised("H0")
    for n in range(3):
        warning = await teller.updated(warning, rule_version=n + 2)
    await teller.raised(*(f"H{n}" for n in range(1, 7)))
    await teller.publish()
    teller.days_later(31)
    await teller.raised("Y1", "Y2", "Y3")
    await teller.publish()
    assert await teller.purge(step_rows=4) == 10


async def test_a_cursor_before_what_was_purged_is_gone_and_says_how_to_start_over(teller: Teller, get: Get) -> None:
    await _purged(teller)
    for after in ("0", "9"):
        gone = await get(CHANGES, after=after)
        assert (gone.status_code, gone.json()["code"]) == (410, "cursor_expired")
        assert (gone.json()["retained_from"], gone.json()["snapshot"]) == (11, SNAPSHOT)
        assert SNAPSHOT in gone.json()["detail"]
    page = (await get(CHANGES, after="10")).json()
    assert ([c["position"] for c in page["items"]], page["retained_from"]) == ([11, 12, 13], 11)
    ahead = await get(CHANGES, after="14")
    assert (ahead.status_code, ahead.json()["code"]) == (410, "cursor_ahead")


async def test_positions_go_on_though_all_was_purged(teller: Teller, get: Get) -> None:
    await _purged(teller)
    teller.days_later(31)
    assert await teller.purge() == 2, "the greatest stays: the next is counted from it"
    assert await teller.purge() == 0
    await teller.raised("Z1")
    page = (await get(CHANGES, after="13")).json()
    assert [c["position"] for c in page["items"]] == [14]


async def test_what_was_not_published_yet_is_never_purged(teller: Teller, get: Get) -> None:
    await teller.raised("H1", "H2")
    teller.days_later(100)
    assert await teller.purge() == 0
    assert len((await get(CHANGES)).json()["items"]) == 2


async def test_after_a_purge_a_broker_that_forgot_is_told_what_is_left_and_no_more(teller: Teller) -> None:
    await _purged(teller)
    async with transaction(teller.engine) as conn:
        again = await TableStore().forget_published(conn, clock.now() - timedelta(days=30))
        batch = await TableStore().take(conn, 100)
    assert (again, len(batch.messages), batch.tokens) == (3, 3, 13)


async def test_the_last_word_on_each_warning_is_kept_for_a_rebuild(teller: Teller) -> None:
    await _purged(teller)
    left = "SELECT count(*) FROM outbox_message m JOIN warning_change c USING (event_id) WHERE household_no = 'H0'"
    assert await teller.value(left) == 1
    assert await teller.value("SELECT count(*) FROM outbox_message") == 7 + 3
    assert await teller.value("SELECT count(*) FROM warning_change") == 13, "the numbers of households go on"
    assert await teller.value("SELECT count(*) FROM outbox_published") == 1
    await teller.raised("H0", rule="H01")
    assert await teller.value("SELECT max(household_seq) FROM warning_change WHERE household_no = 'H0'") == 5


async def _pages(get: Get, **query: Any) -> tuple[list[dict[str, Any]], str]:
    items: list[dict[str, Any]] = []
    cursors = set()
    answer = (await get(SNAPSHOT, **query)).json()
    while True:
        items += answer["items"]
        cursors.add(answer["cursor"])
        if answer["next"] is None:
            break
        answer = (await get(SNAPSHOT, after=answer["next"], **query)).json()
    [cursor] = cursors
    return items, cursor


def _state(warning: dict[str, Any]) -> tuple[Any, ...]:
    return warning["division_code"], warning["severity"], warning["state"], warning["eased"], warning["rule_version"]


async def test_a_snapshot_and_the_feed_behind_it_make_the_whole_while_warnings_change(teller: Teller, get: Get) -> None:
    first = await teller.raised(*(f"H{n}" for n in range(6)))
    page = (await get(SNAPSHOT, limit=2)).json()
    known = {w["warning_id"]: w for w in page["items"]}
    # behind the first page: one read already changes, one not read yet closes, one is raised before and one after
    await teller.updated(first[0], eased=True)
    await teller.tell(("closed", first[4]))
    await teller.raised("H00", "H9")
    await teller.tell(("raised", warning_of("H1", "H01")), number=False)
    while page["next"]:
        page = (await get(SNAPSHOT, limit=2, after=page["next"])).json()
        known |= {w["warning_id"]: w for w in page["items"]}
    await teller.number()
    for change in (await get(CHANGES, after=page["cursor"])).json()["items"]:
        there = known.get(change["warning"]["warning_id"])
        if there is None or change["household_seq"] > there["household_seq"]:
            known[change["warning"]["warning_id"]] = {**change["warning"], "household_seq": change["household_seq"]}
    whole = {w["warning_id"]: w for w in (await get("/v1/warnings", limit=100)).json()["items"]}
    assert {no: _state(w) for no, w in known.items() if w["state"] == "open"} == {
        no: _state(w) for no, w in whole.items() if w["state"] == "open"
    }


async def test_a_snapshot_is_of_the_callers_divisions_and_filtered(teller: Teller, get: Get) -> None:
    await teller.raised("H1", "H2")
    await teller.raised("H3", division_code=OTHER_VILLAGE, severity="urgent", rule="H01")
    items, cursor = await _pages(get, limit=1)
    assert ([w["household_no"] for w in items], cursor) == (["H1", "H2", "H3"], "3")
    officer = {"role": "banner_officer", "in_division": BANNER}
    assert [w["household_no"] for w in (await _pages(get, **officer))[0]] == ["H1", "H2"]
    assert (await get(SNAPSHOT, **officer, division=OTHER_VILLAGE)).json()["code"] == "division_not_found"
    for query in ({"severity": "urgent"}, {"rule": "H01"}, {"division": OTHER_VILLAGE[:9]}):
        assert [w["household_no"] for w in (await _pages(get, **query))[0]] == ["H3"]
    broken = await get(SNAPSHOT, after="bm90")
    assert (broken.status_code, broken.json()["code"]) == (422, "bad_cursor")
