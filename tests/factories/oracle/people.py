"""Who belongs to the household."""

from __future__ import annotations

from typing import Any

from tests.factories.oracle.days import day_of, months_before
from tests.factories.oracle.known import Home, Member

OLD_AT = 60
ABLE = ("ordinary", "skilled")


def able(member: Member) -> bool:
    """Whether the register holds somebody as able to work: ordinary or skilled labour."""
    return member["labour"] in ABLE


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    sixty_years_ago = months_before(home.day, OLD_AT * 12)
    born = [day_of(m.get("birth_on")) for m in home.members]
    return {
        "members": len(home.members),
        "labour_members": sum(able(m) for m in home.members),
        "no_labour_household": home.version.data.get("no_labour_household"),
        "elderly_members": sum(day <= sixty_years_ago for day in born if day) if all(born) else None,
    }
