"""What an upload is and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

State = Literal["waiting", "reading", "complete", "refused"]
"""`refused`: the file as a whole cannot be read, or not all of it passes where all or nothing was asked for."""
Piece = Literal["content", "errors"]
"""The file as it was sent, and the error workbook."""

CHUNK_BYTES = 1 << 20
KEPT = timedelta(days=90)
"""How long the file and its error workbook are kept, as refused records are; the receipt stays."""
PART_ROWS = 1_000
STRICT_ROWS = 5_000
ATTEMPTS = 3
"""A file whose reading ended the worker so often without storing a part is given up: it must not stop the others."""
LEASE = timedelta(seconds=60)
"""A worker that says nothing for so long has lost the file to another."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be treated: all or nothing, only tried, and the period that it is part of."""

    strict: bool
    dry_run: bool
    delivery: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """One file. `done` records of it are stored (or tried, in a dry run); `rows` is known once it is opened; `counts`
    by outcome once it is complete; `problem` says why it was refused."""

    upload_id: UUID
    feed: int
    caller: str
    name: str
    sha256: bytes
    size: int
    strict: bool
    dry_run: bool
    delivery: str | None
    state: State
    received_at: datetime
    rows: int | None
    done: int
    submission_id: UUID | None
    ended_at: datetime | None
    counts: Mapping[str, int] | None
    problem: Mapping[str, Any] | None
    workbook: bool


def associated(upload_id: UUID, piece: Piece, number: int) -> str:
    """What a sealed chunk is bound to."""
    return f"{upload_id}.{piece}.{number}"
