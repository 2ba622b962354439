"""The worlds of the indicators' tests, and the sample's records as the bus would have brought them by now."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from shared import clock
from shared.events.codec import Delivery
from shared.sample import generate
from tests.factories import sampled
from tests.factories.histories import history
from tests.integration.indicators.conftest import TODAY, World, make_world, world

__all__ = ["make_world", "world"]

PROJECTED = (7, 9, 10, 11, 13, 17, 18, 19, 20, 21, 22, 23)
DENSE = (*PROJECTED, 17, 17, 17, 17, 23, 11, 13, 13, 13, 22)


def lives(random: Random, count: int) -> list[Delivery]:
    """A random history of what indicators reads, in which every second household lives at a site of resettlement."""
    return [_resettled(random, one) for one in history(random, records=count, kinds=DENSE)]


def _resettled(random: Random, delivery: Delivery) -> Delivery:
    event = delivery.event
    if "resettlement" not in event.data or random.random() < 0.5:
        return delivery
    data = {**event.data, "resettlement": "site"}
    return delivery._replace(event=event.model_copy(update={"data": data}))


def records(households: int, seed: int) -> list[Delivery]:
    """Every version of a sample that is known by now, in the order of its knowledge. The clock must be set."""
    found = list(sampled.deliveries(generate(households, seed, TODAY), Random(seed)))
    return sorted((one for one in found if one.event.meta.known_at <= clock.now()), key=lambda one: one.time)


async def push(world: World, events: Sequence[Delivery], random: Random, *, settle: float = 0.0) -> None:
    """The events in batches of random sizes, now and then with passes in between, and passes to the end."""
    waiting = list(events)
    while waiting:
        size = random.randint(1, 1_500)
        batch, waiting = waiting[:size], waiting[size:]
        await world.take(*batch)
        if random.random() < settle:
            await world.settle()
    await world.settle()
