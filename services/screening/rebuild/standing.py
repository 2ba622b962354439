"""Warnings beside the facts that were made again: what was lost is restored as it was told, what is judged otherwise
is counted, and nothing is told again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.rebuild import repository
from services.screening.rebuild.domain import Outcome, Restored
from services.screening.rebuild.repository import Bare
from services.screening.register.service import Touched
from services.screening.warnings import assembly, verdicts
from services.screening.warnings import repository as warnings_repository
from services.screening.warnings import service as warnings
from services.screening.warnings.domain import ACTIVE, Decision, Finding, HouseholdWarning, Moment, Pair, decide
from shared import clock, ids

AT_ONCE = 2_000

Lacking = dict[Pair, HouseholdWarning]
"""Active warnings that were restored without what they stand on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of some households now, and what would become of their warnings."""

    findings: Sequence[Finding]
    decisions: Sequence[Decision]


async def mend(conn: AsyncConnection, outcome: Outcome, today: date, known_at: datetime) -> None:
    """Restore and compare all warnings; the caller holds everybody. `outcome` tells what there was."""
    await repository.told(conn)
    outcome.restored = Restored(
        warnings=await repository.add_warnings(conn),
        corrected=await repository.correct(conn),
        changes=await repository.add_changes(conn),
    )
    bare = await repository.unexplained(conn)
    lacking = {one.warning.pair: one.warning for one in bare if one.warning.state in ACTIVE}
    explained = await _through(conn, outcome, lacking, today, known_at)
    await _explain_by_day(conn, [one for one in bare if one.warning.warning_id not in explained])
    await _name_superseding(conn, bare)
    if outcome.undecided:
        await repository.forget_swept(conn)
    await repository.remember_worklist(conn)
    await warnings_repository.rederive_clues(conn)
    outcome.differences += await repository.worklist_differences(conn)


async def _through(
    conn: AsyncConnection, outcome: Outcome, lacking: Lacking, today: date, known_at: datetime
) -> set[object]:
    """Page by page over everybody; the ids of restored warnings that have their evidence now."""
    undecided: Counter[str] = Counter()
    explained: set[object] = set()
    after = ""
    while page := await repository.households_after(conn, after, AT_ONCE):
        after = page[-1]
        judged = await _judged(conn, page, today, known_at)
        hits = {f.pair: f.hit.evidence for f in judged.findings if f.hit is not None and f.pair in lacking}
        if hits:
            await repository.add_evidence(conn, [(lacking[pair].warning_id, found) for pair, found in hits.items()])
            explained |= {lacking[pair].warning_id for pair in hits}
        renewed = [d for d in judged.decisions if d.type is None]
        if renewed:
            await warnings_repository.renew_evidence(conn, renewed)
            outcome.evidence += len(renewed)
        undecided.update(
            "eased" if d.reason == "eased" else d.type
            for d in judged.decisions
            if d.type is not None and d.warning.pair not in lacking
        )
    outcome.undecided = dict(undecided)
    return explained


async def _judged(conn: AsyncConnection, page: Sequence[str], today: date, known_at: datetime) -> Judged:
    """What a batch that touched these households would decide."""
    found = await verdicts.of(conn, facts.stored(page, known_at), today, known_at)
    standing = await warnings_repository.standing(conn, page)
    pairs = sorted(found.hits | {pair for pair in standing if pair[1] in found.rules})
    if not pairs:
        return Judged([], [])
    rows = await facts.rows(conn, facts.stored(sorted({household for household, _ in pairs}), known_at))
    untouched = Touched([], set(), {})
    findings = await warnings.findings(conn, pairs, found, standing, rows, untouched, today, known_at)
    mutes = await warnings_repository.muting(conn, [f.pair for f in findings if f.hit and f.pair not in standing])
    moment = Moment(clock.now(), today, ids.uuid7)
    decided = [decide(f, standing.get(f.pair), mutes.get(f.pair), moment) for f in findings]
    return Judged(findings, [decision for decision in decided if decision is not None])


async def _explain_by_day(conn: AsyncConnection, bare: Sequence[Bare]) -> None:
    """Restored warnings that are not hit now stand on what was known when they were last told of as hit."""
    moments: Mapping[datetime, list[HouseholdWarning]] = defaultdict(list)
    for one in bare:
        moments[one.hit_at].append(one.warning)
    for known_at, found in sorted(moments.items()):  # one a batch that told of them
        day = clock.business_date(known_at)
        pairs = {warning.pair for warning in found}
        relation = facts.computed(sorted({household for household, _ in pairs}), day, known_at)
        rows = await facts.rows(conn, relation)
        live = (await verdicts.of(conn, relation, day, known_at)).rules
        known = sorted(pair for pair in pairs if pair[0] in rows and pair[1] in live)
        evidence = await assembly.evidence(conn, known, live, rows, {}, day, known_at)
        await repository.add_evidence(conn, [(w.warning_id, evidence[w.pair]) for w in found if w.pair in evidence])


async def _name_superseding(conn: AsyncConnection, bare: Sequence[Bare]) -> None:
    named = {one.warning.warning_id: one.cause for one in bare if one.cause and one.warning.state == "superseded"}
    if named:
        records = await repository.records_of(conn, sorted(set(named.values())))
        known = [(warning_id, records[cause]) for warning_id, cause in named.items() if cause in records]
        await repository.name_superseding(conn, [(warning_id, assembly.record(ref)) for warning_id, ref in known])
