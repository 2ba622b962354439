"""Record events as the bus would deliver them, for tests that need no ingest."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared import clock
from shared.events.assets import IncomeStoppedV1
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
    """One version; `data` None means a retract. It is effective on the kind's own date, as ingest has it."""
    feed = catalogue.BY_NUMBER[kind]
    if effective_on is None and data is not None:
        own = feed.own_date(defaultdict(lambda: None, data))
        effective_on = clock.business_date(updated_at) if own is None else date.fromisoformat(own)
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


def income_stopped(stopped_on: date, *households: str, known_at: datetime, asset: str = "A1") -> Delivery:
    """The ledger of assets says that an asset's income stopped, and whom its last plan paid."""
    event = IncomeStoppedV1(
        asset_id=asset, stopped_on=stopped_on, reason="overdue", households=sorted(households), known_at=known_at
    )
    return Delivery(event, str(uuid7()), event.TYPE, event.TOPIC, 0, next(_offsets), asset, "/xianjie/assets", known_at)


def _said(**fields: Any) -> dict[str, Any]:
    """The fields that were given, days as on the bus."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
        if value is not None
    }


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def allowance(
    start: date, *covered: str, exit_: date | None = None, tapering: date | None = None, category: str = "B"
) -> dict[str, Any]:
    """The data of a minimum living allowance that covers these persons; months by any day of theirs."""
    return _said(
        covered_members=sorted(covered),
        monthly_amount="600.00",
        category=category,
        status="exited" if exit_ else "active",
        start_month=_month(start),
        exit_month=_month(exit_) if exit_ else None,
        tapering_until=_month(tapering) if tapering else None,
    )


def hardship(start: date, *, exit_: date | None = None, mode: str = "dispersed") -> dict[str, Any]:
    """The data of extreme hardship support."""
    return _said(
        mode=mode,
        self_care="partial",
        monthly_amount="1420.00",
        status="exited" if exit_ else "active",
        start_month=_month(start),
        exit_month=_month(exit_) if exit_ else None,
    )


def margin(start: date, *covered: str, exit_: date | None = None) -> dict[str, Any]:
    """The data of a low income margin household that covers these persons."""
    return _said(
        covered_members=sorted(covered),
        status="exited" if exit_ else "active",
        start_month=_month(start),
        exit_month=_month(exit_) if exit_ else None,
    )


def relief(paid_on: date, *, kind: str = "emergency", amount: str = "3000.00") -> dict[str, Any]:
    """The data of temporary relief."""
    return _said(relief_kind=kind, amount=amount, paid_on=paid_on, cause="illness")


def disease(diagnosed_on: date, *, status: str = "diagnosed", code: str = "D01") -> dict[str, Any]:
    """The data of a major disease."""
    return _said(disease_code=code, diagnosed_on=diagnosed_on, treatment_status=status)


def chronic(*, contracted: bool, followed_on: date | None = None, disease: str = "hypertension") -> dict[str, Any]:
    """The data of chronic care."""
    return _said(disease=disease, contracted=contracted, last_follow_up_on=followed_on)


def schooling(
    as_of: date, status: str = "enrolled", *, stage: str = "primary", reason: str | None = None
) -> dict[str, Any]:
    """The data of schooling."""
    return _said(school_code="2115001234", stage=stage, status=status, absence_reason=reason, as_of=as_of)


def aid(year: int, *, aid: str = "0.00", paid: str = "0.00", stage: str = "senior") -> dict[str, Any]:
    """The data of student aid of the school year that begins in `year`."""
    return _said(school_year=f"{year}-{year + 1}", stage=stage, aid_amount=aid, self_paid=paid)


def certificate(issued_on: date, grade: int = 3, category: int = 4, *, event: str = "issued") -> dict[str, Any]:
    """The data of a disability certificate."""
    return _said(category=str(category), grade=str(grade), event=event, issued_on=issued_on)


def benefit(start: date, *, which: str = "nursing", end: date | None = None) -> dict[str, Any]:
    """The data of a disability benefit, not paid any more from the month of `end`."""
    return _said(
        benefit=which,
        monthly_amount="120.00",
        start_month=_month(start),
        end_month=_month(end) if end else None,
    )


def disaster(occurred_on: date, damage: str = "none", *, type_: str = "flood", **amounts: str) -> dict[str, Any]:
    """The data of a disaster loss; `amounts` in yuan by their fields' names."""
    return _said(disaster_type=type_, occurred_on=occurred_on, house_damage=damage, **amounts)


def casualty(occurred_on: date, outcome: str = "injured", *, cause: str = "traffic") -> dict[str, Any]:
    """The data of a casualty."""
    return _said(cause=cause, occurred_on=occurred_on, outcome=outcome)


def income(
    period_end: date,
    wage: str = "0.00",
    operating: str = "0.00",
    cost: str = "0.00",
    *,
    other: str = "0.00",
    payout: str | None = None,
    members: int = 1,
) -> dict[str, Any]:
    """The data of an income to the month of `period_end`; `other` is what was transferred."""
    return _said(
        period_end_month=_month(period_end),
        wage=wage,
        operating=operating,
        operating_cost=cost,
        property="0.00",
        transfer=other,
        insurance_payout=payout,
        members_counted=members,
    )


def assistance(started_on: date, measure: str = "industry", ended_on: date | None = None) -> dict[str, Any]:
    """The data of a measure of assistance."""
    return _said(measure=measure, started_on=started_on, ended_on=ended_on, provider="农牧局")


def water(checked_on: date, *, short_of: str | None = None) -> dict[str, Any]:
    """The data of a check of drinking water that misses one standard (`quantity` …), or none."""
    standards = ("quantity", "quality", "convenience", "reliability")
    return _said(checked_on=checked_on, **{f"{one}_ok": one != short_of for one in standards})


def linkage(since: date, until: date | None = None, *, tight: bool = True) -> dict[str, Any]:
    """The data of an interest linkage."""
    return _said(enterprise_code="91150625MA0N000027", form="order", tight=tight, since=since, until=until)


def employment(
    started_on: date, ended_on: date | None = None, *, work: str = "away", wage: str | None = None
) -> dict[str, Any]:
    """The data of employment, or of seeking it."""
    return _said(employment=work, started_on=started_on, ended_on=ended_on, monthly_wage=wage)


def monitored(
    identified: date, *, kind: str = "unstable", removed: date | None = None, tracked: bool = False
) -> dict[str, Any]:
    """The data of a monitored household; months by any day of theirs."""
    return _said(
        monitored_kind=kind,
        identified_month=_month(identified),
        risk_types=["illness"],
        state="removed" if removed else "tracked" if tracked else "monitored",
        removal_way="assisted" if removed else None,
        removed_month=_month(removed) if removed else None,
    )


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
