"""What random records say, kind by kind: legal by the feeds' own checks, and close enough together for the facts that
look at two kinds at once to find both."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from shared.codes import lists
from shared.codes.school_calendar import school_year

Data = dict[str, Any]
Drawn = tuple[Data, date | None]
"""The content, and the day it holds from unless the department says otherwise; None when only the change tells."""

PEOPLE = [f"p1.{chr(65 + i)}{'A' * 25}" for i in range(9)]
HOUSES = ["152728000001", "152728000002", "152728000003"]
FIRST = date(2025, 1, 1)
SPAN_DAYS = 700
BORN = dict(
    zip(
        PEOPLE,
        (  # who turns 60 in between, adults, and children on either side of each 31 August
            "1965-07-01", "1966-02-28", "1980-01-01", "1992-02-29", "1995-12-31",
            "2009-09-01", "2010-08-31", "2018-08-31", "2019-09-01",
        ),
        strict=True,
    )
)  # fmt: skip


def one_of(random: Random, name: str) -> str:
    """A value of a code list."""
    return random.choice(lists.get(name).values())


def yuan(random: Random, below: int, zeros: float = 0.2) -> str:
    """An amount under `below` yuan, now and then nothing."""
    return "0.00" if random.random() < zeros else f"{random.randrange(below)}.{random.randrange(100):02d}"


def month(day: date, later: int = 0) -> str:
    """`YYYY-MM` of a day, some months on."""
    year, index = divmod(day.year * 12 + day.month - 1 + later, 12)
    return f"{year}-{index + 1:02d}"


def first_of(written: str) -> date:
    """The first day of `YYYY-MM`."""
    return date.fromisoformat(f"{written}-01")


def last_of(written: str) -> date:
    """The last day of `YYYY-MM`."""
    first = first_of(written)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _benefit(random: Random, day: date) -> Data:
    gone = random.random() < 0.4
    data = {"status": "exited" if gone else "active", "start_month": month(day)}
    return {**data, "exit_month": month(day, random.randint(0, 10))} if gone else data


def _covered(random: Random) -> list[str]:
    return sorted(random.sample(PEOPLE, random.randint(1, 3)))


def _allowance(random: Random, day: date) -> Drawn:
    data = {
        **_benefit(random, day),
        "covered_members": _covered(random),
        "certificate_no": "NB1",
        "monthly_amount": yuan(random, 3_000),
        "category": random.choice("ABC"),
    }
    if random.random() < 0.3:
        data["tapering_until"] = month(first_of(data.get("exit_month", data["start_month"])), random.randint(0, 8))
    return data, first_of(data["start_month"])


def _hardship(random: Random, day: date) -> Drawn:
    data = _benefit(random, day)
    said = {"mode": one_of(random, "hardship_mode"), "self_care": one_of(random, "self_care")}
    return {**data, **said, "monthly_amount": yuan(random, 2_000)}, first_of(data["start_month"])


def _margin(random: Random, day: date) -> Drawn:
    data = _benefit(random, day)
    return {**data, "covered_members": _covered(random)}, first_of(data["start_month"])


def _relief(random: Random, day: date) -> Drawn:
    said = {"relief_kind": one_of(random, "relief_kind"), "cause": one_of(random, "relief_cause")}
    return {**said, "amount": yuan(random, 9_000, zeros=0), "paid_on": day.isoformat()}, day


def _disease(random: Random, day: date) -> Drawn:
    status = one_of(random, "treatment_status")
    return {"disease_code": "23", "diagnosed_on": day.isoformat(), "treatment_status": status}, day


def _chronic(random: Random, day: date) -> Drawn:
    data = {"disease": one_of(random, "chronic_disease"), "contracted": random.random() < 0.5}
    if random.random() < 0.3:
        return data, None
    return {**data, "last_follow_up_on": day.isoformat()}, day


def _enrolment(random: Random, _: date) -> Drawn:
    year, status = (
        random.choice([2024, 2025, 2025, 2026]),
        random.choice(["enrolled", "enrolled", one_of(random, "insurance_status")]),
    )
    data = {"insurance_year": year, "scheme": one_of(random, "insurance_scheme"), "status": status}
    return {**data, "subsidised": False}, date(year, 1, 1) if status == "enrolled" else None


def _settlement(random: Random, day: date) -> Drawn:
    whole, inside = sorted((random.randrange(30_000), random.randrange(30_000)), reverse=True)
    nothing = {"basic_paid": "0.00", "critical_illness_paid": "0.00", "medical_assistance_paid": "0.00"}
    return {
        **nothing,
        "setting": one_of(random, "medical_setting"),
        "settled_on": day.isoformat(),
        "hospital_code": "H15062500001",
        "total": f"{whole}.50",
        "self_paid": f"{whole}.50",
        "self_paid_in_catalogue": f"{inside}.{random.randrange(50):02d}",
    }, day


def _appraisal(random: Random, day: date) -> Drawn:
    return {
        "grade": random.choice("ABCD"), "appraised_on": day.isoformat(), "appraiser": "91150600MA0N00001W"
    }, day  # fmt: skip


def _renovation(random: Random, day: date) -> Drawn:
    progress = random.choice(["planned", "started", "accepted", "accepted"])
    data = {"plan_year": day.year - random.choice([0, 0, 1]), "progress": progress}
    data["solution"] = one_of(random, "renovation_solution")
    return (data, None) if progress != "accepted" else ({**data, "accepted_on": day.isoformat()}, day)


def _schooling(random: Random, day: date) -> Drawn:
    status = random.choice(["suspected_dropout", "dropped_out", one_of(random, "schooling_status")])
    data = {
        "school_code": "2115001234",
        "stage": one_of(random, "school_stage"),
        "status": status,
        "as_of": day.isoformat(),
    }
    if status in ("suspected_dropout", "dropped_out") and random.random() < 0.8:
        data["absence_reason"] = random.choice(["physical", one_of(random, "absence_reason")])
    return data, day


def _aid(random: Random, day: date) -> Drawn:
    year = school_year(day)
    amounts = {"aid_amount": yuan(random, 4_000, zeros=0.4), "self_paid": yuan(random, 9_000)}
    return {"school_year": f"{year}-{year + 1}", "stage": one_of(random, "school_stage"), **amounts}, date(year, 9, 1)


def _certificate(random: Random, day: date) -> Drawn:
    event = random.choice(["issued", "issued", "changed", "changed", "cancelled"])
    said = {"category": str(random.randint(1, 7)), "grade": str(random.choice([1, 2, 3, 3, 4])), "event": event}
    return {**said, "issued_on": day.isoformat()}, None if event == "cancelled" else day


def _disability_benefit(random: Random, day: date) -> Drawn:
    data = {"benefit": one_of(random, "disability_benefit"), "monthly_amount": yuan(random, 200, zeros=0)}
    data["start_month"] = month(day)
    if random.random() < 0.4:
        data["end_month"] = month(day, random.randint(0, 10))
    return data, first_of(data["start_month"])


def _disaster(random: Random, day: date) -> Drawn:
    data = {"disaster_type": one_of(random, "disaster_type"), "occurred_on": day.isoformat()}
    data["house_damage"] = one_of(random, "house_damage")
    for name in ("livestock_loss", "crop_loss", "other_loss", "relief_given", "insurance_payout"):
        if random.random() < 0.6:
            data[name] = yuan(random, 20_000)
    return data, day


def _casualty(random: Random, day: date) -> Drawn:
    said = {"cause": one_of(random, "casualty_cause"), "outcome": one_of(random, "casualty_outcome")}
    return {**said, "occurred_on": day.isoformat()}, day


def _member(random: Random, key: str, relation: str) -> Data:
    labour = random.choice(["ordinary", "skilled", one_of(random, "labour")])
    exempt = random.choice([{}, {"insurance_exempt": random.random() < 0.5}])
    return {"person_key": key, "sealed": "x", "relation": relation, "labour": labour, "birth_on": BORN[key], **exempt}


def _household(random: Random, _: date) -> Drawn:
    people = random.sample(PEOPLE, random.randint(1, 5))
    data: Data = {
        "base_status": one_of(random, "base_status"),
        "resettlement": random.choice(["none", one_of(random, "resettlement")]),
        "members": [_member(random, key, "other" if place else "head") for place, key in enumerate(people)],
    }
    for name in ("policy_entitled", "no_labour_household"):
        if random.random() < 0.7:
            data[name] = random.random() < 0.5
    return data, None


def _income(random: Random, _: date) -> Drawn:
    ended = random.choice(["2024-02", "2024-09", "2025-02", "2025-09", "2025-09", "2026-03", "2026-09"])
    data = {
        "period_end_month": ended,
        "wage": yuan(random, 40_000, zeros=0.4),
        "operating": yuan(random, 30_000, zeros=0.3),
        "operating_cost": yuan(random, 20_000, zeros=0.4),
        "property": yuan(random, 2_000),
        "transfer": yuan(random, 9_000),
        "members_counted": random.randint(1, 6),
    }
    if random.random() < 0.6:
        data["insurance_payout"] = yuan(random, 20_000)
    return data, last_of(ended)


def _until(random: Random, day: date, last: str) -> Data:
    """An end, more often than not."""
    return {last: (day + timedelta(days=random.randint(0, 250))).isoformat()} if random.random() < 0.6 else {}


def _assistance(random: Random, day: date) -> Drawn:
    said = {"measure": one_of(random, "assistance_measure"), "started_on": day.isoformat(), "provider": "杭锦旗农牧局"}
    return {**said, **_until(random, day, "ended_on")}, day


def _water(random: Random, day: date) -> Drawn:
    standards = ("quantity_ok", "quality_ok", "convenience_ok", "reliability_ok")
    return {**{name: random.random() < 0.85 for name in standards}, "checked_on": day.isoformat()}, day


def _linkage(random: Random, day: date) -> Drawn:
    said = {"enterprise_code": "91150625MA0N000027", "form": one_of(random, "linkage_form")}
    tight = {"tight": random.random() < 0.6, "since": day.isoformat()}
    return {**said, **tight, **_until(random, day, "until")}, day


def _employment(random: Random, day: date) -> Drawn:
    said = {"employment": random.choice(["seeking", one_of(random, "employment_state")]), "started_on": day.isoformat()}
    return {**said, **_until(random, day, "ended_on")}, day


def _monitored(random: Random, day: date) -> Drawn:
    state = random.choice(["monitored", "monitored", one_of(random, "monitoring_state")])
    data: Data = {
        "monitored_kind": one_of(random, "monitored_kind"),
        "identified_month": month(day),
        "risk_types": [one_of(random, "risk_type")],
        "state": state,
    }
    if state == "removed":
        data |= {"removal_way": one_of(random, "removal_way"), "removed_month": month(day, random.randint(0, 12))}
        return data, last_of(data["removed_month"])
    return data, first_of(data["identified_month"]) if state == "monitored" else None


DRAW: dict[int, Callable[[Random, date], Drawn]] = dict(
    enumerate(
        (
            _allowance, _hardship, _margin, _relief, _disease, _chronic, _enrolment, _settlement, _appraisal,
            _renovation, _schooling, _aid, _certificate, _disability_benefit, _disaster, _casualty, _household,
            _income, _assistance, _water, _linkage, _employment, _monitored,
        ),
        1,
    )
)  # fmt: skip
"""By feed number: content of a random record about something on or about a day."""
