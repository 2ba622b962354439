"""What verdicts and stored facts rest on beside records, as digests: another digest means another judgement is due.

Rules and parameters change without a record, and a release may define a fact anew; so the digests hold the
live rule versions, the values that touch the banner and, for the stored facts, their definition itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import GROUPS, PARAMETERS
from services.screening.facts.groups import facts_sql
from services.screening.parameters import repository as parameters
from services.screening.parameters.domain import ParameterValue, scope_prefix
from services.screening.rules import repository as rules


class Grounds(NamedTuple):
    """The live rules and the values in force on a day."""

    rules: tuple[tuple[str, int], ...]
    values: Sequence[ParameterValue]

    def basis(self, banner: str) -> str:
        """Digest of the rules, and of all values that touch the banner."""
        return _digest([*self.rules, *self._touching(banner)])

    def facts_basis(self, banner: str) -> str:
        """Digest of the facts' definition, and of their parameters' values that touch the banner."""
        facts = [value for value in self._touching(banner) if value[0] in PARAMETERS]
        return _digest([facts_sql(GROUPS, False), *facts])

    def _touching(self, banner: str) -> list[tuple[str, str, str, int, str]]:
        here = scope_prefix(banner)
        return sorted(
            (value.name, value.division_code, value.valid_from.isoformat(), value.version, str(value.value))
            for value in self.values
            if _overlap(scope_prefix(value.division_code), here)
        )


async def grounds(conn: AsyncConnection, as_of: date, known_at: datetime) -> Grounds:
    """What is in force on `as_of` as known at `known_at`."""
    live = await rules.live(conn, as_of, known_at)
    known = await parameters.known(conn, "", known_at)
    in_force = [v for v in known if v.valid_from <= as_of <= (v.valid_to or date.max)]
    return Grounds(tuple((rule.code, rule.version) for rule in live), in_force)


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _digest(items: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(items)).encode()).hexdigest()[:32]
