"""Frames of a stream, read back by the rules of the standard (WHATWG HTML §9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass

from services.screening.stream import domain


@dataclass(frozen=True)
class Dispatched:
    """What a browser's EventSource would hand over."""

    name: str
    data: str
    last_event_id: str


def interpret(stream: bytes) -> tuple[list[Dispatched], str]:
    """The events that a reader is handed, and the id that it would reconnect with."""
    events: list[Dispatched] = []
    data: list[str] = []
    name = last = ""
    for line in stream.decode().split("\n"):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                events.append(Dispatched(name or "message", "\n".join(data), last))
            name, data = "", []
        elif field == "id":
            last = value
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return events, last


def test_a_change_is_a_message_with_its_position_as_id() -> None:
    text = '{"reason":"户迁移"}'
    events, last = interpret(domain.OPENED + domain.event(7, text.encode()) + domain.event(9, b"{}"))
    assert events == [Dispatched("message", text, "7"), Dispatched("message", "{}", "9")]
    assert last == "9"


def test_a_heartbeat_is_no_event_but_moves_the_id_past_what_was_not_wanted() -> None:
    assert interpret(domain.event(7, b"{}") + domain.heartbeat(None))[1] == "7"
    events, last = interpret(domain.event(7, b"{}") + domain.heartbeat(12))
    assert ([event.last_event_id for event in events], last) == (["7"], "12")


def test_the_end_says_why_and_where_to_go_on() -> None:
    events, last = interpret(domain.heartbeat(3) + domain.end("stopping", 5))
    assert events == [Dispatched("end", '{"reason":"stopping","cursor":"5"}', "5")]
    assert last == "5"
