"""Warnings and what they stand on, as they are asked for: by filter, by id, by household."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings.domain import SEVERITIES, HouseholdWarning, Pair, Standing, State
from services.screening.warnings.evidence import Evidence
from services.screening.warnings.repository.rows import SELECTED, warning_of
from shared.db import driver

_FILTER = """
FROM warning w
WHERE w.division_code LIKE $1 AND ($2::text IS NULL OR w.household_no = $2)
    AND ($3::text[] IS NULL OR w.rule_code = ANY($3)) AND ($4::text[] IS NULL OR w.state = ANY($4))
    AND ($5::text[] IS NULL OR w.severity = ANY($5))
"""
_PAGE = f"SELECT {SELECTED} {_FILTER} AND ($6::uuid IS NULL OR w.warning_id < $6) ORDER BY w.warning_id DESC LIMIT $7"
_TOTALS_OF_HOUSEHOLD = f"SELECT w.severity, w.state, count(*) AS warnings {_FILTER} GROUP BY w.severity, w.state"
_TOTALS = """
SELECT c.severity, c.state, sum(c.warnings) AS warnings
FROM warning_count c
WHERE c.division_code LIKE $1 AND ($2::text[] IS NULL OR c.rule_code = ANY($2))
    AND ($3::text[] IS NULL OR c.state = ANY($3)) AND ($4::text[] IS NULL OR c.severity = ANY($4))
GROUP BY c.severity, c.state
"""
_ONE = f"SELECT {SELECTED} FROM warning w WHERE w.warning_id = $1 AND w.division_code LIKE $2"
_MANY = f"SELECT {SELECTED} FROM warning w WHERE w.warning_id = ANY($1) AND w.division_code LIKE $2"
_ACTIVE_OF = f"""
SELECT {SELECTED} FROM warning w
WHERE w.household_no = ANY($1) AND w.state IN ('open', 'verifying', 'confirmed') AND w.division_code LIKE $2
"""
_OF_PAIR = f"""
SELECT {SELECTED} FROM warning w
WHERE w.household_no = $1 AND w.rule_code = $2 AND w.division_code LIKE $3 ORDER BY w.warning_id DESC LIMIT $4
"""
_UNVERIFIED_OF = f"""
SELECT {SELECTED}, r.title
FROM warning w JOIN rule_version r ON r.code = w.rule_code AND r.version = w.rule_version
WHERE w.household_no = ANY($1) AND w.state IN ('open', 'verifying')
"""
_ONE_EVIDENCE = """
SELECT e.evidence::text FROM warning_evidence e JOIN warning w ON w.warning_id = e.warning_id
WHERE w.warning_id = $1 AND w.division_code LIKE $2
"""
_EVIDENCE_OF = "SELECT warning_id, evidence::text FROM warning_evidence WHERE warning_id = ANY($1)"
_ALL = f"""
SELECT {SELECTED}, e.evidence::text
FROM warning w JOIN warning_evidence e ON e.warning_id = w.warning_id
WHERE $1 OR (w.state <> 'superseded' AND NOT w.eased)
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which warnings: divisions by the prefix of their code (empty: all); None: any."""

    division_prefix: str
    household_no: str | None = None
    rules: Sequence[str] | None = None
    states: Sequence[str] | None = None
    severities: Sequence[str] | None = None

    def arguments(self) -> tuple[object, ...]:
        """In the order of the statement's first five parameters."""
        return f"{self.division_prefix}%", self.household_no, self.rules, self.states, self.severities


async def page(conn: AsyncConnection, wanted: Filter, after: UUID | None, limit: int) -> list[HouseholdWarning]:
    """The newest warnings that are older than `after` (ids are in time order)."""
    rows = await (await driver(conn)).fetch(_PAGE, *wanted.arguments(), after, limit)
    return [warning_of(row) for row in rows]


async def totals(conn: AsyncConnection, wanted: Filter) -> tuple[dict[str, int], dict[str, int]]:
    """How many warnings there are of each severity and in each state, zero included."""
    severities, states = dict.fromkeys(SEVERITIES, 0), dict.fromkeys(get_args(State), 0)
    prefix, household_no, *rest = wanted.arguments()
    sql, arguments = (_TOTALS, (prefix, *rest)) if household_no is None else (_TOTALS_OF_HOUSEHOLD, wanted.arguments())
    for row in await (await driver(conn)).fetch(sql, *arguments):
        severities[row["severity"]] += row["warnings"]
        states[row["state"]] += row["warnings"]
    return severities, states


async def get(conn: AsyncConnection, warning_id: UUID, division_prefix: str) -> HouseholdWarning | None:
    """One warning, if it is within the divisions."""
    row = await (await driver(conn)).fetchrow(_ONE, warning_id, f"{division_prefix}%")
    return None if row is None else warning_of(row)


async def get_many(conn: AsyncConnection, ids: Sequence[UUID], division_prefix: str) -> dict[UUID, HouseholdWarning]:
    """Those of the warnings that are within the divisions."""
    rows = await (await driver(conn)).fetch(_MANY, ids, f"{division_prefix}%")
    return {row["warning_id"]: warning_of(row) for row in rows}


async def active_of(conn: AsyncConnection, households: Sequence[str], division_prefix: str) -> list[HouseholdWarning]:
    """The active warnings of these households that are within the divisions."""
    rows = await (await driver(conn)).fetch(_ACTIVE_OF, households, f"{division_prefix}%")
    return [warning_of(row) for row in rows]


async def of_pair(conn: AsyncConnection, pair: Pair, division_prefix: str, limit: int) -> list[HouseholdWarning]:
    """The newest warnings of one household and rule, in whatever state, within the divisions."""
    return [warning_of(row) for row in await (await driver(conn)).fetch(_OF_PAIR, *pair, f"{division_prefix}%", limit)]


async def unverified_of(conn: AsyncConnection, households: Sequence[str]) -> list[tuple[HouseholdWarning, str]]:
    """The warnings of these households that nobody has verified, each with its rule's title."""
    rows = await (await driver(conn)).fetch(_UNVERIFIED_OF, households)
    return [(warning_of(row), row["title"]) for row in rows]


async def evidence_of(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Evidence]:
    """What each of these warnings stands on."""
    rows = await (await driver(conn)).fetch(_EVIDENCE_OF, ids)
    return {row["warning_id"]: orjson.loads(row["evidence"]) for row in rows}


async def evidence(conn: AsyncConnection, warning_id: UUID, division_prefix: str) -> Evidence | None:
    """What one warning stands on, if it is within the divisions."""
    text = await (await driver(conn)).fetchval(_ONE_EVIDENCE, warning_id, f"{division_prefix}%")
    return None if text is None else orjson.loads(text)


async def everything(conn: AsyncConnection, *, history: bool) -> list[Standing]:
    """All warnings with evidence; without `history` those that neither eased nor were superseded."""
    rows = await (await driver(conn)).fetch(_ALL, history)
    return [Standing(warning_of(row), orjson.loads(row["evidence"])) for row in rows]
