"""What owners may do with their subscriptions, and what nobody else may."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.screening.app import build
from shared.db import driver, transaction
from tests.integration.hooks.conftest import Hooks
from tests.integration.hooks.receiver import Receiver
from tests.integration.screening.conftest import VILLAGE, settings_for

BANNER, OTHER_BANNER = f"{VILLAGE[:6]}000000", "150602000000"
OTHER_VILLAGE = "150602101201"


async def test_the_secret_is_shown_once_and_kept_sealed(hooks: Hooks, receiver: Receiver) -> None:
    answer = await hooks.ask("POST", "", {"url": receiver.url})
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/webhooks/{made['webhook_id']}")
    assert made["secret"].startswith("whsec_")
    shown = await hooks.ask("GET", f"/{made['webhook_id']}")
    assert shown.json() == {name: value for name, value in made.items() if name != "secret"}
    assert shown.headers["etag"] == answer.headers["etag"]
    assert (await hooks.ask("GET", "")).json() == {"items": [shown.json()], "next": None}
    async with transaction(hooks.engine) as conn:
        (kept,) = await (await driver(conn)).fetch("SELECT row_to_json(webhook)::text AS row FROM webhook")
    assert made["secret"].removeprefix("whsec_") not in kept["row"]


async def test_a_subscription_is_its_owners_alone(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "", {"enabled": False}),
        ("DELETE", "", None),
        ("POST", "/secret", {}),
        ("POST", "/test", None),
        ("POST", "/redeliveries", {"event_id": "x"}),
        ("GET", "/deliveries", None),
    ]
    for method, path, body in calls:
        for sub, division in (("another", "150600000000"), ("app", OTHER_BANNER)):
            answer = await hooks.ask(method, f"/{made['webhook_id']}{path}", body, sub=sub, division=division)
            assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found"), (path, sub)
        assert (await hooks.ask(method, f"/{uuid4()}{path}", body)).status_code == 404
        refused = await hooks.ask(method, f"/{made['webhook_id']}{path}", body, role="banner_officer", division=BANNER)
        assert refused.status_code == 403
    assert (await hooks.ask("GET", "", sub="another")).json()["items"] == []
    assert (await hooks.ask("GET", f"/{made['webhook_id']}", role="developer", division=None)).status_code == 200


async def test_it_never_sends_more_than_its_owner_may_see(hooks: Hooks, receiver: Receiver) -> None:
    beyond = await hooks.ask("POST", "", {"url": receiver.url, "division": "150602"}, division=BANNER)
    assert (beyond.status_code, beyond.json()["code"]) == (404, "division_not_found")
    made = await hooks.subscribe(receiver, division_of=BANNER)
    await hooks.tell("H1")
    await hooks.tell("H2", division_code=OTHER_VILLAGE)
    worker = hooks.worker()
    await hooks.send(worker)
    assert receiver.places == [("H1", 1)]
    wider = await hooks.ask("PATCH", f"/{made['webhook_id']}", {"division": None})
    assert wider.json()["division"] is None
    again = {"after": "0", "until": "9"}
    await hooks.ask("POST", f"/{made['webhook_id']}/redeliveries", again)
    await hooks.send(worker)
    assert receiver.places == [("H1", 1), ("H1", 1)]
    by_developer = await hooks.ask(
        "PATCH", f"/{made['webhook_id']}", {"division": "150602"}, role="developer", division=None
    )
    assert by_developer.status_code == 404


async def test_filters_count_for_what_waits_too(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver, severity=["high", "normal"], rule=["M01"])
    receiver.answer = lambda _request: (500, {})
    await hooks.tell("H1", "H2")
    await hooks.tell("H3", severity="info")
    await hooks.tell("H4", rule_code="I01")
    await hooks.tell("H5", severity="normal")
    worker = hooks.worker()
    await hooks.send(worker)
    assert sorted(receiver.places) == [("H1", 1), ("H2", 1), ("H5", 1)]
    receiver.came.clear()
    receiver.answer = lambda _request: (204, {})
    await hooks.ask("PATCH", f"/{made['webhook_id']}", {"severity": ["normal"]})
    await hooks.send(worker)
    assert receiver.places == [("H5", 1)]
    await hooks.ask("PATCH", f"/{made['webhook_id']}", {"severity": None, "rule": None})
    await hooks.tell("H3", severity="info")
    await hooks.send(worker)
    assert receiver.places == [("H5", 1), ("H3", 2)]


async def test_a_change_on_an_older_state_is_refused(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    tag = (await hooks.ask("GET", f"/{made['webhook_id']}")).headers["etag"]
    hooks.later(seconds=1)
    first = await hooks.ask("PATCH", f"/{made['webhook_id']}", {"description": "甲"}, tag=tag)
    assert (first.status_code, first.json()["description"]) == (200, "甲")
    assert (await hooks.ask("PATCH", f"/{made['webhook_id']}", {"description": "乙"}, tag=tag)).status_code == 412
    assert (await hooks.ask("PATCH", f"/{made['webhook_id']}", {"url": None})).status_code == 422


async def test_disabled_by_its_owner_it_is_silent_but_for_tests(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    off = await hooks.ask("PATCH", f"/{made['webhook_id']}", {"enabled": False})
    assert (off.json()["enabled"], off.json()["disabled_reason"]) == (False, "owner")
    await hooks.tell("H1")
    queued = await hooks.ask("POST", f"/{made['webhook_id']}/test")
    assert queued.status_code == 202
    worker = hooks.worker()
    await hooks.send(worker)
    (request,) = receiver.came
    assert request.id == queued.json()["event_id"]
    assert request.json["type"] == "xianjie.webhook.test.v1"
    query = {"event_id": queued.json()["event_id"]}
    (item,) = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries", **query)).json()["items"]
    assert (item["state"], [one["code"] for one in item["attempts"]]) == ("delivered", [204])
    assert not await hooks.disabled()
    await hooks.ask("PATCH", f"/{made['webhook_id']}", {"enabled": True})
    await hooks.send(worker)
    assert receiver.came[-1].place == ("H1", 1)


async def test_a_test_that_fails_is_not_tried_again(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    receiver.answer = lambda _request: (410, {})
    await hooks.ask("POST", f"/{made['webhook_id']}/test")
    worker = hooks.worker()
    await hooks.send(worker)
    hooks.later(days=2)
    assert await hooks.send(worker) == 0
    items = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries", state="failed")).json()["items"]
    assert [one["attempts"][0]["code"] for one in items] == [410]
    assert (await hooks.ask("GET", f"/{made['webhook_id']}")).json()["enabled"] is True


async def test_one_event_or_a_range_is_sent_again_under_its_own_id(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.tell("H1", "H2")
    made = (await hooks.ask("POST", "", {"url": receiver.url})).json()
    await hooks.tell("H1")
    worker = hooks.worker()
    await hooks.send(worker)
    (sent,) = receiver.came
    place = f"/{made['webhook_id']}/redeliveries"
    assert (await hooks.ask("POST", place, {"event_id": sent.id})).json() == {"queued": 1, "next": None}
    await hooks.send(worker)
    assert [request.id for request in receiver.came] == [sent.id, sent.id]
    missing = await hooks.ask("POST", place, {"event_id": "never"})
    assert (missing.status_code, missing.json()["code"]) == (404, "message_not_found")
    # From before the subscription, too; what is under way is not doubled.
    assert (await hooks.ask("POST", place, {"after": "0", "until": "3"})).json() == {"queued": 3, "next": None}
    assert (await hooks.ask("POST", place, {"after": "0", "until": "3"})).json() == {"queued": 0, "next": None}
    receiver.came.clear()
    await hooks.send(worker)
    assert receiver.places.index(("H1", 1)) < receiver.places.index(("H1", 2))
    assert sorted(receiver.places) == [("H1", 1), ("H1", 2), ("H2", 1)]
    assert (await hooks.ask("POST", place, {"after": "99", "until": "100"})).json()["code"] == "cursor_ahead"


@pytest.mark.parametrize("body", [{}, {"after": "1"}, {"event_id": "e", "after": "1", "until": "2"}, {"after": "x"}])
async def test_what_to_send_again_is_said_in_one_way(hooks: Hooks, receiver: Receiver, body: Any) -> None:
    made = await hooks.subscribe(receiver)
    assert (await hooks.ask("POST", f"/{made['webhook_id']}/redeliveries", body)).status_code == 422


async def test_the_log_is_read_in_pages(hooks: Hooks, receiver: Receiver) -> None:
    made = await hooks.subscribe(receiver)
    await hooks.tell(*(f"H{n}" for n in range(5)))
    await hooks.send(hooks.worker())
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries", limit="2", **after)).json()
        seen += [item["event_id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 5
    items = (await hooks.ask("GET", f"/{made['webhook_id']}/deliveries")).json()["items"]
    assert [item["position"] for item in items] == [5, 4, 3, 2, 1]
    assert sorted(seen) == sorted(request.id for request in receiver.came)


@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[fd12::1]/", "http://2852039166/"),
        *("ftp://127.0.0.1/", "https://no-such-host.invalid/", "nonsense", "http://xn--/", "http://127.0.0.1:0/"),
    ],
)
async def test_an_address_that_is_not_allowed_is_refused_with_its_reason(hooks: Hooks, url: str) -> None:
    answer = await hooks.ask("POST", "", {"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook_address_refused")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/url"]
    assert (await hooks.ask("GET", "")).json()["items"] == []


async def test_a_filter_names_only_rules_that_there_are(hooks: Hooks, receiver: Receiver) -> None:
    refused = await hooks.ask("POST", "", {"url": receiver.url, "rule": ["M01", "Z99"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "filter_rule_unknown")
    assert refused.json()["detail"].startswith("没有代码为 Z99 的规则")
    made = await hooks.subscribe(receiver)
    changed = await hooks.ask("PATCH", f"/{made['webhook_id']}", {"rule": ["Z99"]})
    assert (changed.status_code, changed.json()["code"]) == (422, "filter_rule_unknown")


async def test_nobody_has_more_than_twenty(hooks: Hooks, receiver: Receiver) -> None:
    for _ in range(20):
        await hooks.subscribe(receiver)
    refused = await hooks.ask("POST", "", {"url": receiver.url})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_webhooks")
    first = (await hooks.ask("GET", "", limit="1")).json()["items"][0]["webhook_id"]
    assert (await hooks.ask("DELETE", f"/{first}")).status_code == 204
    await hooks.subscribe(receiver)


async def test_without_a_key_nothing_is_subscribed(hooks: Hooks, receiver: Receiver) -> None:
    app = build(settings_for(hooks.url, jwks=str(hooks.issuer.jwks)))
    headers = {"Authorization": f"Bearer {hooks.issuer.sign('developer')}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:
        refused = await client.post("/v1/webhooks", json={"url": receiver.url}, headers=headers)
    await app.state.engine.dispose()
    assert (refused.status_code, refused.json()["code"]) == (409, "webhooks_off")
