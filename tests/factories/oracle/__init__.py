"""Facts computed in plain Python from the events and the words of the definitions, for comparison.

Deliberately naive and written from the definitions (screening §1–2), not from the SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from services.screening.parameters.domain import ParameterValue
from shared.events.codec import Delivery
from tests.factories.oracle import (
    assets,
    disability,
    disaster,
    dwelling,
    help_given,
    illness,
    income,
    insurance,
    people,
    safety_net,
    schooling,
    status,
    water,
    work,
)
from tests.factories.oracle.known import Home, Known, Member

__all__ = ["Known", "facts"]

_GROUPS = (
    people, status, work, income, illness, insurance, disability, schooling, dwelling, water, disaster, safety_net,
    help_given, assets,
)  # fmt: skip


def facts(
    deliveries: Iterable[Delivery],
    day: date,
    known: datetime,
    parameters: Sequence[ParameterValue] = (),
) -> dict[str, dict[str, Any]]:
    """household_no → its facts at (D, T)."""
    today = Known(deliveries, known, parameters).on(day)
    members: dict[str, list[Member]] = defaultdict(list)
    for household_no, member in today.homes.values():
        members[household_no].append(member)
    homes = (Home(no, version, members[no], today) for no, version in today.households.items())
    return {home.no: {name: value for group in _GROUPS for name, value in group.of(home).items()} for home in homes}
