"""易地搬迁安置点: one steadily employed member and one income project in every able household."""

from __future__ import annotations

from tests.factories.oracle.days import day_of, months_before
from tests.factories.oracle.known import Home, Member, Version
from tests.factories.oracle.people import able
from tests.factories.oracle_indicators import linkage
from tests.factories.oracle_indicators.people import Town, Unit, household

STEADY_MONTHS = 3


def employed(town: Town) -> list[Unit]:
    """Households at a site with a member able to work; covered: a member, able or not, is steadily at work."""
    return [household(home, covered=any(_at_work(home, member) for member in home.members)) for home in _at_sites(town)]


def earning(town: Town) -> list[Unit]:
    """The same households; covered: an industry measure or a linkage with an enterprise is in force."""
    return [
        household(home, covered=bool(linkage.measures(home, "industry") or linkage.in_force(home)))
        for home in _at_sites(town)
    ]


def _at_sites(town: Town) -> list[Home]:
    return [
        home
        for home in town.homes
        if home.version.data["resettlement"] == "site" and any(able(member) for member in home.members)
    ]


def _at_work(home: Home, member: Member) -> bool:
    """稳定就业: at work on the day, by a job that has lasted for three months."""
    return any(_lasts(home, job) for job in home.of(member["person_key"], 22) if job.data["employment"] != "seeking")


def _lasts(home: Home, job: Version) -> bool:
    begun, over = day_of(job.data["started_on"]), day_of(job.data.get("ended_on"))
    steady = begun is not None and begun <= months_before(home.day, STEADY_MONTHS)
    return steady and (over is None or home.day <= over)
