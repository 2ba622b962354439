"""Canonical bytes of the warnings: equal for two runs on the same input, D and T (contracts.md)."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings import repository
from services.screening.warnings.domain import HouseholdWarning
from services.screening.warnings.evidence import Evidence, record_key


async def canonical_bytes(conn: AsyncConnection, *, history: bool = False) -> bytes:
    """One JSON line a warning, keys and lines sorted.

    What was raised and superseded in between depends on where one batch ended and the next began,
    and so does what eased; so superseded and eased warnings are in only with `history`.
    """
    found = await repository.everything(conn, history=history)
    lines = (orjson.dumps(canonical(one.warning, one.evidence), option=orjson.OPT_SORT_KEYS) for one in found)
    return b"\n".join(sorted(lines))


def canonical(warning: HouseholdWarning, evidence: Evidence) -> dict[str, Any]:
    """What two runs on the same input must agree on: no surrogate ids, no instants of processing,
    no place on the bus, no receipts, no data age (contracts.md, Canonical bytes).
    """
    return {
        "household_no": warning.household_no,
        "division_code": warning.division_code,
        "rule_code": warning.rule_code,
        "rule_version": warning.rule_version,
        "risk_type": warning.risk_type,
        "severity": warning.severity,
        "state": warning.state,
        "eased": warning.eased,
        "demo": warning.demo,
        "as_of": warning.as_of.isoformat(),
        "superseded_by": None if warning.superseded_by is None else list(record_key(warning.superseded_by)),
        "evidence": {
            "verdict": evidence["verdict"],
            "facts": {fact["name"]: [fact["value"], fact["unit"]] for fact in evidence["facts"]},
            "leaves": evidence["leaves"],
            "parameters": evidence["parameters"],
            "records": sorted(list(record_key(record)) for record in evidence["records"]),
        },
    }
