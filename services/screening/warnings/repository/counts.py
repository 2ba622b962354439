"""How many warnings there are by village, state, severity and rule, kept in the transaction that changes them.

Nothing is ever deleted from `warning`; counting it takes longer every year, adding up villages does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings.domain import HouseholdWarning
from shared.db import driver

_ADD = """
INSERT INTO warning_count AS c (division_code, state, severity, rule_code, warnings)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
ON CONFLICT (division_code, state, severity, rule_code) DO UPDATE SET warnings = c.warnings + EXCLUDED.warnings
"""
_FILL = """
INSERT INTO warning_count (division_code, state, severity, rule_code, warnings)
SELECT division_code, state, severity, rule_code, count(*) FROM warning GROUP BY 1, 2, 3, 4
"""


class Cell(NamedTuple):
    """What warnings are counted by."""

    division_code: str
    state: str
    severity: str
    rule_code: str

    @classmethod
    def of(cls, warning: HouseholdWarning) -> Cell:
        """Where a warning is counted."""
        return cls(warning.division_code, warning.state, warning.severity, warning.rule_code)


async def recount(conn: AsyncConnection, former: Iterable[Cell], now: Iterable[Cell]) -> None:
    """Move warnings from the cells they were in to those they are in; cells are locked in one order."""
    moved = Counter(now)
    moved.subtract(Counter(former))
    changed = sorted((*cell, by) for cell, by in moved.items() if by)
    if changed:
        await (await driver(conn)).execute(_ADD, *map(list, zip(*changed, strict=True)))


async def count_again(conn: AsyncConnection) -> None:
    """Count all warnings, with nobody else writing."""
    raw = await driver(conn)
    await raw.execute("TRUNCATE warning_count")
    await raw.execute(_FILL)
