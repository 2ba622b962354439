"""Events to messages and back: CloudEvents 1.0 in Kafka's binary mode.

Attributes travel as headers (`ce_…`, `content-type`), the body is JSON. Decoding never raises anything
but UndecodableError for what a producer did wrong, because that decides between a dead letter and a
stopped worker.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from shared import clock
from shared.events.base import Event
from shared.events.message import Headers, Message, Received
from shared.events.registry import EVENTS, Registry

SPEC_VERSION = b"1.0"
JSON = b"application/json"
MAX_ID_LENGTH = 200
_NUL = b"\\u0000"

_SPEC = ("ce_specversion", SPEC_VERSION)
_CONTENT = ("content-type", JSON)


class UndecodableError(Exception):
    """The message is not an event of ours: `reason` is a stable word, and never quotes the body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Delivery(NamedTuple):
    """An event that came, with where it came from: `(topic, partition, offset)` is its evidence."""

    event: Any
    event_id: str
    type: str
    topic: str
    partition: int
    offset: int
    key: str
    source: str
    time: datetime


class Unknown(NamedTuple):
    """A well-formed CloudEvent of a type that nobody here handles: skipped and counted."""

    type: str
    topic: str
    partition: int
    offset: int


def encode(  # noqa: PLR0913 (the attributes of a CloudEvent)
    event: Event,
    *,
    event_id: str,
    source: str,
    key: str,
    topic: str | None = None,
    subject: str | None = None,
    time: datetime | None = None,
    correlation_id: str | None = None,
    causation_id: str | None = None,
) -> Message:
    """The message of `event`, for its own topic unless `topic` says another. `source` is a URI reference such as
    `/xianjie/screening`; `time` defaults to now."""
    moment = time or clock.now()
    headers = [
        ("ce_id", event_id.encode()),
        ("ce_type", event.TYPE.encode()),
        ("ce_source", source.encode()),
        _SPEC,
        ("ce_time", instant(moment).encode()),
        _CONTENT,
    ]
    optional = (("ce_subject", subject), ("ce_correlationid", correlation_id), ("ce_causationid", causation_id))
    headers += [(name, value.encode()) for name, value in optional if value is not None]
    body = event.model_dump_json().encode()
    return Message(topic or event.topic(), key.encode(), body, tuple(headers), int(moment.timestamp() * 1000))


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class HeaderMaker:
    """The fast path of a producer that has its bodies already: headers for many events of one batch.

    Constants are encoded once; a record then costs one tuple.
    """

    def __init__(self, event: type[Event], *, source: str, time: datetime, correlation_id: str | None = None) -> None:
        fixed: list[tuple[str, bytes]] = [
            ("ce_type", event.TYPE.encode()),
            ("ce_source", source.encode()),
            _SPEC,
            ("ce_time", instant(time).encode()),
            _CONTENT,
        ]
        if correlation_id is not None:
            fixed.append(("ce_correlationid", correlation_id.encode()))
        self._fixed = tuple(fixed)

    def headers(self, event_id: str) -> Headers:
        """The headers of one event."""
        return (("ce_id", event_id.encode()), *self._fixed)


def record_headers(
    event_id: str, *, event: type[Event], source: str, time: datetime, correlation_id: str | None = None
) -> Headers:
    """The headers of one record event; for many of one batch make a `HeaderMaker`."""
    return HeaderMaker(event, source=source, time=time, correlation_id=correlation_id).headers(event_id)


def decode(received: Received, registry: Registry = EVENTS) -> Delivery | Unknown:
    """The event of a message. UndecodableError when its envelope or its body is not ours."""
    headers = dict(received.headers)
    try:
        event_id = headers["ce_id"].decode()
        type_ = headers["ce_type"].decode()
        source = headers["ce_source"].decode()
        spec = headers["ce_specversion"]
    except KeyError:
        raise UndecodableError("attribute_missing") from None
    except UnicodeDecodeError:
        raise UndecodableError("attribute_not_utf8") from None
    if spec != SPEC_VERSION:
        raise UndecodableError("specversion_unknown")
    if not (event_id and type_ and source) or len(event_id) > MAX_ID_LENGTH or "\0" in event_id:
        raise UndecodableError("attribute_invalid")
    cls = registry.get(type_)
    if cls is None:
        return Unknown(type_, received.topic, received.partition, received.offset)
    return Delivery(
        _body(cls, received.value),
        event_id,
        type_,
        received.topic,
        received.partition,
        received.offset,
        _key(received.key),
        source,
        _time(headers.get("ce_time"), received.timestamp_ms),
    )


def _body(cls: type[Event], value: bytes | None) -> Event:
    if value is None:
        raise UndecodableError("body_missing")
    if _NUL in value and _holds_nul(value):
        raise UndecodableError("body_holds_nul")
    try:
        return cls.model_validate_json(value)
    except ValidationError:
        raise UndecodableError("body_invalid") from None


def _holds_nul(value: bytes) -> bool:
    # PostgreSQL's text refuses NUL: one such letter must not stop the worker again and again.
    # The bytes may be an escaped backslash before "u0000", so only the parsed text decides.
    try:
        parsed = orjson.loads(value)
    except orjson.JSONDecodeError:
        raise UndecodableError("body_invalid") from None
    return "\0" in _texts(parsed)


def _texts(node: Any) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, dict):
        return "".join(_texts(k) + _texts(v) for k, v in node.items())
    if isinstance(node, list):
        return "".join(map(_texts, node))
    return ""


def _key(key: bytes | None) -> str:
    try:
        return (key or b"").decode()
    except UnicodeDecodeError:
        raise UndecodableError("key_not_utf8") from None


def _time(text: bytes | None, timestamp_ms: int) -> datetime:
    if text is None:  # optional in CloudEvents
        return datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    try:
        moment = datetime.fromisoformat(text.decode())
    except ValueError:
        raise UndecodableError("time_invalid") from None
    if moment.tzinfo is None:
        raise UndecodableError("time_invalid")
    return moment
