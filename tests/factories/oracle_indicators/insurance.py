"""#8 基本医疗保险."""

from __future__ import annotations

from tests.factories.oracle_indicators.people import Town, Unit, person


def insured(town: Town) -> list[Unit]:
    """Members who have to be insured; covered: enrolled for the day's year, in whichever scheme."""
    enrolled = {
        version.subject
        for version in town.on.visible(7)
        if version.data["status"] == "enrolled" and version.data["insurance_year"] == town.on.day.year
    }
    return [
        person(home, member, covered=member["person_key"] in enrolled)
        for home, member in town.members
        if not member.get("insurance_exempt")
    ]
