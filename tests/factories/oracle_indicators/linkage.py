"""#11 与企业紧密利益联结."""

from __future__ import annotations

from tests.factories.oracle.days import day_of
from tests.factories.oracle.known import Home, Version
from tests.factories.oracle_indicators.people import Town, Unit, household, lifted, monitored


def linked(town: Town) -> list[Unit]:
    """Lifted households entitled to the policies, and monitored ones; covered: a tight linkage is in force."""
    entitled = [home for home in town.cohort if monitored(home) or (lifted(home) and entitled_to(home))]
    return [household(home, covered=any(one.data["tight"] for one in in_force(home))) for home in entitled]


def entitled_to(home: Home) -> bool:
    """享受政策; what is not said is no."""
    return home.version.data.get("policy_entitled") is True


def in_force(home: Home) -> list[Version]:
    """The household's linkages on the day; the last day still counts."""
    return [one for one in home.of_household(21) if _lasts(home, one, "since", "until")]


def measures(home: Home, measure: str) -> list[Version]:
    """The household's measures of assistance of a kind on the day."""
    given = [one for one in home.of_household(19) if one.data["measure"] == measure]
    return [one for one in given if _lasts(home, one, "started_on", "ended_on")]


def _lasts(home: Home, version: Version, first: str, last: str) -> bool:
    begun, over = day_of(version.data[first]), day_of(version.data.get(last))
    return begun is not None and begun <= home.day and (over is None or home.day <= over)
