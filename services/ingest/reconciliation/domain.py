"""Which days are due, and how the past comes round (design: feeds §5)."""

from __future__ import annotations

from datetime import date, timedelta

DAILY_AFTER = timedelta(minutes=10)
"""A day is reconciled so long after its end."""
LOOK_BACK_DAYS = 7
"""So many old days are looked at again each day, so that all of the past comes round."""
CATCH_UP_DAYS = 35
"""Days for which a worker that was away still makes manifests."""


def days_due(through: date, today: date) -> list[date]:
    """Days to put on the agenda: those after `through` that are over, the last `CATCH_UP_DAYS` of them."""
    first = max(through + timedelta(days=1), today - timedelta(days=CATCH_UP_DAYS))
    return [first + timedelta(days=n) for n in range((today - first).days)]


def look_back(from_day: date | None, first: date, today: date) -> list[date]:
    """The next old days to look at again, going back from `from_day` to the first that there is, then round again from
    yesterday's eve; newest first."""
    newest = today - timedelta(days=2)
    start = newest if from_day is None or not first < from_day <= newest else from_day - timedelta(days=1)
    days = [start - timedelta(days=n) for n in range(LOOK_BACK_DAYS)]
    return [day for day in days if day >= first]
