"""Dead letters: messages that do not parse, kept byte for byte on `<topic>.dead` with the reason."""

from __future__ import annotations

from hashlib import sha256

from shared.events.message import Message, Received
from shared.events.topics import DEAD_SUFFIX

DEAD_TYPE = "dead"
_PREFIX = "dead_"
MAX_DEAD_BYTES = 2_000_000
"""`max.message.bytes` of dead-letter topics: what the broker let in once, plus our headers, fits."""


def dead_letter(received: Received, reason: str, *, group: str) -> Message:
    """`received` as a dead letter of consumer group `group`: its own bytes and headers, and where it stood.

    Its id is the same each time the same bytes fail at the same place, so a redelivery adds nothing.
    """
    content = sha256(repr((received.key, received.value, received.headers)).encode()).hexdigest()[:16]
    place = f"{received.topic}.{received.partition}.{received.offset}"
    own = {
        "id": f"{_PREFIX}{group}.{place}.{content}",
        "topic": received.topic,
        "partition": str(received.partition),
        "offset": str(received.offset),
        "reason": reason,
        "group": group,
    }
    headers = (*received.headers, *((_PREFIX + name, text.encode()) for name, text in own.items()))
    topic = received.topic + DEAD_SUFFIX
    return Message(topic, received.key or b"", received.value or b"", headers, max(received.timestamp_ms, 0))


def is_dead(message: Message) -> bool:
    """Whether it goes to a dead-letter topic."""
    return message.topic.endswith(DEAD_SUFFIX)


def message_id(message: Message) -> tuple[str, str]:
    """(event id, type) of a message: together they name it, since an old and a new version of one event share
    the first. A dead letter has an id of its own. KeyError when it is no CloudEvent."""
    headers = dict(message.headers)
    if is_dead(message):
        return headers[_PREFIX + "id"].decode(), DEAD_TYPE
    return headers["ce_id"].decode(), headers["ce_type"].decode()


def id_of(received: Received) -> str | None:
    """The id under which `message_id` knows a message that was read; None when it has none."""
    name = _PREFIX + "id" if received.topic.endswith(DEAD_SUFFIX) else "ce_id"
    found = dict(received.headers).get(name)
    return None if found is None else found.decode(errors="replace")
