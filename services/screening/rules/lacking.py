"""The parameters that have a value, and what stays unknown for want of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS
from services.screening.parameters import service as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.register.moments import moment
from services.screening.rules import repository
from services.screening.rules.domain import Lacking, RuleVersion
from services.screening.rules.service import named_facts, own_parameters
from shared.codes import divisions
from shared.http.permissions import within


async def known_parameters(
    conn: AsyncConnection, scope: str, as_of: date | None, known_at: datetime | None
) -> tuple[list[ParameterValue], list[Lacking]]:
    """The values that touch the divisions of the prefix `scope` (with `as_of` only those valid on it), and
    the parameters that the largest division of the scope has no value of. FutureDayError."""
    day, known = moment(as_of, known_at)
    values = await parameters.known_values(conn, scope, known)
    valid = [v for v in values if as_of is None or v.valid_from <= as_of <= (v.valid_to or date.max)]
    found = await parameters.parameters_for(conn, list(parameters.definitions()), _largest(scope), day, known)
    return valid, await _lacking(conn, found, day, known)


async def parameters_of(
    conn: AsyncConnection, scope: str, division: str, as_of: date | None, known_at: datetime | None
) -> tuple[list[ParameterValue], list[Lacking]]:
    """The values in force for a division (12, 9 or 6 digits) inside the caller's `scope`, and the
    parameters that it has none of. DivisionNotFoundError, FutureDayError."""
    code = within(scope, division)
    day, known = moment(as_of, known_at)
    found = await parameters.parameters_for(conn, list(parameters.definitions()), code, day, known)
    return list(found.values()), await _lacking(conn, found, day, known)


def _largest(scope: str) -> str:
    return scope.ljust(12, "0") if scope else divisions.CITY


async def _lacking(
    conn: AsyncConnection, found: Mapping[str, ParameterValue], as_of: date, known_at: datetime
) -> list[Lacking]:
    live = await repository.live(conn, as_of, known_at)
    return [_lack_of(name, live) for name in parameters.definitions() if name not in found]


def _lack_of(name: str, live: Sequence[RuleVersion]) -> Lacking:
    """The rules that read the parameter themselves; failing that those that judge a fact that reads it."""
    if own := tuple(rule for rule in live if name in own_parameters(rule)):
        return Lacking(name, own)
    reading = {fact.name: fact.title for fact in FACTS.values() if name in fact.parameters}
    judging = tuple(rule for rule in live if not reading.keys().isdisjoint(named_facts(rule)))
    judged = {fact for rule in judging for fact in named_facts(rule)}
    return Lacking(name, judging, tuple(title for fact, title in reading.items() if fact in judged))
