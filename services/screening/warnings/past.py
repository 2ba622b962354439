"""Raise as of a day that is past: what was hit then, by what is known now, and has no warning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.repository import Relation
from services.screening.facts.service import FactRow
from services.screening.register.service import Touched
from services.screening.warnings import repository, verdicts
from services.screening.warnings.domain import Moment, decide
from services.screening.warnings.service import Reconciled, findings, store
from shared import clock, ids


async def raise_as_of(
    conn: AsyncConnection,
    households: Sequence[str],
    relation: Relation,
    rows: Mapping[str, FactRow],
    as_of: date,
    known_at: datetime,
    run_id: UUID,
) -> Reconciled:
    """Raise what the rules in force on `as_of` hit over `relation` (facts of that day, `rows` the same) and what
    neither stands nor is muted, for those of `households`; the caller holds their locks. Nothing else changes:
    what became of it since is for `reconcile` of today to say. Once a transaction, as `store`.
    """
    wanted = set(households)
    found = await verdicts.of(conn, relation, as_of, known_at)
    active = await repository.active(conn, list(households))
    new = sorted(pair for pair in found.hits if pair[0] in wanted and pair not in active)
    judged = await findings(conn, new, found, {}, rows, Touched([], set(), {}), as_of, known_at) if new else []
    mutes = await repository.muting(conn, new)
    moment = Moment(clock.now(), as_of, ids.uuid7, run_id)
    decided = [decide(finding, None, mutes.get(finding.pair), moment) for finding in judged]
    decisions = [decision for decision in decided if decision is not None]
    await store(conn, decisions)
    return Reconciled(found, decisions)
