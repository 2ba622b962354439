"""Facts computed in plain Python from the events and the words of the design, for comparison.

Deliberately naive and written from the definitions (screening §1–2), not from the SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.events.codec import Delivery
from shared.events.records import RecordRetractedV1
from shared.feeds import catalogue


def visible(deliveries: Sequence[Delivery], kind: int, day: date, known: datetime) -> list[Delivery]:
    """The version of each record of `kind` that is visible at (D, T)."""
    feed = catalogue.BY_NUMBER[kind]
    records: dict[str, list[Delivery]] = defaultdict(list)
    for d in deliveries:
        meta = d.event.meta
        if (meta.department, meta.kind) == (feed.department, feed.kind) and meta.known_at <= known:
            records[meta.source_id].append(d)
    found = []
    for versions in records.values():
        newest = max(versions, key=lambda d: d.event.meta.version)
        if isinstance(newest.event, RecordRetractedV1):
            continue
        if feed.shape == "event":
            chosen = [newest] if newest.event.meta.effective_on <= day else []
        else:
            upserts = [d for d in versions if not isinstance(d.event, RecordRetractedV1)]
            chosen = [d for d in upserts if d.event.meta.effective_on <= day]
            chosen = [max(chosen, key=lambda d: d.event.meta.version)] if chosen else []
        found += chosen
    return found


def rank(d: Delivery) -> tuple[date, int, str]:
    """Which household version a person or a household follows when several are visible."""
    meta = d.event.meta
    return (meta.effective_on, meta.version, meta.source_id)


def a_year_before(day: date) -> date:
    """12 months earlier, the 29th of February becoming the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def facts(deliveries: Sequence[Delivery], day: date, known: datetime) -> dict[str, dict[str, Any]]:
    """household_no → its facts at (D, T)."""
    households: dict[str, Delivery] = {}
    homes: dict[str, Delivery] = {}
    for d in sorted(visible(deliveries, 17, day, known), key=rank):
        households[d.event.meta.household_no] = d
        for member in d.event.data["members"]:
            homes[member["person_key"]] = d
    people: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, d in homes.items():
        member = next(m for m in d.event.data["members"] if m["person_key"] == key)
        people[d.event.meta.household_no].append(member)
    return {no: _household(d, people[no], deliveries, day, known) for no, d in households.items()}


def _household(
    home: Delivery, members: list[dict[str, Any]], deliveries: Sequence[Delivery], day: date, known: datetime
) -> dict[str, Any]:
    keys = {m["person_key"] for m in members}

    def of_members(kind: int) -> list[Delivery]:
        return [d for d in visible(deliveries, kind, day, known) if d.event.meta.subject_key in keys]

    paid = sum(
        Decimal(d.event.data["self_paid_in_catalogue"]) * 100
        for d in of_members(8)
        if a_year_before(day) < date.fromisoformat(d.event.data["settled_on"]) <= day
    )
    insured = {
        d.event.meta.subject_key
        for d in of_members(7)
        if d.event.data["status"] == "enrolled" and d.event.data["insurance_year"] == day.year
    }
    return {
        "members": len(members),
        "lifted": home.event.data["base_status"] == "lifted",
        "policy_entitled": home.event.data["policy_entitled"],
        "monitored": None,
        "low_income": None,
        "self_paid_in_catalogue_12m_sum": int(paid),
        "uninsured_members": sum(1 for m in members if not m["insurance_exempt"] and m["person_key"] not in insured),
        **_dwelling(of_members(9), of_members(10), day),
    }


def _dwelling(appraisals: list[Delivery], renovations: list[Delivery], day: date) -> dict[str, Any]:
    seen = [d for d in appraisals if date.fromisoformat(d.event.data["appraised_on"]) <= day]
    if not seen:
        return {"dwelling_grade": None, "dwelling_unsafe": None, "renovation_recorded": None}
    newest = max(seen, key=lambda d: (d.event.data["appraised_on"], d.event.meta.version, d.event.meta.source_id))
    appraised_on = date.fromisoformat(newest.event.data["appraised_on"])
    grade = "ABCD".index(newest.event.data["grade"]) + 1
    accepted = any(
        d.event.data["progress"] == "accepted"
        and appraised_on <= date.fromisoformat(d.event.data["accepted_on"]) <= day
        for d in renovations
    )
    return {
        "dwelling_grade": grade,
        "dwelling_unsafe": grade >= 3 and not accepted,
        "renovation_recorded": any(d.event.meta.effective_on >= appraised_on for d in renovations),
    }
