"""Use cases: verdicts on one warning, on a list, on all of a household; put off and lift.

Whoever decides holds the household's lock, as the worker does for a batch, and looks again under it:
of two officers at the same moment one is first and the other is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.outcomes import repository
from services.screening.outcomes.domain import (
    OUTCOMES,
    STATES,
    UNVERIFIED,
    Act,
    Entry,
    Fate,
    Snooze,
    Verdict,
    put_off,
    verified,
)
from services.screening.outcomes.errors import OutcomeInvalidError, WarningStateError
from services.screening.outcomes.feedback import feedback_of
from services.screening.outcomes.words import refusal
from services.screening.warnings import repository as warnings
from services.screening.warnings import service
from services.screening.warnings.domain import Decision, HouseholdWarning
from services.screening.warnings.errors import WarningNotFoundError
from shared import clock, ids
from shared.errors import FieldError
from shared.http.etags import etag, require_match
from shared.http.permissions import Principal
from shared.messaging import outbox
from shared.versions import repository as versions

_UNSEEN = "没有这件预警，或不在您的管辖范围内。"


async def decide(
    conn: AsyncConnection, principal: Principal, warning_id: UUID, verdict: Verdict, if_match: str | None = None
) -> HouseholdWarning:
    """The warning after the verdict.

    OutcomeInvalidError, WarningNotFoundError, WarningStateError (closed already: it names the state and
    who closed it), PreconditionFailedError (not as `if_match` says).
    """
    _refuse(list(verdict.mistakes()))
    seen = await _locked(conn, [warning_id], principal.scope_prefix())
    if warning_id in seen and if_match is not None and seen[warning_id].state in UNVERIFIED:
        require_match(if_match, service.tag(seen[warning_id]))
    (fate,) = await _decide(conn, principal, [(warning_id, verdict)], seen)
    if fate.warning is None:
        raise WarningNotFoundError(fate.text)
    if fate.result == "conflict":
        raise WarningStateError(fate.text, extra={"state": fate.warning.state})
    return fate.warning


async def decide_list(
    conn: AsyncConnection, principal: Principal, verdicts: Sequence[tuple[UUID, Verdict]]
) -> list[Fate]:
    """What became of each, in the order asked; one that cannot be done does not hold up the others.

    OutcomeInvalidError when one of the verdicts is not filled in: then nothing was done.
    """
    _refuse([wrong for place, (_, v) in enumerate(verdicts) for wrong in v.mistakes(f"/outcomes/{place}")])
    seen = await _locked(conn, [warning_id for warning_id, _ in verdicts], principal.scope_prefix())
    return await _decide(conn, principal, verdicts, seen)


async def decide_clue(
    conn: AsyncConnection, principal: Principal, household_no: str, verdict: Verdict, if_match: str | None = None
) -> list[Fate]:
    """One verdict for all of a household's warnings that nobody has verified: what became of each, by rule.

    OutcomeInvalidError; WarningNotFoundError when there are none within the caller's divisions;
    PreconditionFailedError when they are not those that `if_match` (see `clue_tag`) was given for.
    """
    _refuse(list(verdict.mistakes()))
    await versions.lock_households(conn, [household_no])
    active = await warnings.active_of(conn, [household_no], principal.scope_prefix())
    unverified = {w.warning_id: w for w in sorted(active, key=lambda w: w.rule_code) if w.state in UNVERIFIED}
    if not unverified:
        raise WarningNotFoundError("这一户没有待核实的预警，或不在您的管辖范围内。")
    if if_match is not None:
        require_match(if_match, clue_tag(unverified.values()))
    return await _decide(conn, principal, [(warning_id, verdict) for warning_id in unverified], unverified)


def clue_tag(unverified: Iterable[HouseholdWarning]) -> str:
    """The ETag of a clue: of its unverified warnings as they are, so that none is closed unseen."""
    return etag(*sorted(service.tag(warning) for warning in unverified))


async def snooze(
    conn: AsyncConnection, principal: Principal, warning_id: UUID, asked: Snooze, if_match: str | None = None
) -> HouseholdWarning:
    """The warning, its household and rule put off until a day, on which it comes back; a warning that is
    superseded and raised again before then carries it.

    OutcomeInvalidError, WarningNotFoundError, WarningStateError, PreconditionFailedError.
    """
    _refuse(list(asked.mistakes(clock.today())))
    return await _put_off(conn, principal, warning_id, asked, if_match)


async def unsnooze(
    conn: AsyncConnection, principal: Principal, warning_id: UUID, if_match: str | None = None
) -> HouseholdWarning:
    """The warning, put off no longer; nothing changes when it was not. Errors as `snooze`."""
    return await _put_off(conn, principal, warning_id, None, if_match)


async def history(conn: AsyncConnection, warning_id: UUID, scope: str) -> list[Entry]:
    """All that people said of one warning, newest first; WarningNotFoundError outside `scope`."""
    await service.warning(conn, warning_id, scope)
    return await repository.of_warning(conn, warning_id)


async def _put_off(
    conn: AsyncConnection, principal: Principal, warning_id: UUID, asked: Snooze | None, if_match: str | None
) -> HouseholdWarning:
    before = (await _locked(conn, [warning_id], principal.scope_prefix())).get(warning_id)
    if before is None:
        raise WarningNotFoundError(_UNSEEN)
    if before.state not in UNVERIFIED:
        last = (await repository.newest(conn, [warning_id], list(OUTCOMES))).get(warning_id)
        raise WarningStateError(refusal(before, last), extra={"state": before.state})
    if if_match is not None:
        require_match(if_match, service.tag(before))
    now = clock.now()
    decision = put_off(None if asked is None else asked.until, before, now)
    if decision is None:
        return before
    if asked is None:
        await warnings.end_snoozes(conn, [before.pair])
        entry = _entry(before, principal, now, "snooze_lifted", None)
    else:
        reason = asked.reason.strip()
        await warnings.put_snooze(conn, before.pair, asked.until, reason, principal.sub, now)
        entry = _entry(before, principal, now, "snoozed", reason, until=asked.until)
    await repository.add(conn, [entry])
    await service.store(conn, [decision])
    return decision.warning


async def _locked(conn: AsyncConnection, asked: Sequence[UUID], scope: str) -> dict[UUID, HouseholdWarning]:
    """The warnings within the scope as they are under the locks of their households."""
    found = await warnings.get_many(conn, asked, scope)
    if not found:
        return {}
    await versions.lock_households(conn, sorted({warning.household_no for warning in found.values()}))
    return await warnings.get_many(conn, asked, scope)


async def _decide(
    conn: AsyncConnection,
    principal: Principal,
    verdicts: Sequence[tuple[UUID, Verdict]],
    seen: Mapping[UUID, HouseholdWarning],
) -> list[Fate]:
    """Decide each on what the ones before it left, write all that changed, and tell each one's fate."""
    now = clock.now()
    decided: dict[UUID, tuple[Decision, Verdict]] = {}
    for warning_id, verdict in verdicts:
        if warning_id in seen and warning_id not in decided:
            decision = verified(verdict, seen[warning_id], now)
            if decision is not None:
                decided[warning_id] = decision, verdict
    await _write(conn, principal, list(decided.values()), now)
    late = [warning_id for warning_id in seen if warning_id not in decided]
    last = await repository.newest(conn, late, list(OUTCOMES)) if late else {}
    fates: dict[int, Fate] = {}
    first: dict[UUID, int] = {}
    for place, (warning_id, _) in enumerate(verdicts):
        repeated = first.setdefault(warning_id, place) != place
        decision = decided[warning_id][0] if warning_id in decided else None
        fates[place] = _fate(warning_id, seen.get(warning_id), decision, last.get(warning_id), repeated)
    return list(fates.values())


def _fate(
    warning_id: UUID, before: HouseholdWarning | None, decision: Decision | None, last: Entry | None, repeated: bool
) -> Fate:
    if before is None:
        return Fate(warning_id, "not_found", None, _UNSEEN)
    if decision is None:
        return Fate(warning_id, "conflict", before, refusal(before, last))
    if repeated:
        return Fate(warning_id, "conflict", decision.warning, "清单中重复，以先出现的一条为准。")
    return Fate(warning_id, "done", decision.warning, f"已登记为“{STATES[decision.warning.state]}”。")


async def _write(
    conn: AsyncConnection, principal: Principal, decided: Sequence[tuple[Decision, Verdict]], now: datetime
) -> None:
    if not decided:
        return
    closed = [decision.warning.pair for decision, _ in decided if decision.type == "closed"]
    if closed:
        await warnings.end_snoozes(conn, closed)
    entries = [
        _entry(d.warning, principal, now, v.outcome, v.reason, note=(v.note or "").strip() or None) for d, v in decided
    ]
    await repository.add(conn, entries)
    await _tell_departments(conn, decided)
    await service.store(conn, [decision for decision, _ in decided])


async def _tell_departments(conn: AsyncConnection, decided: Sequence[tuple[Decision, Verdict]]) -> None:
    """What became of the records that the closed warnings stand on, to those who sent them."""
    closed = [(decision.warning, verdict) for decision, verdict in decided if decision.type == "closed"]
    if not closed:
        return
    evidence = await warnings.evidence_of(conn, [warning.warning_id for warning, _ in closed])
    await outbox.add(
        conn,
        [
            message
            for warning, verdict in closed
            for message in feedback_of(evidence[warning.warning_id], verdict, warning.updated_at)
        ],
    )


def _entry(
    warning: HouseholdWarning,
    principal: Principal,
    now: datetime,
    act: Act,
    reason: str | None,
    *,
    note: str | None = None,
    until: date | None = None,
) -> Entry:
    return Entry(
        outcome_id=ids.uuid7(),
        warning_id=warning.warning_id,
        household_no=warning.household_no,
        rule_code=warning.rule_code,
        division_code=warning.division_code,
        act=act,
        reason=reason,
        note=note,
        until=until,
        decided_by=principal.sub,
        decided_at=now,
    )


def _refuse(mistakes: Sequence[FieldError]) -> None:
    if mistakes:
        raise OutcomeInvalidError(f"核实内容有 {len(mistakes)} 处须更正，没有登记。", errors=mistakes)
