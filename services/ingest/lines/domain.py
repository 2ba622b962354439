"""Cut a stream of bytes into parts at line ends, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

PART_LINES = 1_000
PART_BYTES = 2 * 1024 * 1024
"""A part ends at whichever comes first."""
LINE_BYTES = 1024 * 1024
MAX_LINES = 200_000


class Hash(Protocol):
    """A running digest, as hashlib makes them."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class OverlongError(Exception):
    """The line at this position among those that are not blank is longer than LINE_BYTES."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that are not blank, in order; `end` bytes of the body are taken with them, and `sha256` is of those; the
    body ends with the `last` one."""

    lines: list[bytes]
    end: int
    sha256: bytes
    last: bool = False


class Cutter:
    """Give it the body's chunks; it gives back each part once it is whole, and at the end the rest.

    `hashed` is a hash that has seen the first `start` bytes of the body, when a stream goes on there; `position` the
    number of lines before.
    """

    def __init__(self, hashed: Hash | None = None, start: int = 0, position: int = 0) -> None:
        self._hash: Hash = hashed or hashlib.sha256()
        self._end = start
        self._position = position
        self._buffer = bytearray()
        self._newlines = 0

    def push(self, chunk: bytes) -> Iterator[Piece]:
        """The parts that `chunk` completes, nearly always none or one: take them all. OverlongError behind them."""
        self._buffer += chunk
        self._newlines += chunk.count(b"\n")
        while self._newlines >= PART_LINES or (self._newlines and len(self._buffer) >= PART_BYTES):
            yield self._cut(min(self._newlines, PART_LINES))
        if not self._newlines and len(self._buffer) > LINE_BYTES:
            raise OverlongError(self._position)

    def rest(self) -> Piece:
        """What stands behind the last whole part, when the body has ended. OverlongError."""
        if self._buffer and not self._buffer.endswith(b"\n"):
            self._buffer += b"\n"
            return replace(self._cut(self._newlines + 1, added=1), last=True)
        return replace(self._cut(self._newlines), last=True)

    def _cut(self, newlines: int, added: int = 0) -> Piece:
        """The first lines of the buffer; `added` bytes of them are ours."""
        *lines, behind = self._buffer.split(b"\n", newlines)
        taken = len(self._buffer) - len(behind) - added
        self._hash.update(memoryview(self._buffer)[:taken].tobytes())
        self._end += taken
        self._buffer = behind
        self._newlines -= newlines - added
        kept = [bytes(line) for line in lines if line and not line.isspace()]
        for number, line in enumerate(kept):
            if len(line) > LINE_BYTES:
                raise OverlongError(self._position + number)
        self._position += len(kept)
        return Piece(kept, self._end, self._hash.digest())
