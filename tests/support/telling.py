"""Changes of warnings told straight into a screening database, as batches and their leader would."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.warnings import service as warnings
from services.screening.warnings.domain import ChangeType, Decision, HouseholdWarning
from services.screening.warnings.evidence import Evidence
from shared import clock, ids
from shared.db import transaction
from shared.messaging.outbox import TableStore

VILLAGE = "150625100201"


def warning_of(household_no: str, rule: str = "M01", **given: Any) -> HouseholdWarning:
    """A warning as it is raised now."""
    now = clock.now()
    fixed = {"warning_id": ids.uuid7(), "household_no": household_no, "division_code": VILLAGE, "rule_code": rule}
    fixed |= {"rule_version": 1, "risk_type": None, "severity": "high", "state": "open", "eased": False}
    fixed |= {"demo": False, "snoozed_until": None, "as_of": date(2026, 11, 20), "raised_at": now}
    return HouseholdWarning(**{**fixed, "updated_at": now, **given})


async def tell(engine: AsyncEngine, *changes: tuple[ChangeType, HouseholdWarning]) -> None:
    """Commit changes of one transaction; they are in no feed until they are numbered."""
    nothing = cast("Evidence", {})
    decided = [Decision(type_, "hit", one, nothing if type_ == "raised" else None) for type_, one in changes]
    async with transaction(engine) as conn:
        await warnings.store(conn, decided)


async def number(engine: AsyncEngine) -> None:
    """What the leader does before it publishes."""
    async with transaction(engine) as conn:
        await TableStore().number(conn)
