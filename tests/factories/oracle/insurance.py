"""Basic medical insurance 参保."""

from __future__ import annotations

from typing import Any

from tests.factories.oracle.known import Home


def _enrolled(home: Home, person: str, year: int) -> bool:
    return any(v.data["status"] == "enrolled" and v.data["insurance_year"] == year for v in home.of(person, 7))


def of(home: Home) -> dict[str, Any]:
    """The facts of this group: in January, while the grace lasts, last year's enrolment still counts."""
    liable = [m["person_key"] for m in home.members if not m.get("insurance_exempt")]
    missing = [person for person in liable if not _enrolled(home, person, home.day.year)]
    late = [person for person in missing if _enrolled(home, person, home.day.year - 1)]
    uninsured: int | None = len(missing)
    if home.day.month == 1 and late:
        grace = home.parameter("insurance_grace_days")
        if grace is None:
            uninsured = None
        elif home.day.day <= grace:
            uninsured = len(missing) - len(late)
    return {"uninsured_members": uninsured}
