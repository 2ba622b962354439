"""#9 住房安全."""

from __future__ import annotations

from tests.factories.oracle import dwelling
from tests.factories.oracle_indicators.people import Town, Unit, person


def housed(town: Town) -> list[Unit]:
    """Members; covered: the household's newest appraisal says A or B, or the house was mended after it. Without an
    appraisal it is not guaranteed."""
    safe = {home.no: dwelling.of(home)["dwelling_unsafe"] is False for home in town.cohort}
    return [person(home, member, covered=safe[home.no]) for home, member in town.members]
