"""The household's income of twelve months, and what it could not but spend in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.oracle.days import day_of, fen, in_year_before, month_end, rounded
from tests.factories.oracle.known import Home, Version

COMPULSORY = ("primary", "junior")


def period_end(version: Version) -> date:
    """The last day of the twelve months."""
    last = month_end(version.data["period_end_month"])
    assert last is not None
    return last


def _amount(version: Version, field: str) -> int:
    return fen(version.data[field]) or 0


def operating_net(version: Version) -> int:
    """Operating income less its cost, fen."""
    return _amount(version, "operating") - _amount(version, "operating_cost")


def wage(version: Version) -> int:
    """Wages, fen."""
    return _amount(version, "wage")


def _net(version: Version) -> int:
    return wage(version) + operating_net(version) + _amount(version, "property") + _amount(version, "transfer")


def newest(home: Home) -> Version | None:
    """The record of the newest period that is over."""
    over = [v for v in home.of_household(18) if period_end(v) <= home.day]
    return max(over, key=lambda v: (period_end(v), v.number, v.source_id), default=None)


def _year_before(home: Home, version: Version) -> Version | None:
    end = period_end(version)
    same = [v for v in home.of_household(18) if (period_end(v).year, period_end(v).month) == (end.year - 1, end.month)]
    return max(same, key=lambda v: (v.number, v.source_id), default=None)


def _medical(home: Home, end: date) -> int:
    return sum(
        fen(v.data["self_paid_in_catalogue"]) or 0
        for v in home.of_members(8)
        if in_year_before(day_of(v.data["settled_on"]) or date.max, end)
    )


def _education(home: Home, end: date) -> int:
    return sum(
        fen(v.data["self_paid"]) or 0
        for v in home.of_members(12)
        if v.data["stage"] not in COMPULSORY and in_year_before(v.effective_on, end)
    )


_NAMES = (
    "net_12m", "payout_12m", "members_counted", "income_per_capita", "income_age_days", "prev_net_12m", "wage_drop",
    "operating_drop", "medical_rigid_12m", "education_rigid_12m", "rigid_spending_12m", "income_after_rigid_per_capita",
)  # fmt: skip


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    record = newest(home)
    if record is None:
        return dict.fromkeys(_NAMES)
    before, end = _year_before(home, record), period_end(record)
    net, payout, heads = _net(record), fen(record.data.get("insurance_payout")), record.data["members_counted"]
    medical, education = _medical(home, end), _education(home, end)
    return {
        "net_12m": net,
        "payout_12m": payout,
        "members_counted": heads,
        "income_per_capita": rounded(net, heads),
        "income_age_days": (home.day - end).days,
        "prev_net_12m": None if before is None else _net(before),
        "wage_drop": None if before is None else wage(before) - wage(record),
        "operating_drop": None if before is None else operating_net(before) - operating_net(record),
        "medical_rigid_12m": medical,
        "education_rigid_12m": education,
        "rigid_spending_12m": medical + education,
        "income_after_rigid_per_capita": (
            None if payout is None else rounded(net + payout - medical - education, heads)
        ),
    }
