"""Measures of assistance 帮扶措施, income that lasts, links with enterprises."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.oracle import income, status
from tests.factories.oracle.days import day_of, month_start
from tests.factories.oracle.known import Home, Version

DEVELOPMENTAL = ("industry", "employment", "finance", "public_post")


def _runs(version: Version, day: date, first: str, last: str) -> bool:
    """Begun, and not over: the last day still counts."""
    begins, ends = day_of(version.data[first]), day_of(version.data.get(last))
    assert begins is not None
    return begins <= day and (ends is None or ends >= day)


def _days_without(home: Home, measures: list[Version]) -> int | None:
    monitored = status.monitoring(home)
    if monitored is None:
        return None
    if any(_runs(v, home.day, "started_on", "ended_on") for v in measures):
        return 0
    since = [month_start(monitored.data["identified_month"]) or date.max]
    for measure in measures:
        ended = day_of(measure.data.get("ended_on"))
        if ended is not None and ended < home.day:
            since.append(ended)
    return max(0, (home.day - max(since)).days)


def _income_project(home: Home, running: list[Version]) -> bool | None:
    record = income.newest(home)
    if any(v.data["measure"] == "industry" for v in running):
        return True
    return None if record is None else income.wage(record) > 0 or income.operating_net(record) > 0


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    measures = home.of_household(19)
    running = [v for v in measures if _runs(v, home.day, "started_on", "ended_on")]
    return {
        "active_measures": len(running),
        "developmental_measures": sum(v.data["measure"] in DEVELOPMENTAL for v in running),
        "days_without_measure": _days_without(home, measures),
        "income_project": _income_project(home, running),
        "tight_linkage": any(v.data["tight"] and _runs(v, home.day, "since", "until") for v in home.of_household(21)),
    }
