"""What integrators are told: schemas, examples, topics and the AsyncAPI document hold together."""

from __future__ import annotations

import base64
import json
import re

import jsonschema_rs
import orjson
import pytest

from shared.events import schemas
from shared.events.asyncapi import EXAMPLES, asyncapi, example
from shared.events.base import Event
from shared.events.registry import EVENTS
from shared.events.topics import BY_NAME, FEED_TOPICS, TOPICS, names
from shared.feeds import catalogue
from shared.feeds.catalogue import DEPARTMENTS
from shared.feeds.domain import Feed, Prepared
from shared.feeds.prepare import Preparer
from shared.privacy import PersonKeys, Sealer

SERVICES = ["ingest", "screening", "indicators", "assets"]


def test_the_checked_in_schemas_are_those_of_the_classes() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in schemas.FOLDER.glob("*.json")}
    assert files == dict(schemas.generated()), "run `make schemas`"


def test_every_event_has_a_golden_example_and_nothing_else_has() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_an_example_fits_its_schema_and_its_topic(event: type[Event]) -> None:
    golden = example(event)
    jsonschema_rs.validate(schemas.event_schema(event), golden["body"])
    assert golden["headers"]["ce_type"] == event.TYPE
    assert event in BY_NAME[golden["topic"]].events


@pytest.mark.parametrize("feed", catalogue.FEEDS.values(), ids=lambda feed: feed.name)
def test_what_ingest_puts_on_the_bus_fits_the_data_schema(feed: Feed) -> None:
    secret = "k1:" + base64.b64encode(b"x" * 32).decode()
    preparer = Preparer(PersonKeys.from_spec(secret), Sealer.from_spec(secret))
    for prepared in preparer.records(feed, [dict(one) for one in feed.examples]):
        assert isinstance(prepared, Prepared)
        data = orjson.loads(prepared.data_json)
        jsonschema_rs.validate(schemas.data_schema(feed), data)
        told = json.dumps(schemas.data_schema(feed))
        assert not {name for name in ("id_number", "retract_reason") if f'"{name}"' in told}


def test_the_golden_records_fit_the_data_schema() -> None:
    golden = example(EVENTS["xianjie.record.accepted.v1"])["body"]
    feed = catalogue.get(golden["meta"]["department"], golden["meta"]["kind"])
    jsonschema_rs.validate(schemas.data_schema(feed), golden["data"])


def test_topics_are_those_of_the_feeds_and_of_the_events() -> None:
    assert {feed.topic for feed in catalogue.FEEDS.values()} == set(FEED_TOPICS)
    assert {BY_NAME[name].title for name in FEED_TOPICS} == {f"部门数据：{title}" for title in DEPARTMENTS.values()}
    assert {event for topic in TOPICS for event in topic.events} == set(EVENTS.values())
    assert len(names()) == len(set(names())) == 2 * len(TOPICS)
    assert names(dead=False) == [name for name in names() if not name.endswith(".dead")]


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_a_type_says_what_happened_and_its_version(event: type[Event]) -> None:
    version = re.fullmatch(r"xianjie\.[a-z]+\.[a-z]+\.v(\d+)", event.TYPE)
    assert version is not None
    assert event.__name__.endswith(f"V{version[1]}")


@pytest.mark.parametrize("service", SERVICES)
def test_the_asyncapi_document_is_whole(service: str) -> None:
    document = asyncapi(service)
    for reference in re.findall(r'"\$ref": "(#[^"]*)"', json.dumps(document)):
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    sent = {topic.name for topic in TOPICS if topic.producer == service}
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
        assert (operation["action"] == "send") == (channel["address"] in sent)
        assert len(operation["messages"]) == len(channel["messages"])
    for message in document["components"]["messages"].values():
        for golden in message["examples"]:
            jsonschema_rs.validate(message["payload"]["schema"], golden["payload"])
            jsonschema_rs.validate(document["components"]["schemas"]["CloudEventHeaders"], golden["headers"])


def test_a_service_shows_what_it_sends_and_what_it_takes() -> None:
    assert set(asyncapi("screening")["channels"]) >= {"screening_warnings_v1", "feeds_medical_insurance_v1"}
    assert "feeds_health_v1" not in asyncapi("assets")["channels"]
    assert "data_medical_insurance_settlement" in asyncapi("ingest")["components"]["schemas"]
