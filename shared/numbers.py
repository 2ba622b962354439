"""Decimals as people and programs read them: `20000`, never `2E+4`, which a database driver makes of round numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer


def plain(number: Decimal) -> str:
    """All its digits, without an exponent."""
    return format(number, "f")


Plain = Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]
"""A Decimal of a schema or an event that is written with all its digits."""
