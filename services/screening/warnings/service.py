"""Use cases: bring the warnings of some households to what the rules say now; show warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.facts.service import FactRow, Renewed
from services.screening.register.service import Touched
from services.screening.warnings import assembly, repository, verdicts
from services.screening.warnings.domain import (
    Decision,
    Finding,
    Hit,
    HouseholdWarning,
    Moment,
    Pair,
    Standing,
    cause_of,
    decide,
    numbered,
)
from services.screening.warnings.errors import WarningNotFoundError
from services.screening.warnings.events import change_message
from services.screening.warnings.evidence import Evidence, Record
from services.screening.warnings.repository import ChangeRow, Filter
from services.screening.warnings.verdicts import Verdicts
from shared import clock, ids, metrics
from shared.codes import divisions
from shared.http.etags import etag
from shared.http.permissions import within
from shared.messaging import outbox

__all__ = [
    "Filter",
    "Reconciled",
    "WarningPage",
    "findings",
    "narrowed",
    "reconcile",
    "store",
    "tag",
    "warning",
    "warnings",
    "why",
]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the rules say of the households (None: nobody was asked about), and what became of their warnings."""

    found: Verdicts | None
    decisions: list[Decision]


async def reconcile(
    conn: AsyncConnection,
    touched: Touched,
    as_of: date,
    known_at: datetime,
    *,
    run_id: UUID | None = None,
    renewed: Renewed | None = None,
) -> Reconciled:
    """Raise, update, ease and supersede warnings of these households; the caller holds their locks.

    The stored facts rows must be of (as_of, known_at). A fixed number of statements, however many
    households; the changes go into the outbox in the same transaction. Doing it again with nothing
    new changes nothing. What it raises carries `run_id`. Once a transaction: see `store`. `renewed` is all
    that has changed since it was done last; None when rules, parameters or silence may have changed too.
    """
    if not touched.households:
        return Reconciled(None, [])
    found = await verdicts.of(conn, facts.stored(touched.households, known_at), as_of, known_at)
    active = await repository.active(conn, touched.households)
    pairs = [
        pair
        for pair in sorted(found.hits | {pair for pair in active if pair[1] in found.rules})
        if renewed is None or _concerned(pair, found, active.get(pair), renewed)
    ]
    if not pairs:
        return Reconciled(found, [])
    standing = await repository.standing(conn, [active[pair] for pair in pairs if pair in active])
    rows = await facts.rows(conn, facts.stored(sorted({household for household, _ in pairs}), known_at))
    judged = await findings(conn, pairs, found, standing, rows, touched, as_of, known_at)
    mutes = await repository.muting(conn, [f.pair for f in judged if f.hit and f.pair not in standing])
    moment = Moment(clock.now(), as_of, ids.uuid7, run_id)
    decided = [decide(f, standing.get(f.pair), mutes.get(f.pair), moment) for f in judged]
    decisions = [decision for decision in decided if decision is not None]
    await store(conn, decisions)
    return Reconciled(found, decisions)


def _concerned(pair: Pair, found: Verdicts, active: HouseholdWarning | None, renewed: Renewed) -> bool:
    """Whether anything is to be decided: a fact of the rule was computed again, or the warning is not as the verdict
    says. All else was decided when it came."""
    stands_as_judged = active is not None and active.eased is not (pair in found.hits)
    return not stands_as_judged or renewed.has(pair[0], found.rules[pair[1]].evidence)


async def findings(
    conn: AsyncConnection,
    pairs: Sequence[Pair],
    found: Verdicts,
    standing: Mapping[Pair, Standing],
    rows: Mapping[str, FactRow],
    touched: Touched,
    as_of: date,
    known_at: datetime,
) -> list[Finding]:
    """What is to be decided on each pair: all that `decide` asks, by set-based questions."""
    hits = [pair for pair in pairs if pair in found.hits]
    evidence = await assembly.evidence(conn, hits, found.rules, rows, standing, as_of, known_at)
    not_hit = [standing[pair].warning for pair in pairs if pair in standing and pair not in found.hits]
    moved = {w.pair for w in not_hit if w.household_no in rows and _moved(w, rows[w.household_no])}
    at_raise = await verdicts.at_raise(conn, not_hit, moved, found, as_of, known_at)
    new = [pair for pair in hits if pair not in standing]
    snoozed = await repository.snoozes(conn, new, clock.today()) if new else {}
    causes = {household: [assembly.record(ref) for ref in refs] for household, refs in touched.causes.items()}
    return [
        Finding(
            pair=pair,
            verdict=found.of(pair),
            division_code=rows[pair[0]].division_code if pair[0] in rows else None,
            hit=_hit(found, pair, evidence, rows),
            at_raise=at_raise.get(pair),
            cause=_cause(found, pair, causes),
            snoozed_until=snoozed.get(pair),
        )
        for pair in pairs
    ]


def _moved(warning: HouseholdWarning, row: FactRow) -> bool:
    """Whether another banner's feeds speak for the household now."""
    return divisions.banner_of(warning.division_code) != divisions.banner_of(row.division_code)


def _hit(found: Verdicts, pair: Pair, evidence: Mapping[Pair, Evidence], rows: Mapping[str, FactRow]) -> Hit | None:
    if pair not in evidence:
        return None
    rule = found.rules[pair[1]]
    return Hit(rule.version, rule.risk_of(rows[pair[0]].values), rule.severity, evidence[pair])


def _cause(found: Verdicts, pair: Pair, causes: Mapping[str, list[Record]]) -> Record | None:
    return cause_of(causes.get(pair[0], []), assembly.feeds_of(found.rules[pair[1]]))


async def store(conn: AsyncConnection, decisions: Sequence[Decision]) -> None:
    """Write the warnings, their evidence, the changes, the messages that tell of them, and the worklist.

    The caller holds the households' locks. Once a transaction, and last: the counts of villages are
    locked in one order, which two rounds would not keep.
    """
    raised = [d for d in decisions if d.type == "raised"]
    changed = [d for d in decisions if d.type in ("updated", "closed", "superseded")]
    renewed = [d for d in decisions if d.evidence is not None and d.type != "raised"]
    if raised:
        await repository.insert(conn, raised)
    former = await repository.update(conn, changed) if changed else []
    if renewed:
        await repository.renew_evidence(conn, renewed)
    if not raised and not changed:
        return
    households = sorted({d.warning.household_no for d in (*raised, *changed)})
    last = await repository.last_seq(conn, households)
    changes = [ChangeRow(str(ids.uuid7()), seq, decision) for seq, decision in numbered(decisions, last)]
    await repository.add_changes(conn, changes)
    await outbox.add(conn, [change_message(change) for change in changes])
    await repository.renew_clues(conn, households)
    await repository.recount(conn, former, [repository.Cell.of(d.warning) for d in (*raised, *changed)])
    for decision in (*raised, *changed):
        metrics.WARNING_CHANGES.labels(decision.type, decision.warning.rule_code).inc()


@dataclass(frozen=True, slots=True)
class WarningPage:
    """Some warnings, where to go on, and how many there are by severity and by state under the same filter."""

    items: list[HouseholdWarning]
    next: UUID | None
    totals: dict[str, int]
    states: dict[str, int]


def narrowed(scope: str, division: str | None) -> str:
    """The prefix of division codes to look at: the caller's own, or that of `division` (12, 9 or 6
    digits) inside it. DivisionNotFoundError when it does not exist or lies outside."""
    return scope if division is None else divisions.prefix(within(scope, division))


async def warnings(conn: AsyncConnection, wanted: Filter, after: UUID | None, limit: int) -> WarningPage:
    """A page, newest first, with the totals of the whole filter."""
    found = await repository.page(conn, wanted, after, limit + 1)
    items = found[:limit]
    severities, states = await repository.totals(conn, wanted)
    return WarningPage(items, items[-1].warning_id if len(found) > limit else None, severities, states)


async def warning(conn: AsyncConnection, warning_id: UUID, scope: str) -> HouseholdWarning:
    """One warning; WarningNotFoundError when there is none within `scope` (a division prefix)."""
    found = await repository.get(conn, warning_id, scope)
    if found is None:
        raise WarningNotFoundError("没有这件预警，或不在您的管辖范围内。")
    return found


def tag(warning: HouseholdWarning) -> str:
    """The ETag of a warning as it is."""
    return etag(str(warning.warning_id), warning.updated_at.isoformat())


async def why(conn: AsyncConnection, warning_id: UUID, scope: str) -> Evidence:
    """What the warning stands on, as stored; WarningNotFoundError as above."""
    found = await repository.evidence(conn, warning_id, scope)
    if found is None:
        raise WarningNotFoundError("没有这件预警，或不在您的管辖范围内。")
    return found
