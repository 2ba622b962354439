"""Every statement about proposed values."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.parameters.proposals import Proposal, ProposalState
from shared.db import driver

_COLUMNS = (
    "proposal_id, name, division_code, valid_from, valid_to, value, document, state, proposed_by, proposed_at, "
    "decided_by, decided_at, note, version"
)

_ADD = f"""
INSERT INTO parameter_proposal ({_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (name, division_code, valid_from) WHERE state = 'proposed' DO NOTHING
RETURNING {_COLUMNS}
"""

_OPEN = f"""
SELECT {_COLUMNS} FROM parameter_proposal
WHERE name = $1 AND division_code = $2 AND valid_from = $3 AND state = 'proposed'
FOR UPDATE
"""

_REWRITE = f"""
UPDATE parameter_proposal SET valid_to = $2, value = $3, document = $4, proposed_at = $5
WHERE proposal_id = $1
RETURNING {_COLUMNS}
"""

_DECIDE = f"""
UPDATE parameter_proposal SET state = $2, decided_by = $3, decided_at = $4, note = $5, version = $6
WHERE proposal_id = $1
RETURNING {_COLUMNS}
"""

_LISTED = f"""
SELECT {_COLUMNS} FROM parameter_proposal
WHERE ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR state = $2)
ORDER BY proposed_at DESC, proposal_id DESC
LIMIT $3
"""

# Only one proposal of a value is open, and whoever decides it holds its row: nobody counts beside us.
_NEXT_VERSION = """
SELECT coalesce(max(version), 0) + 1 FROM parameter
WHERE name = $1 AND division_code = $2 AND valid_from = $3
"""


async def add(conn: AsyncConnection, proposal: Proposal) -> Proposal | None:
    """Store a new proposal; None when an open one of its name, division and first day is there."""
    row = await (await driver(conn)).fetchrow(_ADD, *(getattr(proposal, name) for name in Proposal.__slots__))
    return None if row is None else Proposal(**dict(row))


async def find_open(conn: AsyncConnection, name: str, division_code: str, valid_from: date) -> Proposal | None:
    """The open proposal of a name, division and first day, locked."""
    return _proposal(await (await driver(conn)).fetchrow(_OPEN, name, division_code, valid_from))


async def rewrite(conn: AsyncConnection, proposal: Proposal) -> Proposal:
    """Replace what an open proposal says."""
    db = await driver(conn)
    args = (proposal.valid_to, proposal.value, proposal.document, proposal.proposed_at)
    return Proposal(**dict(await db.fetchrow(_REWRITE, proposal.proposal_id, *args) or {}))


async def find(conn: AsyncConnection, proposal_id: UUID, *, lock: bool = False) -> Proposal | None:
    """One proposal, locked when it is about to be decided."""
    statement = f"SELECT {_COLUMNS} FROM parameter_proposal WHERE proposal_id = $1{' FOR UPDATE' if lock else ''}"
    return _proposal(await (await driver(conn)).fetchrow(statement, proposal_id))


async def listed(conn: AsyncConnection, name: str | None, state: ProposalState | None, limit: int) -> list[Proposal]:
    """The newest proposals first, of one parameter or all, in one state or any."""
    rows = await (await driver(conn)).fetch(_LISTED, name, state, limit)
    return [Proposal(**dict(row)) for row in rows]


async def decide(conn: AsyncConnection, decided: Proposal) -> Proposal:
    """Store the decision on a proposal."""
    db = await driver(conn)
    args = (decided.state, decided.decided_by, decided.decided_at, decided.note, decided.version)
    return Proposal(**dict(await db.fetchrow(_DECIDE, decided.proposal_id, *args) or {}))


async def next_version(conn: AsyncConnection, proposal: Proposal) -> int:
    """The version that a value of this name, division and first day would be."""
    version: int = await (await driver(conn)).fetchval(
        _NEXT_VERSION, proposal.name, proposal.division_code, proposal.valid_from
    )
    return version


def _proposal(row: Any) -> Proposal | None:
    return None if row is None else Proposal(**dict(row))
