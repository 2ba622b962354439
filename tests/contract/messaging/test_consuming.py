"""What the consumer loop relies on, the same on every broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from shared.messaging.domain import Received
from shared.messaging.protocols import Source
from tests.contract.messaging.bus import PATIENCE_SECONDS, Bus, message, read


async def filled(bus: Bus, topic: str, count: int, partitions: int = 4) -> None:
    await bus.admin().ensure_topics([topic], partitions=partitions)
    publisher = bus.publisher()
    await publisher.start()
    await publisher.publish([message(topic, f"key{n}", str(n)) for n in range(count)])


async def member(bus: Bus, topic: str, group: str = "group") -> Source:
    source = bus.source(f"{group}.{topic}", [topic])
    await source.start()
    return source


async def test_a_group_goes_on_after_what_it_committed(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("committed")
    await filled(bus, topic, 50)
    first = await member(bus, topic)
    await read(first, 50)
    await filled(bus, topic, 7)
    uncommitted = await read(first, 7, commit=False)
    await first.stop()
    second = await member(bus, topic)
    assert sorted(await read(second, 7)) == sorted(uncommitted)
    assert await second.batch(10, 300) == []


async def test_two_groups_read_everything_each(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("groups")
    await filled(bus, topic, 20)
    for group in ("one", "two"):
        assert len(await read(await member(bus, topic, group), 20)) == 20


async def test_rewind_reads_the_last_batch_again(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("rewind")
    await filled(bus, topic, 100)
    source = await member(bus, topic)
    batch: list[Received] = []
    while not batch:
        batch = list(await source.batch(30, 200))
    await source.rewind()  # nothing was ever committed: it is not "back to what was committed"
    again = await read(source, 100)
    await source.rewind()
    assert len(set(again)) == len(again) == 100
    assert set(batch) <= set(again)
    assert set(await read(source, 1)) <= set(again)


async def test_a_batch_is_bounded(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("bounded")
    await filled(bus, topic, 100)
    source = await member(bus, topic)
    sizes: list[int] = []
    while sum(sizes) < 100:
        sizes.append(len(await source.batch(30, 500)))
    assert max(sizes) <= 30


async def test_members_share_and_take_over(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("share")
    await filled(bus, topic, 200)
    one = await member(bus, topic)
    seen = await read(one, 200)
    joining = asyncio.create_task(member(bus, topic))
    seen += await read_until(one, joining)
    two = joining.result()
    await filled(bus, topic, 200)
    both = await gather_from([one, two], 200)
    assert {len(both[0]) > 0, len(both[1]) > 0} == {True}  # each has a share
    await two.stop()
    await filled(bus, topic, 200)
    after = await read(one, 200)
    everything = [(m.partition, m.offset) for m in [*seen, *both[0], *both[1], *after]]
    assert len(everything) == len(set(everything)) == 600


async def test_a_rebalance_waits_for_what_is_held_and_voids_what_is_not(
    bus: Bus, topics: Callable[..., list[str]]
) -> None:
    [topic] = topics("fence")
    await filled(bus, topic, 40)
    one = await member(bus, topic)
    batch: list[Received] = []
    while not batch:
        batch = list(await one.batch(100, 200))
    async with one.hold() as held:
        assert held
        joining = asyncio.create_task(member(bus, topic))
        await asyncio.sleep(4 if bus.bootstrap else 0.2)  # longer than a heartbeat
        assert not joining.done()
    # the rebalance goes on; the batch was not committed, so it belongs to whoever has the partitions now
    await joining
    async with one.hold() as held:
        assert not held
    both = await gather_from([one, joining.result()], 40)
    assert len({(m.partition, m.offset) for m in [*both[0], *both[1]]}) == 40


async def gather_from(sources: list[Source], count: int) -> list[list[Received]]:
    """What each reads, until together they have `count`."""
    found: list[list[Received]] = [[] for _ in sources]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sum(map(len, found)) < count:
        assert time.monotonic() < deadline, [len(one) for one in found]
        for mine, source in zip(found, sources, strict=True):
            batch = await source.batch(1_000, 100)
            async with source.hold() as held:
                if held:
                    mine.extend(batch)
                    await source.commit()
    return found


async def read_until(source: Source, task: asyncio.Task[Source]) -> list[Received]:
    """Keep polling, as a loop does, until `task` is done."""
    found: list[Received] = []
    while not task.done():
        found += await source.batch(1_000, 100)
    return found
