"""Each fact equals a plain-Python computation at random (D, T), whatever the order of arrival: for all households, for
a set and for one, computed afresh and kept batch by batch; and the records that are named as its source suffice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from itertools import product
from random import Random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from services.screening.facts import service as facts
from services.screening.facts.domain import FACTS, GROUPS
from services.screening.register import service as register
from shared.events.assets import IncomeStoppedV1
from shared.events.codec import Delivery
from shared.feeds import catalogue
from tests.factories.histories import moments, stops, told
from tests.integration.facts.conftest import Scratch, batches, by_definition, by_sql, differences, values

RECORDS = 90
HISTORIES = st.lists(st.integers(0, 2**48), min_size=RECORDS, max_size=RECORDS * 2, unique=True)
CHOICES = st.integers(0, 2**32)
TODAY = date(2026, 10, 1)
NOW = datetime(2027, 6, 1, tzinfo=UTC)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
"""A short run names the history that failed; only a long one takes the minutes to make it shorter."""
NEWLY = ("joined_net_90d", "new_severe_disability_90d")
"""That something is *not* new may rest on a record of the past that says nothing of today; it is not named."""
Law = Callable[[Scratch, Sequence[Delivery], Random], Awaitable[None]]


async def _equal_at_random_moments(scratch: Scratch, events: Sequence[Delivery], random: Random) -> None:
    async with scratch.undone() as conn:
        for batch in batches(events, random, 12):
            await register.apply(conn, batch)
        for day, known in moments(random, events, 4):
            expected = by_definition(events, day, known)
            everybody = await by_sql(conn, None, day, known)
            assert differences(everybody, expected) == [], (day, known)
            some = random.sample(sorted(expected), min(2, len(expected)))
            for chosen in (some, some[:1]):
                assert await by_sql(conn, chosen, day, known) == {no: everybody[no] for no in chosen}


async def _kept_equals_computed(scratch: Scratch, events: Sequence[Delivery], random: Random) -> None:
    async with scratch.undone() as conn:
        for batch in batches(events, random, 20):
            touched = await register.apply(conn, batch)
            await facts.refresh(conn, touched.households, touched.kinds, TODAY, NOW)
        kept = await facts.rows(conn, facts.stored(None, NOW))
        assert kept == await facts.rows(conn, facts.computed(None, TODAY, NOW))
        assert differences(values(kept), by_definition(events, TODAY, NOW)) == []


async def _named_records_are_enough(scratch: Scratch, events: Sequence[Delivery], random: Random) -> None:
    """The facts of a group follow from the household records and the records that are named as their source."""
    async with scratch.undone() as conn:
        for batch in batches(events, random, 60):
            await register.apply(conn, batch)
        for day, known in moments(random, events, 2):
            expected = by_definition(events, day, known)
            named = await facts.contributions(conn, sorted(expected), GROUPS, day, known)
            for no, group in product(expected, set(GROUPS) - {"assets"}):
                records = {(ref.kind, ref.source_id) for ref in named[no].get(group, [])}
                kept = [d for d in events if (record := _record_of(d)) and (record[0] == 17 or record in records)]
                alone = by_definition(kept, day, known)[no]
                for name in (name for name, fact in FACTS.items() if fact.group == group):
                    nothing = name in NEWLY and not expected[no][name]
                    assert nothing or alone[name] == expected[no][name], (no, name, day, known)


def _record_of(delivery: Delivery) -> tuple[int, str] | None:
    if isinstance(delivery.event, IncomeStoppedV1):
        return None
    meta = delivery.event.meta
    return catalogue.get(meta.department, meta.kind).number, meta.source_id


def _try(law: Law, scratch: Scratch, examples: int) -> None:
    @settings(max_examples=examples, phases=PHASES[: 5 if examples > 100 else 3])
    @given(HISTORIES, CHOICES)
    def run(seeds: list[int], choice: int) -> None:
        note(f"told({seeds}, {RECORDS}), Random({choice})")
        random = Random(choice)
        scratch.runner.run(law(scratch, told(seeds, RECORDS) + stops(random), random))  # type: ignore[arg-type]

    run()


LAWS = [_equal_at_random_moments, _kept_equals_computed, _named_records_are_enough]


@pytest.mark.parametrize("law", LAWS)
def test_a_few_random_histories(scratch: Scratch, law: Law) -> None:
    _try(law, scratch, 8)


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS)
def test_many_random_histories(scratch: Scratch, law: Law) -> None:
    _try(law, scratch, 200)
