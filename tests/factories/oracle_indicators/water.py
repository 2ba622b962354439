"""#10 饮水安全."""

from __future__ import annotations

from tests.factories.oracle import water
from tests.factories.oracle_indicators.people import Town, Unit, person


def watered(town: Town) -> list[Unit]:
    """Members; covered: the household's newest check found all four criteria met."""
    safe = {home.no: water.of(home)["water_unsafe"] is False for home in town.cohort}
    return [person(home, member, covered=safe[home.no]) for home, member in town.members]
