"""W3C Trace Context: a caller's `traceparent` is taken, else one is made; it is on every log line
of the request, in every problem, on the answer, and `trace_id()` is what events correlate by."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

_SHAPE = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NO_TRACE = b"0" * 32
_NO_SPAN = b"0" * 16


@dataclass(frozen=True, slots=True)
class Trace:
    """One request's place in a trace. `parent` is the header to send onwards."""

    trace_id: str
    parent: str


_current: ContextVar[Trace | None] = ContextVar("xianjie_trace", default=None)


def begin(header: bytes | None) -> Trace:
    """Enter the trace that `header` names (a malformed one is ignored, as the standard asks)."""
    found = _SHAPE.fullmatch(header) if header is not None else None
    fresh = secrets.token_hex(24)
    if found is not None and found[1] != _NO_TRACE and found[2] != _NO_SPAN:
        trace_id, flags = found[1].decode(), found[3].decode()
    else:
        trace_id, flags = fresh[16:], "00"
    trace = Trace(trace_id, f"00-{trace_id}-{fresh[:16]}-{flags}")
    _current.set(trace)
    return trace


def trace_id() -> str | None:
    """The trace of the request that is being answered; None outside a request."""
    trace = _current.get()
    return trace.trace_id if trace is not None else None


def traceparent() -> str | None:
    """The `traceparent` to pass on; None outside a request."""
    trace = _current.get()
    return trace.parent if trace is not None else None
