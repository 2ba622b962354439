"""Changes reach receivers: signed, in order, each its own queue, by several workers, whatever receivers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.screening.hooks import dispatcher
from shared import clock
from shared.db import driver, transaction
from tests.integration.hooks.conftest import HERE, KEY, Hooks
from tests.integration.hooks.receiver import Receiver, receiving
from tests.integration.screening.conftest import settings_for

HOUSEHOLDS = ("H1", "H2", "H3")


@pytest.fixture
def real_clock(hooks: Hooks) -> Iterator[None]:
    """The machine's clock, by which the official library judges what is old."""
    clock.follow(None)
    yield
    clock.follow(hooks.clock_file)


async def test_the_official_library_verifies_what_comes_and_refuses_what_was_changed(
    hooks: Hooks, receiver: Receiver, real_clock: None
) -> None:
    made = await hooks.subscribe(receiver)
    await hooks.tell("H1")
    await hooks.send(hooks.worker())
    (request,) = receiver.came
    body = Webhook(made["secret"]).verify(request.body, request.headers)
    assert body["type"] == "xianjie.warning.raised.v1"
    assert body["timestamp"] == body["data"]["occurred_at"]
    assert body["data"]["warning"]["household_no"] == "H1"
    assert request.id == body["data"]["event_id"]
    assert (request.path, request.headers["content-type"]) == ("/warnings", "application/json")
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    for body_, headers in (
        (request.body.replace(b"H1", b"H2"), request.headers),
        (request.body, {**request.headers, "webhook-id": "another"}),
        (request.body, {**request.headers, "webhook-timestamp": str(int(time.time()) - 400)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(made["secret"]).verify(body_, headers)


async def test_its_data_is_what_the_change_feed_shows(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    await hooks.tell("H1")
    await hooks.tell("H1", eased=True)
    await hooks.send(hooks.worker())
    headers = {"Authorization": f"Bearer {hooks.issuer.sign('developer')}"}
    shown = (await hooks.client.get("/v1/warnings/changes", headers=headers)).json()["items"]
    assert [request.json["data"] for request in receiver.came] == shown
    assert [request.json["type"] for request in receiver.came] == [
        "xianjie.warning.raised.v1",
        "xianjie.warning.updated.v1",
    ]


async def test_both_secrets_sign_while_they_overlap(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    rotated = (await hooks.ask("POST", f"/{made['webhook_id']}/secret", {"overlap_hours": 2})).json()
    assert rotated["secret"] != made["secret"]
    worker = hooks.worker()

    async def signed_by() -> list[bool]:
        await hooks.ask("POST", f"/{made['webhook_id']}/test")
        await hooks.send(worker)
        headers, body = receiver.came[-1].headers, receiver.came[-1].body.decode()
        signatures = headers["webhook-signature"].split(" ")
        expected = [Webhook(one["secret"]).sign(headers["webhook-id"], clock.now(), body) for one in (made, rotated)]
        return [signature in signatures for signature in expected]

    assert await signed_by() == [True, True]
    hooks.later(hours=2)
    assert await signed_by() == [False, True]


async def test_while_two_secrets_sign_there_is_no_third(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    path = f"/{made['webhook_id']}/secret"
    assert (await hooks.ask("POST", path, {"overlap_hours": 2})).status_code == 200
    refused = await hooks.ask("POST", path, {"overlap_hours": 24})
    assert (refused.status_code, refused.json()["code"]) == (409, "rotation_running")
    alone = await hooks.ask("POST", path, {"overlap_hours": 0})
    assert (alone.status_code, alone.json()["former_secret_until"]) == (200, None)
    assert (await hooks.ask("POST", path, {"overlap_hours": 2})).status_code == 200
    hooks.later(hours=2)
    assert (await hooks.ask("POST", path, {"overlap_hours": 2})).status_code == 200


async def test_a_households_changes_come_in_order_and_households_do_not_wait_for_each_other(
    hooks: Hooks, receiver: Receiver
) -> None:
    await hooks.subscribe(receiver)
    for _ in range(4):
        await hooks.tell(*HOUSEHOLDS)
    refused = {("H1", 1)}
    receiver.answer = lambda request: (500 if request.place in refused else 204, {})
    worker = hooks.worker()
    await hooks.send(worker)
    assert receiver.places.count(("H1", 1)) == 1
    assert ("H1", 2) not in receiver.places
    others = [place for place in receiver.places if place[0] != "H1"]
    assert all([n for no, n in others if no == h] == [1, 2, 3, 4] for h in ("H2", "H3"))
    refused.clear()
    hooks.later(seconds=6)
    await hooks.send(worker)
    assert [n for no, n in receiver.places if no == "H1"] == [1, 1, 2, 3, 4]


async def test_workers_share_a_queue_without_doubling(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    receiver.seconds = 0.005
    households = [f"H{n}" for n in range(12)]
    for _ in range(2):
        await hooks.tell(*households)
    await hooks.send(*(hooks.worker() for _ in range(3)))
    assert sorted(receiver.places) == sorted((no, n) for no in households for n in (1, 2))
    assert all(receiver.places.index((no, 1)) < receiver.places.index((no, 2)) for no in households)


async def test_a_dead_and_a_slow_receiver_delay_nobody(hooks: Hooks, receiver: Receiver) -> None:
    households = [f"H{n}" for n in range(20)]
    async with receiving(seconds=10.0) as slow, receiving() as dead:
        for one in (dead, slow, receiver):
            await hooks.subscribe(one)
        dead.answer = lambda _request: (500, {})
        await hooks.tell(*households)
        worker, stop = hooks.worker(), asyncio.Event()
        began = time.monotonic()
        working = asyncio.create_task(worker.run(stop))
        while len(receiver.came) < len(households):
            await asyncio.sleep(0.01)
            assert time.monotonic() - began < 10.0, "held up by the others"
        while len(dead.came) < len(households) or slow.most_open < 8:
            await asyncio.sleep(0.01)
            assert time.monotonic() - began < 10.0, "held up by each other"
        await asyncio.sleep(0.2)
        assert slow.most_open == len(slow.came) == 8, "more at once than one receiver gets"
        stop.set()
        await working
    assert sorted(receiver.places) == sorted((no, 1) for no in households)
    assert len(dead.came) == len(households)


async def test_a_worker_that_dies_leaves_its_messages_to_the_next(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    await hooks.tell("H1")
    receiver.seconds = 30
    first = hooks.worker()
    sending = asyncio.create_task(hooks.send(first))
    async with asyncio.timeout(10):
        await receiver.reached.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    receiver.seconds = 0
    second = hooks.worker()
    assert await hooks.send(second) == 0
    hooks.later(seconds=61)
    assert await hooks.send(second) == 1
    assert receiver.came[0].id == receiver.came[1].id


async def test_a_worker_that_stops_gives_back_what_it_could_not_finish(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    await hooks.tell("H1")
    receiver.seconds = 30
    stop = asyncio.Event()
    working = asyncio.create_task(hooks.worker().run(stop))
    async with asyncio.timeout(5):
        await receiver.reached.wait()
    stop.set()
    await working
    receiver.seconds = 0
    assert await hooks.send(hooks.worker()) == 1


async def test_a_redirect_is_a_failure_and_is_not_followed(hooks: Hooks, receiver: Receiver) -> None:
    async with receiving() as inside:
        made = await hooks.subscribe(receiver)
        receiver.answer = lambda _request: (302, {"location": inside.url})
        await hooks.tell("H1")
        await hooks.send(hooks.worker())
        assert not inside.came
    (item,) = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries")).json()["items"]
    (attempt,) = item["attempts"]
    assert (item["state"], attempt["code"], attempt["failure"]) == ("pending", 302, "not_a_success")


async def test_an_address_that_cannot_be_connected_to_is_followed_by_the_next(hooks: Hooks, receiver: Receiver) -> None:
    async def two(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]  # the receiver listens on one of them

    await hooks.subscribe(receiver)
    await hooks.tell("H1")
    await hooks.send(hooks.worker(two))
    assert receiver.places == [("H1", 1)]


async def test_a_name_that_resolves_elsewhere_since_is_not_connected_to(hooks: Hooks, receiver: Receiver) -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["127.0.0.1", "10.0.0.1"]]

    async def rebinding(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    made = await hooks.subscribe(receiver)
    # A name that the machine cannot resolve: only an address that was checked can be connected to.
    await hooks.point(made["webhook_id"], receiver.url.replace("127.0.0.1", "receiver.invalid"))
    worker = hooks.worker(rebinding)
    await hooks.tell("H1")
    await hooks.send(worker)
    assert len(receiver.came) == 1
    assert receiver.came[0].headers["host"] == f"receiver.invalid:{receiver.port}"
    await hooks.tell("H1")
    for _ in range(3):
        await hooks.send(worker)
        hooks.later(minutes=31)
    assert not answers
    assert len(receiver.came) == 1
    (item,) = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries", state="pending")).json()["items"]
    assert {attempt["failure"] for attempt in item["attempts"]} == {"address_refused"}


async def test_a_receiver_that_says_nothing_is_timed_out(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    receiver.seconds = 30
    await hooks.tell("H1")
    await hooks.send(hooks.worker(answer_seconds=0.5))
    (item,) = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries")).json()["items"]
    (attempt,) = item["attempts"]
    assert (attempt["code"], attempt["failure"]) == (None, "timed_out")
    assert 500 <= attempt["milliseconds"] < 20_000


async def test_after_the_whole_schedule_it_is_disabled_with_an_event_and_goes_on_where_it_stopped(
    hooks: Hooks, receiver: Receiver
) -> None:
    made = await hooks.subscribe(receiver)
    receiver.answer = lambda _request: (500, {})
    await hooks.tell("H1")
    worker, waits = hooks.worker(), []
    for _ in range(10):
        began, tries = clock.now(), len(receiver.came)
        await hooks.send(worker)
        assert len(receiver.came) == tries + 1
        (item,) = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries")).json()["items"]
        due = datetime.fromisoformat(item["due_at"])
        if due > began:
            waits.append((due - began).total_seconds())
            hooks.clock_file.write_text((due - timedelta(milliseconds=1)).isoformat())
            assert await hooks.send(worker) == 0
            hooks.clock_file.write_text(due.isoformat())
    assert waits == [5, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))]
    shown = (await hooks.ask("GET", f"/{made['webhook_id']}")).json()
    assert (shown["enabled"], shown["disabled_reason"], shown["waiting"]) == (False, "retries_exhausted", 1)
    (event,) = await hooks.disabled()
    assert (event["webhook_id"], event["reason"], event["response_code"]) == (
        made["webhook_id"],
        "retries_exhausted",
        500,
    )
    await hooks.tell("H2")
    hooks.later(days=2)
    assert await hooks.send(worker) == 0
    receiver.answer = lambda _request: (200, {})
    again = await hooks.ask("PATCH", f"/{made['webhook_id']}", {"enabled": True})
    assert (again.json()["enabled"], again.json()["disabled_reason"]) == (True, None)
    await hooks.send(worker)
    assert sorted(receiver.places[10:]) == [("H1", 1), ("H2", 1)]


async def test_gone_disables_at_once(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    receiver.answer = lambda _request: (410, {})
    await hooks.tell("H1")
    await hooks.send(hooks.worker())
    shown = (await hooks.ask("GET", f"/{made['webhook_id']}")).json()
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "gone")
    assert [event["reason"] for event in await hooks.disabled()] == ["gone"]
    assert len(receiver.came) == 1


async def test_retry_after_is_honoured_for_the_whole_subscription(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    receiver.answer = lambda _request: (503, {"retry-after": "600"})
    await hooks.tell("H1")
    worker = hooks.worker()
    await hooks.send(worker)
    await hooks.tell("H2")
    receiver.answer = lambda _request: (204, {})
    hooks.later(seconds=590)
    assert await hooks.send(worker) == 0
    hooks.later(seconds=10)
    assert await hooks.send(worker) == 2


async def test_what_was_settled_long_ago_is_forgotten(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    await hooks.tell("H1")
    worker = hooks.worker()
    await hooks.send(worker)
    hooks.later(days=31)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(stop))
    for _ in range(200):
        async with transaction(hooks.engine) as conn:
            if not await (await driver(conn)).fetchval("SELECT count(*) FROM webhook_message"):
                break
        await asyncio.sleep(0.01)
    stop.set()
    await working
    async with transaction(hooks.engine) as conn:
        assert not await (await driver(conn)).fetchval("SELECT count(*) FROM webhook_message")


async def test_a_worker_sends_by_its_settings(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.subscribe(receiver)
    await hooks.tell("H1")
    given = settings_for(hooks.url, bus_key=KEY, webhook_networks=HERE, webhook_plain_http=True)
    stop = asyncio.Event()
    working = asyncio.create_task(dispatcher.run(given, stop))
    async with asyncio.timeout(10):
        await receiver.reached.wait()
    stop.set()
    await working
    await dispatcher.run(settings_for(hooks.url), asyncio.Event())  # without a key there is nothing to do
    assert receiver.places == [("H1", 1)]
