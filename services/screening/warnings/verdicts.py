"""What the live rules say of households, by pair: the one statement of `rules`, read as verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.facts.repository import Relation
from services.screening.rules import repository as rules
from services.screening.rules.domain import RuleVersion
from services.screening.warnings.domain import HouseholdWarning, Pair
from services.screening.warnings.evidence import Verdict


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The live rules by code, and the pairs that are hit or unknown; every other pair is clear."""

    rules: Mapping[str, RuleVersion]
    hits: frozenset[Pair]
    unknown: frozenset[Pair]

    def of(self, pair: Pair) -> Verdict:
        """The verdict of one household and live rule; a household not in the relation is clear."""
        return "hit" if pair in self.hits else "unknown" if pair in self.unknown else "clear"


async def of(conn: AsyncConnection, relation: Relation, as_of: date, known_at: datetime) -> Verdicts:
    """The verdicts of all live rules over a relation of facts, in one statement."""
    live = await rules.live(conn, as_of, known_at)
    hits: set[Pair] = set()
    unknown: set[Pair] = set()
    for household_no, hit_mask, unknown_mask in await rules.verdicts(conn, *relation, as_of, known_at, rules=live):
        for bit, rule in enumerate(live):
            if hit_mask >> bit & 1:
                hits.add((household_no, rule.code))
            elif unknown_mask >> bit & 1:
                unknown.add((household_no, rule.code))
    return Verdicts({rule.code: rule for rule in live}, frozenset(hits), frozenset(unknown))


async def on_the_days_of(
    conn: AsyncConnection, warnings: Sequence[HouseholdWarning], today: Verdicts, as_of: date, known_at: datetime
) -> dict[Pair, Verdict]:
    """The verdict of each warning's pair for the day of its raise, as known now.

    One statement a distinct day other than `as_of`: a window of facts has one day. The days are
    those of warnings that this batch made clear, a handful.
    """
    by_day: dict[date, list[HouseholdWarning]] = defaultdict(list)
    for warning in warnings:
        by_day[warning.as_of].append(warning)
    found: dict[Pair, Verdict] = {}
    for day, raised in sorted(by_day.items()):
        verdicts = today
        if day != as_of:
            households = sorted({warning.household_no for warning in raised})
            verdicts = await of(conn, facts.computed(households, day, known_at), day, known_at)
        found |= {w.pair: verdicts.of(w.pair) if w.rule_code in verdicts.rules else "unknown" for w in raised}
    return found
