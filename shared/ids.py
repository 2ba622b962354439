"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562).

PostgreSQL has `uuidv7()` from 18 only and Python from 3.14 only; we support 16 and 3.11.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from shared import clock


def uuid7() -> UUID:
    """A new identifier: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = int(clock.now().timestamp() * 1000) & ((1 << 48) - 1)
    random = secrets.randbits(74)
    value = (milliseconds << 80) | (0x7 << 76) | ((random >> 62) << 64) | (0b10 << 62)
    return UUID(int=value | (random & ((1 << 62) - 1)))


def uuid7_after(last: UUID) -> UUID:
    """A new identifier that sorts after `last`, also within its millisecond and when the clock went back."""
    made = uuid7()
    return made if made > last else UUID(int=last.int + 1 + secrets.randbits(32))
