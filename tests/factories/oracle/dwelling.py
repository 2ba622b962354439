"""The house: how safe it is, and whether it is being mended."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.oracle.days import day_of
from tests.factories.oracle.known import Home, Version


def _accepted_on(version: Version, day: date) -> date | None:
    """When the work was accepted, if it was by `day`."""
    accepted = day_of(version.data.get("accepted_on")) if version.data["progress"] == "accepted" else None
    return accepted if accepted is not None and accepted <= day else None


def _overdue(works: list[Version], day: date) -> bool:
    accepted = [found for v in works if (found := _accepted_on(v, day)) is not None]
    return any(
        v.data["progress"] != "accepted"
        and v.data["plan_year"] < day.year
        and not any(found.year >= v.data["plan_year"] for found in accepted)
        for v in works
    )


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    works = home.of_members(10)
    overdue = _overdue(works, home.day)
    seen = [v for v in home.of_members(9) if (day_of(v.data["appraised_on"]) or date.max) <= home.day]
    if not seen:
        unknown = dict.fromkeys(("dwelling_grade", "dwelling_unsafe", "renovation_recorded"))
        return {**unknown, "renovation_overdue": overdue}
    newest = max(seen, key=lambda v: (v.data["appraised_on"], v.number, v.source_id))
    appraised_on = day_of(newest.data["appraised_on"]) or date.max
    grade = "ABCD".index(newest.data["grade"]) + 1
    mended = any((found := _accepted_on(v, home.day)) is not None and found >= appraised_on for v in works)
    return {
        "dwelling_grade": grade,
        "dwelling_unsafe": grade >= 3 and not mended,
        "renovation_recorded": any(v.effective_on >= appraised_on for v in works),
        "renovation_overdue": overdue,
    }
