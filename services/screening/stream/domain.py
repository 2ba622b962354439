"""Frames of a stream (WHATWG HTML, §9.2 Server-sent events). Pure."""

from __future__ import annotations

from typing import Final, Literal

Why = Literal["token_expired", "stopping", "unavailable", "cursor_expired", "cursor_ahead"]
"""Why a stream ends from our side, when there is time to say so; a slow reader is cut without a word."""

OPENED: Final = b": opened\n\n"


def event(position: int, data: bytes) -> bytes:
    """A change; `data` is JSON of one line."""
    return b"id: %d\ndata: %b\n\n" % (position, data)


def heartbeat(passed: int | None) -> bytes:
    """A comment; with `passed`, the position up to which nothing was wanted, so that a reader need not look again."""
    return b": heartbeat\n\n" if passed is None else b": heartbeat\nid: %d\n\n" % passed


def end(why: str, cursor: int) -> bytes:
    """The last event: why, and behind which position to go on."""
    return b'event: end\nid: %d\ndata: {"reason":"%b","cursor":"%d"}\n\n' % (cursor, why.encode(), cursor)
