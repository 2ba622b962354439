"""#1 脱贫人口人均纯收入 of a year and of the year before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tests.factories.oracle.days import fen
from tests.factories.oracle.known import Home, Version
from tests.factories.oracle_indicators.people import Town, lifted


@dataclass(slots=True)
class Mean:
    """Net income in fen and heads of the year and of the year before, and how many households are in it or lack a
    report."""

    net: int = 0
    heads: int = 0
    net_before: int = 0
    heads_before: int = 0
    households: int = 0
    without: int = 0

    @property
    def growth_pct(self) -> Decimal | None:
        """By how many per cent a head had more; None where nothing can be compared."""
        if not self.heads or not self.heads_before or self.net_before <= 0:
            return None
        now, before = Decimal(self.net) / self.heads, Decimal(self.net_before) / self.heads_before
        return (now / before - 1) * 100


def means(town: Town, year: int, places: Callable[[str], list[str]]) -> dict[str, Mean]:
    """Division → the mean over its lifted households that reported for both years."""
    found: dict[str, Mean] = defaultdict(Mean)
    for home in town.homes:
        if lifted(home):
            now, before = _report(home, year), _report(home, year - 1)
            for place in places(home.division):
                _add(found[place], now, before)
    return dict(found)


def _add(mean: Mean, now: Version | None, before: Version | None) -> None:
    if now is None or before is None:
        mean.without += 1
        return
    mean.households += 1
    mean.net += net_fen(now)
    mean.heads += now.data["members_counted"]
    mean.net_before += net_fen(before)
    mean.heads_before += before.data["members_counted"]


def _report(home: Home, year: int) -> Version | None:
    """The household's report of the twelve months to December of the year."""
    of_year = [one for one in home.of_household(18) if one.data["period_end_month"] == f"{year}-12"]
    return max(of_year, key=lambda one: (one.number, one.source_id), default=None)


def net_fen(report: Version) -> int:
    """纯收入: wages, operating income less its cost, property and transfers."""
    amounts = {
        name: fen(report.data[name]) or 0 for name in ("wage", "operating", "operating_cost", "property", "transfer")
    }
    return sum(amounts.values()) - 2 * amounts["operating_cost"]
