"""Project assets that stopped paying the household."""

from __future__ import annotations

from typing import Any

from shared import clock
from tests.factories.oracle.days import in_window
from tests.factories.oracle.known import Home


def of(home: Home) -> dict[str, Any]:
    """The fact of this group."""
    return {
        "asset_income_stopped_90d": any(
            home.no in stop.households and in_window(stop.stopped_on, clock.business_date(stop.known_at), home.day, 90)
            for stop in home.on.known.stops
        )
    }
