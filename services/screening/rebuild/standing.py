"""Warnings beside the facts that were made again: what was lost is restored as it was told, what is judged otherwise
is counted, and nothing is told again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.rebuild import repository
from services.screening.rebuild.domain import Outcome, Restored
from services.screening.rebuild.repository import Bare
from services.screening.register.service import Touched
from services.screening.warnings import assembly, verdicts
from services.screening.warnings import repository as warnings_repository
from services.screening.warnings import service as warnings
from services.screening.warnings.domain import (
    ACTIVE,
    Decision,
    Finding,
    HouseholdWarning,
    Moment,
    Pair,
    Standing,
    decide,
)
from services.screening.warnings.evidence import Evidence
from shared import clock, ids

AT_ONCE = 2_000
_UNJUDGED = Evidence(
    verdict="hit",
    missing=[],
    as_of="",
    known_at="",
    rule={"code": "", "version": 0, "title": ""},
    facts=[],
    leaves=[],
    parameters=[],
    records=[],
    data_age=[],
)
"""In place of what is stored: its words are not to be taken over."""

Lacking = dict[Pair, HouseholdWarning]
"""Active warnings that were restored without what they stand on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of some households now, and what would become of their warnings."""

    findings: Sequence[Finding]
    decisions: Sequence[Decision]


async def mend(conn: AsyncConnection, outcome: Outcome, today: date, known_at: datetime, *, current: bool) -> None:
    """Restore and compare all warnings; the caller holds everybody. `outcome` tells what there was.

    `current`: the facts stood as they were made again, so what a warning stands on and they do not say is damage.
    """
    await repository.told(conn)
    added = await repository.add_warnings(conn)
    corrected = await repository.correct(conn) + await _name_superseding(conn, added)
    changes = await repository.correct_changes(conn) + await repository.add_changes(conn)
    outcome.untold = await repository.untold(conn)
    bare = await repository.unexplained(conn)
    outcome.restored = Restored(len(added), corrected, changes, evidence=len(bare) - len(added))
    lacking = {one.warning.pair: one.warning for one in bare if one.warning.state in ACTIVE}
    explained = await _through(conn, outcome, lacking, today, known_at, current=current)
    await _explain_by_day(conn, [one for one in bare if one.warning.warning_id not in explained])
    if outcome.undecided:
        await repository.forget_swept(conn)
    await repository.remember_worklist(conn)
    await warnings_repository.rederive_clues(conn)
    outcome.differences += await repository.worklist_differences(conn)


async def _through(
    conn: AsyncConnection, outcome: Outcome, lacking: Lacking, today: date, known_at: datetime, *, current: bool
) -> set[object]:
    """Page by page over everybody; the ids of restored warnings that have their evidence now."""
    undecided: Counter[str] = Counter()
    explained: set[object] = set()
    after = ""
    while page := await repository.households_after(conn, after, AT_ONCE):
        after = page[-1]
        judged = await _judged(conn, page, today, known_at, current=current)
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


async def _judged(
    conn: AsyncConnection, page: Sequence[str], today: date, known_at: datetime, *, current: bool
) -> Judged:
    """What a batch that touched these households would decide."""
    found = await verdicts.of(conn, facts.stored(page, known_at), today, known_at)
    active = await warnings_repository.active(conn, page)
    standing = await warnings_repository.standing(conn, list(active.values()))
    pairs = sorted(found.hits | {pair for pair in standing if pair[1] in found.rules})
    if not pairs:
        return Judged([], [])
    rows = await facts.rows(conn, facts.stored(sorted({household for household, _ in pairs}), known_at))
    untouched = Touched([], set(), {})
    unjudged = {pair: Standing(one.warning, _UNJUDGED) for pair, one in standing.items()}
    findings = await warnings.findings(conn, pairs, found, unjudged, rows, untouched, today, known_at)
    mutes = await warnings_repository.muting(conn, [f.pair for f in findings if f.hit and f.pair not in standing])
    moment = Moment(clock.now(), today, ids.uuid7)
    decided = [_decided(f, standing.get(f.pair), mutes.get(f.pair), moment, current=current) for f in findings]
    return Judged(findings, [decision for decision in decided if decision is not None])


def _decided(
    finding: Finding, standing: Standing | None, mute: Evidence | None, moment: Moment, *, current: bool
) -> Decision | None:
    """As the worker decides; but evidence alone that is not as made again is renewed, and nobody is told."""
    decision = decide(finding, standing, mute, moment)
    if standing is None or finding.hit is None:
        return decision
    before, evidence = standing.warning, finding.hit.evidence
    if decision is None:
        worded = standing.evidence.get("text") in (None, evidence.get("text"))
        return None if worded else Decision(None, "evidence_renewed", before, evidence)
    damaged = current and replace(decision.warning, updated_at=before.updated_at) == before
    return Decision(None, "evidence_renewed", before, evidence) if damaged else decision


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


async def _name_superseding(conn: AsyncConnection, added: Collection[UUID]) -> int:
    """Superseded warnings name the record that was told of; how many of those that stood did not."""
    named = await repository.otherwise_superseded(conn)
    causes = sorted({cause for cause in named.values() if cause})
    records = await repository.records_of(conn, causes) if causes else {}
    known = [
        (warning_id, assembly.record(records[cause]) if cause else None)
        for warning_id, cause in named.items()
        if cause is None or cause in records
    ]
    if known:
        await repository.name_superseding(conn, known)
    return len({warning_id for warning_id, _ in known}.difference(added))
