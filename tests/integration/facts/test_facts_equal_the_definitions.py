"""Each fact equals a plain-Python computation at random (D, T), whatever the order of arrival: for all households, for
a set and for one, computed afresh and kept batch by batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.screening.facts import service as facts
from services.screening.register import service as register
from shared.events.codec import Delivery
from tests.factories.histories import moments, stops, told
from tests.integration.facts.conftest import Scratch, batches, by_definition, by_sql, differences, values

RECORDS = 90
HISTORIES = st.lists(st.integers(0, 2**48), min_size=RECORDS, max_size=RECORDS * 2)
CHOICES = st.integers(0, 2**32).map(Random)
TODAY = date(2026, 10, 1)
NOW = datetime(2027, 6, 1, tzinfo=UTC)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
"""A short run names the history that failed; only a long one takes the minutes to make it shorter."""
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


def _try(law: Law, scratch: Scratch, examples: int) -> None:
    @settings(max_examples=examples, phases=PHASES[: 5 if examples > 100 else 3])
    @given(HISTORIES, CHOICES)
    def run(seeds: list[int], random: Random) -> None:
        scratch.runner.run(law(scratch, told(seeds, RECORDS) + stops(random), random))  # type: ignore[arg-type]

    run()


LAWS = [_equal_at_random_moments, _kept_equals_computed]


@pytest.mark.parametrize("law", LAWS)
def test_a_few_random_histories(scratch: Scratch, law: Law) -> None:
    _try(law, scratch, 8)


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS)
def test_many_random_histories(scratch: Scratch, law: Law) -> None:
    _try(law, scratch, 500)
