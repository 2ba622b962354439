"""Record events as the bus would deliver them, for tests that need no ingest."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.events.codec import Delivery
from shared.events.records import RecordAcceptedV1, RecordMetaV1, RecordRetractedV1
from shared.feeds import catalogue
from shared.ids import uuid7

_offsets = itertools.count()
_PART = str(uuid7())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def record(
    kind: int,
    source_id: str,
    updated_at: datetime,
    data: dict[str, Any] | None,
    *,
    subject: str | None = None,
    household_no: str | None = None,
    division: str | None = None,
    known_at: datetime | None = None,
    effective_on: date | None = None,
    previous: str | None = None,
) -> Delivery:
    """One version; `data` None means a retract."""
    feed = catalogue.BY_NUMBER[kind]
    line = next(_offsets)
    meta = RecordMetaV1(
        department=feed.department,
        kind=feed.kind,
        source_id=source_id,
        version=(updated_at - _EPOCH) // timedelta(microseconds=1),
        source_updated_at=updated_at,
        known_at=known_at or updated_at,
        subject_key=subject,
        household_no=household_no,
        division_code=division,
        effective_on=effective_on,
        previous_subject_key=previous,
        submission_id=_PART,
        line=line,
        outcome="retracted" if data is None else "accepted",
    )
    event = (
        RecordRetractedV1(meta=meta, data={"retract_reason": "误报"})
        if data is None
        else RecordAcceptedV1(meta=meta, data=data)
    )
    key = subject or household_no or ""
    return Delivery(event, f"{_PART}.{line}", event.TYPE, feed.topic, 0, line, key, "/xianjie/ingest", meta.known_at)


def household(no: str, *members: str, lifted: bool = True, exempt: tuple[str, ...] = ()) -> dict[str, Any]:
    """The data of a household record with its members' keys; the first is the head."""
    return {
        "base_status": "lifted" if lifted else "general",
        "lifted_year": 2019 if lifted else None,
        "policy_entitled": lifted,
        "resettlement": "none",
        "members": [
            {
                "person_key": key,
                "sealed": None,
                "relation": "head" if index == 0 else "child",
                "labour": "ordinary",
                "insurance_exempt": key in exempt,
                "birth_on": "1980-01-01",
            }
            for index, key in enumerate(members)
        ],
    }


def settlement(settled_on: date, in_catalogue: str, self_paid: str | None = None) -> dict[str, Any]:
    """The data of a settlement as far as the projection reads it; yuan as decimal strings."""
    return {
        "settled_on": settled_on.isoformat(),
        "self_paid_in_catalogue": in_catalogue,
        "self_paid": self_paid or in_catalogue,
        "setting": "inpatient",
    }


def enrolment(year: int, *, status: str = "enrolled", scheme: str = "resident") -> dict[str, Any]:
    """The data of an enrolment."""
    return {"insurance_year": year, "scheme": scheme, "status": status, "subsidised": False}


def appraisal(appraised_on: date, grade: str) -> dict[str, Any]:
    """The data of a dwelling appraisal."""
    return {"grade": grade, "appraised_on": appraised_on.isoformat()}


def renovation(plan_year: int, progress: str, accepted_on: date | None = None) -> dict[str, Any]:
    """The data of a dwelling renovation."""
    return {
        "plan_year": plan_year,
        "progress": progress,
        "accepted_on": accepted_on.isoformat() if accepted_on else None,
        "solution": "repair",
    }
