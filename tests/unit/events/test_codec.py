"""Events to CloudEvents in Kafka's binary mode and back; what is not ours is told from what is broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.events.asyncapi import example
from shared.events.base import Event
from shared.events.codec import Delivery, HeaderMaker, UndecodableError, Unknown, decode, encode, record_headers
from shared.events.message import Message, Received
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.events.registry import EVENTS, registry

NOON = datetime(2026, 3, 5, 4, 0, 0, 123_456, UTC)


def received(message: Message) -> Received:
    return Received(message.topic, 3, 42, message.key, message.value, message.headers, message.timestamp_ms)


def golden(event: type[Event]) -> Message:
    """The checked-in example as a message."""
    found = example(event)
    headers = tuple((name, text.encode()) for name, text in found["headers"].items())
    body = orjson.dumps(found["body"])
    moment = datetime.fromisoformat(found["headers"]["ce_time"])
    return Message(found["topic"], found["key"].encode(), body, headers, int(moment.timestamp() * 1000))


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_the_golden_example_is_what_is_sent(event: type[Event]) -> None:
    wanted = golden(event)
    delivery = decode(received(wanted))
    assert isinstance(delivery, Delivery)
    assert isinstance(delivery.event, event)
    sent = encode(
        delivery.event,
        event_id=delivery.event_id,
        source=delivery.source,
        key=delivery.key,
        time=delivery.time,
    )
    assert sent == wanted


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_the_reference_implementation_reads_what_is_sent(event: type[Event]) -> None:
    sent = golden(event)
    read = from_binary(
        KafkaMessage(headers=dict(sent.headers), key=sent.key, value=sent.value), JSONFormat(), CloudEvent
    )
    assert read.get_id() == dict(sent.headers)["ce_id"].decode()
    assert read.get_type() == event.TYPE
    assert read.get_specversion() == "1.0"
    assert read.get_datacontenttype() == "application/json"
    assert read.get_data() == orjson.loads(sent.value)


class NotedV1(Event):
    """For these tests."""

    TYPE: ClassVar[str] = "test.noted.v1"
    TITLE: ClassVar[str] = "测试"
    TOPIC: ClassVar[str] = "notes.v1"

    text: str
    more: tuple[Any, ...] = ()


NOTED = registry([NotedV1])


@given(text=st.text(st.characters(exclude_characters="\0", codec="utf-8")), key=st.text(st.characters(codec="utf-8")))
def test_whatever_text_survives(text: str, key: str) -> None:
    sent = encode(NotedV1(text=text), event_id="1", source="/test", key=key, time=NOON, subject="主体")
    delivery = decode(received(sent), NOTED)
    assert isinstance(delivery, Delivery)
    assert (delivery.event.text, delivery.key, delivery.time) == (text, key, NOON)
    assert (delivery.topic, delivery.partition, delivery.offset) == ("notes.v1", 3, 42)
    assert dict(sent.headers)["ce_subject"].decode() == "主体"


def noted(**changes: Any) -> Received:
    plain = received(encode(NotedV1(text="x"), event_id="1", source="/test", key="k", time=NOON))
    return plain._replace(**changes)


def with_header(name: str, value: bytes | None) -> Received:
    kept = [(key, old) for key, old in noted().headers if key != name]
    return noted(headers=tuple(kept + ([(name, value)] if value is not None else [])))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (noted(headers=()), "attribute_missing"),
        *(
            (with_header(name, None), "attribute_missing")
            for name in ("ce_id", "ce_type", "ce_source", "ce_specversion")
        ),
        *((with_header(name, b"\xff"), "attribute_not_utf8") for name in ("ce_id", "ce_type", "ce_source")),
        *((with_header(name, b""), "attribute_invalid") for name in ("ce_id", "ce_type", "ce_source")),
        (with_header("ce_id", b"a\0b"), "attribute_invalid"),
        (with_header("ce_id", b"x" * 201), "attribute_invalid"),
        (with_header("ce_specversion", b"0.3"), "specversion_unknown"),
        (with_header("ce_time", b"yesterday"), "time_invalid"),
        (with_header("ce_time", b"2026-03-05T12:00:00"), "time_invalid"),
        (with_header("ce_time", b"\xff"), "time_invalid"),
        (noted(key=b"\xff"), "key_not_utf8"),
        (noted(value=None), "body_missing"),
        (noted(value=b""), "body_invalid"),
        (noted(value=b"{"), "body_invalid"),
        (noted(value=b"[]"), "body_invalid"),
        (noted(value=b'{"text": 1}'), "body_invalid"),
        (noted(value=b'{"text": "\xff"}'), "body_invalid"),
        (noted(value=rb'{"text": "\ud800"}'), "body_invalid"),
        (noted(value=rb'{"text": "a\u0000b"}'), "body_holds_nul"),
        (noted(value=rb'{"text": "", "more": [{"a\u0000": 1}]}'), "body_holds_nul"),
        (noted(value=b"[" * 100_000), "body_invalid"),
        (noted(value=b'{"text": "\\u0000"'), "body_invalid"),
    ],
)
def test_what_is_broken_is_told_by_a_stable_word(message: Received, reason: str) -> None:
    with pytest.raises(UndecodableError) as told:
        decode(message, NOTED)
    assert told.value.reason == reason


@given(headers=st.dictionaries(st.text(), st.binary()), key=st.none() | st.binary(), value=st.none() | st.binary())
def test_no_bytes_raise_anything_else(headers: dict[str, bytes], key: bytes | None, value: bytes | None) -> None:
    for message in (
        noted(headers=tuple(headers.items()), key=key, value=value),
        noted(key=key, value=value),
    ):
        try:
            decode(message, NOTED)
        except UndecodableError:
            continue


def test_a_backslash_before_u0000_is_not_a_nul() -> None:
    delivery = decode(noted(value=rb'{"text": "\\u0000"}'), NOTED)
    assert isinstance(delivery, Delivery)
    assert delivery.event.text == r"\u0000"


def test_an_event_of_another_type_is_unknown_whatever_its_body() -> None:
    message = with_header("ce_type", b"somebody.elses.v1")._replace(value=b"\xff", key=None)
    assert decode(message, NOTED) == Unknown("somebody.elses.v1", "notes.v1", 3, 42)


def test_an_optional_field_may_be_added_and_left_out() -> None:
    delivery = decode(noted(value=b'{"text": "x", "new_field": 1}'), NOTED)
    assert isinstance(delivery, Delivery)
    assert delivery.event == NotedV1(text="x")


def test_a_number_that_the_database_cannot_hold_is_refused_here() -> None:
    body = example(RecordAcceptedV1)["body"]
    body["meta"]["version"] = 2**63
    with pytest.raises(UndecodableError):
        decode(received(golden(RecordAcceptedV1))._replace(value=orjson.dumps(body)))


def test_times_are_utc_with_a_z() -> None:
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    sent = encode(NotedV1(text="x"), event_id="1", source="/test", key="k", time=shanghai)
    assert dict(sent.headers)["ce_time"] == b"2026-03-05T04:00:00.123456Z"
    assert sent.timestamp_ms == 1_772_683_200_123


def test_without_a_time_the_brokers_counts() -> None:
    delivery = decode(with_header("ce_time", None), NOTED)
    assert isinstance(delivery, Delivery)
    assert delivery.time == NOON.replace(microsecond=123_000)


def test_the_fast_path_makes_the_same_headers() -> None:
    sent = golden(RecordRetractedV1)
    found = dict(sent.headers)
    moment = datetime.fromisoformat(found["ce_time"].decode())
    event_id, source = found["ce_id"].decode(), found["ce_source"].decode()
    assert HeaderMaker(RecordRetractedV1, source=source, time=moment).headers(event_id) == sent.headers
    assert record_headers(event_id, event=RecordRetractedV1, source=source, time=moment) == sent.headers


def test_two_classes_of_one_type_are_a_mistake() -> None:
    class AgainV1(NotedV1):
        pass

    with pytest.raises(ValueError, match=r"test\.noted\.v1"):
        registry([NotedV1, AgainV1])
