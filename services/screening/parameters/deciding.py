"""Use cases of people: propose a local value, look at proposals, approve or send back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.parameters import repository
from services.screening.parameters.domain import ParameterDefinition, ParameterValue
from services.screening.parameters.errors import (
    ParameterInvalidError,
    ProposalNotFoundError,
    ProposalStateError,
    UnknownParameterError,
)
from services.screening.parameters.proposals import STATES, Proposal, ProposalState, Wish, faults, inner
from services.screening.parameters.repository import proposals as stored
from services.screening.parameters.shipped import definitions
from shared import clock, ids
from shared.errors import FieldError
from shared.http.errors import DivisionNotFoundError
from shared.http.etags import etag, require_match
from shared.http.permissions import Principal, within

REGION = "150000000000"
"""Inner Mongolia: above every division of the city, and some standards are the region's."""
_MOST = 500


def tag(proposal: Proposal) -> str:
    """The ETag of a proposal: of what it says, so that nobody approves what they did not read."""
    said = (proposal.valid_to, proposal.value.normalize(), proposal.document, proposal.state)
    return etag(str(proposal.proposal_id), *map(str, said))


async def propose(
    conn: AsyncConnection, principal: Principal, name: str, wish: Wish, if_match: str | None
) -> tuple[Proposal, bool]:
    """The open proposal as it now is, and whether it is new.

    UnknownParameterError, ParameterInvalidError (with every place), DivisionNotFoundError. An open
    proposal of the same division and first day is rewritten by its author, who must have read it
    (PreconditionRequiredError, PreconditionFailedError); another's is left alone (ProposalStateError).
    """
    definition = definition_of(name)
    wrong = list(faults(definition, wish, clock.today()))
    wish = replace(wish, division_code=_division(principal, wish.division_code, wrong))
    if wrong:
        raise ParameterInvalidError(_sentence(wrong), errors=wrong)
    wanted = Proposal(
        proposal_id=ids.uuid7(),
        name=name,
        division_code=wish.division_code,
        valid_from=wish.valid_from,
        valid_to=wish.valid_to,
        value=inner(definition, wish),
        document=wish.document,
        state="proposed",
        proposed_by=principal.sub,
        proposed_at=clock.now(),
    )
    if (new := await stored.add(conn, wanted)) is not None:
        return new, True
    there = await stored.find_open(conn, name, wanted.division_code, wanted.valid_from)
    if there is None:
        raise ProposalStateError("这份起草刚刚审定，请重新读取后再起草。")
    if _says(there) == _says(wanted):
        return there, False
    if there.proposed_by != principal.sub:
        raise ProposalStateError(
            f"{there.proposed_by} 已就同一区划、同一生效日期起草，尚待审定，不能由他人改写。",
            extra={"state": there.state, "proposal_id": str(there.proposal_id)},
        )
    require_match(if_match, tag(there))
    return await stored.rewrite(conn, replace(wanted, proposal_id=there.proposal_id)), False


async def approve(
    conn: AsyncConnection, principal: Principal, proposal_id: UUID, if_match: str | None, note: str | None
) -> Proposal:
    """Make the value hold, known from now. ProposalNotFoundError; ProposalStateError when it is decided
    or the caller's own; the caller must have read what they approve."""
    there = await _decidable(conn, principal, proposal_id, if_match)
    definition = definition_of(there.name)
    now, version = clock.now(), await stored.next_version(conn, there)
    value = ParameterValue(
        name=there.name,
        division_code=there.division_code,
        valid_from=there.valid_from,
        valid_to=there.valid_to,
        version=version,
        value=there.value,
        type=definition.type,
        unit=definition.unit,
        document=there.document,
        status="adopted",
        known_at=now,
    )
    await repository.add(conn, [value])
    decided = replace(there, state="approved", decided_by=principal.sub, decided_at=now, note=note, version=version)
    return await stored.decide(conn, decided)


async def reject(
    conn: AsyncConnection, principal: Principal, proposal_id: UUID, if_match: str | None, note: str | None
) -> Proposal:
    """Send it back. The same refusals as `approve`."""
    there = await _decidable(conn, principal, proposal_id, if_match)
    return await stored.decide(
        conn, replace(there, state="rejected", decided_by=principal.sub, decided_at=clock.now(), note=note)
    )


async def proposal(conn: AsyncConnection, proposal_id: UUID) -> Proposal:
    """One proposal. ProposalNotFoundError."""
    found = await stored.find(conn, proposal_id)
    if found is None:
        raise ProposalNotFoundError("没有这份起草。")
    return found


async def proposals(conn: AsyncConnection, name: str | None, state: ProposalState | None) -> list[Proposal]:
    """The newest proposals first. UnknownParameterError."""
    if name is not None:
        definition_of(name)
    return await stored.listed(conn, name, state, _MOST)


def definition_of(name: str) -> ParameterDefinition:
    """What a parameter is. UnknownParameterError."""
    if name not in definitions():
        raise UnknownParameterError(f"没有名为“{name}”的参数。")
    return definitions()[name]


async def _decidable(conn: AsyncConnection, principal: Principal, proposal_id: UUID, if_match: str | None) -> Proposal:
    there = await stored.find(conn, proposal_id, lock=True)
    if there is None:
        raise ProposalNotFoundError("没有这份起草。")
    if there.state != "proposed":
        raise ProposalStateError(
            f"这份起草{STATES[there.state]}（{there.decided_by}），不能再审定。", extra={"state": there.state}
        )
    if there.proposed_by == principal.sub:
        raise ProposalStateError("起草人不能审定自己的起草，请另一人审定。", extra={"state": there.state})
    require_match(if_match, tag(there))
    return there


def _division(principal: Principal, division: str, wrong: list[FieldError]) -> str:
    """The division in full. When there is more that is `wrong`, one that is not there is added to it; by itself it
    is a DivisionNotFoundError."""
    scope = principal.scope_prefix()
    try:
        return REGION if division == REGION and not scope else within(scope, division)
    except DivisionNotFoundError as refusal:
        if not wrong:
            raise
        if not any(fault["pointer"] == "/division_code" for fault in wrong):
            message = refusal.detail.rstrip("。")
            wrong.append(FieldError(pointer="/division_code", code=refusal.code, message=message, value_masked=None))
        return division


def _says(proposal: Proposal) -> tuple[object, ...]:
    return (proposal.valid_to, proposal.value, proposal.document, proposal.proposed_by)


def _sentence(wrong: list[FieldError]) -> str:
    return "；".join(fault["message"] for fault in wrong) + "。"
