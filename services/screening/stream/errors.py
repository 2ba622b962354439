"""Refusals of this room."""

from __future__ import annotations

from shared.http.errors import TooBusyError


class TooManyStreamsError(TooBusyError):
    """As many streams as one process holds are open; the change feed answers all the same."""

    code = "too_many_streams"
    title = "推送连接过多"
