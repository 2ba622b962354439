"""Drinking water 饮水安全."""

from __future__ import annotations

from typing import Any

from tests.factories.oracle.known import Home

STANDARDS = ("quantity_ok", "quality_ok", "convenience_ok", "reliability_ok")


def of(home: Home) -> dict[str, Any]:
    """The fact of this group: the newest check, all four standards."""
    checks = [v for v in home.of_household(20) if v.data["checked_on"] <= home.day.isoformat()]
    newest = max(checks, key=lambda v: (v.data["checked_on"], v.number, v.source_id), default=None)
    return {"water_unsafe": None if newest is None else not all(newest.data[name] for name in STANDARDS)}
