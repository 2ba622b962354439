"""What the live rules say of households, by pair: the one statement of `rules`, read as verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.facts.repository import Relation
from services.screening.rules import repository as rules
from services.screening.rules.domain import RuleVersion
from services.screening.warnings.domain import HouseholdWarning, Pair
from services.screening.warnings.evidence import Verdict
from services.screening.warnings.repository import silence_aside


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

    @cache  # most households share their verdicts with thousands
    def codes(mask: int) -> list[str]:
        return [rule.code for bit, rule in enumerate(live) if mask >> bit & 1]

    for household_no, hit_mask, unknown_mask in await rules.verdicts(conn, *relation, as_of, known_at, rules=live):
        hits.update([(household_no, code) for code in codes(hit_mask)])
        unknown.update([(household_no, code) for code in codes(unknown_mask & ~hit_mask)])
    return Verdicts({rule.code: rule for rule in live}, frozenset(hits), frozenset(unknown))


async def at_raise(
    conn: AsyncConnection,
    warnings: Sequence[HouseholdWarning],
    moved: set[Pair],
    found: Verdicts,
    as_of: date,
    known_at: datetime,
) -> dict[Pair, Verdict]:
    """For active warnings that are not hit any more: the verdict for the day of the raise on the
    records known now. Left out are those that only a silent feed makes unknown.

    Silence is left aside, but not for households in `moved`, which other feeds speak for now than
    when the warning was raised. One statement for today and one or two for each other day: a window
    of facts has one day, and the days are those of warnings that this batch ended, a handful.
    """
    if not warnings:
        return {}
    everybody = facts.stored(sorted({warning.household_no for warning in warnings}), known_at)
    aside = await of(conn, silence_aside(everybody), as_of, known_at)
    groups: dict[tuple[date, bool], list[HouseholdWarning]] = defaultdict(list)
    for warning in warnings:
        elsewhere = warning.pair in moved
        if elsewhere or found.of(warning.pair) == "clear" or aside.of(warning.pair) != "hit":
            groups[warning.as_of, elsewhere].append(warning)
    verdicts: dict[Pair, Verdict] = {}
    for (day, elsewhere), raised in sorted(groups.items()):
        then = found if elsewhere else aside
        if day != as_of:
            computed = facts.computed(sorted({warning.household_no for warning in raised}), day, known_at)
            then = await of(conn, computed if elsewhere else silence_aside(computed), day, known_at)
        # A rule that was not in force that day says nothing against the records.
        verdicts |= {w.pair: then.of(w.pair) if w.rule_code in then.rules else "hit" for w in raised}
    return verdicts
