"""What ends a stream of lines."""

from __future__ import annotations

from shared.errors import InvalidError


class LineTooLongError(InvalidError):
    """A line is longer than a record can be: most often a whole JSON document was sent as one line."""

    status = 413
    code = "line_too_long"
    title = "一行过长"


class TooManyLinesError(InvalidError):
    """More lines than one submission may hold."""

    status = 413
    code = "too_many_records"
    title = "一次发送的记录过多"
