"""Department records of made-up people, as they are posted to ingest.

ID numbers are valid by check digit, from the reserved sequence numbers 990–999; nobody real is here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from shared import clock
from shared.codes.identity import check_digit

VILLAGE = "150625100201"
_FIRST_BIRTH = date(1950, 1, 1)


def id_number(index: int) -> str:
    """The ID number of person `index` (0 ≤ index < 150,000): ten people a day of birth."""
    born = _FIRST_BIRTH + timedelta(days=index // 10)
    first_17 = f"150625{born:%Y%m%d}99{index % 10}"
    return first_17 + check_digit(first_17)


def household_no(index: int) -> str:
    """The number of household `index`."""
    return f"150625{index:06d}"


def at(days_ago: int = 0, minutes: int = 0) -> str:
    """An instant in Shanghai as departments write it, `days_ago` before now and `minutes` after that."""
    moment: datetime = clock.now() - timedelta(days=days_ago) + timedelta(minutes=minutes)
    return moment.astimezone(clock.SHANGHAI).isoformat(timespec="microseconds")


def _person(index: int, updated: str) -> dict[str, Any]:
    return {"id_number": id_number(index), "name": "测某", "source_updated_at": updated}


def household(
    index: int, members: list[int], *, lifted: bool = True, days_ago: int = 400, division: str = VILLAGE
) -> dict[str, Any]:
    """Household `index` of the people `members`; the first is the head."""
    return {
        "source_id": f"HU-{index}",
        "source_updated_at": at(days_ago),
        "household_no": household_no(index),
        "division_code": division,
        "base_status": "lifted" if lifted else "general",
        **({"lifted_year": 2018} if lifted else {}),
        "policy_entitled": lifted,
        "resettlement": "none",
        "members": [
            {
                "id_number": id_number(member),
                "name": "测某",
                "relation": "head" if place == 0 else "son",
                "labour": "ordinary",
            }
            for place, member in enumerate(members)
        ],
    }


def settlement(
    source_id: str, person: int, in_catalogue: str, *, updated: str | None = None, days_ago: int = 10
) -> dict[str, Any]:
    """A hospital bill of which `in_catalogue` yuan stay with the family, settled `days_ago`."""
    settled = clock.today() - timedelta(days=days_ago)
    return {
        **_person(person, updated or at(1)),
        "source_id": source_id,
        "division_code": VILLAGE,
        "setting": "inpatient",
        "settled_on": settled.isoformat(),
        "hospital_code": "H15062500001",
        "total": in_catalogue,
        "basic_paid": "0.00",
        "critical_illness_paid": "0.00",
        "medical_assistance_paid": "0.00",
        "self_paid": in_catalogue,
        "self_paid_in_catalogue": in_catalogue,
    }


def enrolment(
    source_id: str, person: int, *, updated: str | None = None, status: str = "enrolled", division: str = VILLAGE
) -> dict[str, Any]:
    """This year's enrolment of a person."""
    return {
        **_person(person, updated or at(200)),
        "source_id": source_id,
        "division_code": division,
        "insurance_year": clock.today().year,
        "scheme": "resident",
        "status": status,
    }


def retract_of(record: dict[str, Any], *, updated: str | None = None) -> dict[str, Any]:
    """The retraction of a record about a person."""
    return {
        "source_id": record["source_id"],
        "source_updated_at": updated or at(),
        "op": "retract",
        "retract_reason": "重复登记",
        "id_number": record["id_number"],
    }


def appraisal(source_id: str, person: int, grade: str, *, days_ago: int = 100) -> dict[str, Any]:
    """A dwelling's safety grade, appraised `days_ago`."""
    return {
        **_person(person, at(days_ago - 1)),
        "source_id": source_id,
        "division_code": VILLAGE,
        "grade": grade,
        "appraised_on": (clock.today() - timedelta(days=days_ago)).isoformat(),
        "appraiser": "91150600MA0N00001W",
    }
