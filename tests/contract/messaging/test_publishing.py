"""What the leader relies on, the same on every broker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.messaging.domain import BrokerError, partition_of
from shared.messaging.protocols import Publisher
from tests.contract.messaging.bus import Bus, message, read


async def started(bus: Bus, names: list[str], partitions: int = 3) -> Publisher:
    await bus.admin().ensure_topics(names, partitions=partitions)
    publisher = bus.publisher()
    await publisher.start()
    return publisher


async def test_a_message_comes_as_it_was_sent(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("as-sent")
    publisher = await started(bus, [topic])
    sent = message(topic, "户1", "内容", ce_id="1", ce_type="t")

    published = await publisher.publish([sent])
    [(partition, offset)] = published.places
    got = await publisher.read_back(topic, partition, offset)

    assert got is not None
    assert (got.topic, got.key, got.value, got.headers, got.timestamp_ms) == sent
    assert (got.partition, got.offset) == (partition, offset) == (partition_of(sent.key, 3), 0)


async def test_every_place_is_where_the_message_stands_in_order(bus: Bus, topics: Callable[..., list[str]]) -> None:
    one, two = topics("one", "two")
    publisher = await started(bus, [one, two], partitions=2)
    sent = [
        message((one, two)[n % 2], f"key{n % 7}", f"{n}".ljust(1_500)) for n in range(2_000)
    ]  # several batches each

    published = await publisher.publish(sent)
    source = bus.source(f"g.{one}", [one, two])
    await source.start()
    came = await read(source, len(sent))
    got = {(m.topic, m.partition, m.offset): m.value for m in came}

    assert len(got) == len(sent)
    assert got == {(m.topic, *place): m.value for m, place in zip(sent, published.places, strict=True)}
    assert sum(ack.size for ack in published.acks) == len(sent)
    for ack in published.acks:
        assert published.places[ack.first] == (ack.partition, ack.base_offset)
        assert got[ack.topic, ack.partition, ack.base_offset] == sent[ack.first].value
    for key in {m.key for m in sent}:  # order is kept within a key
        for topic in (one, two):
            assert [m.value for m in came if (m.topic, m.key) == (topic, key)] == [
                m.value for m in sent if (m.topic, m.key) == (topic, key)
            ]


async def test_the_ends_of_a_log_are_above_its_last_batch(bus: Bus, topics: Callable[..., list[str]]) -> None:
    topic, missing = topics("ends", "missing")
    publisher = await started(bus, [topic], partitions=2)
    assert await publisher.end_offsets([topic, missing]) == {(topic, 0): 0, (topic, 1): 0}

    last = {}
    for _ in range(3):
        published = await publisher.publish([message(topic, f"key{n}", "v") for n in range(20)])
        last.update({(ack.topic, ack.partition): ack.base_offset for ack in published.acks})
        ends = await publisher.end_offsets([topic])
        assert all(ends[place] > base for place, base in last.items())
    assert len(last) == 2


async def test_a_message_can_be_read_back_from_its_place(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("back")
    publisher = await started(bus, [topic], partitions=2)
    sent = [message(topic, f"key{n}", str(n), ce_id=str(n)) for n in range(50)]
    await publisher.publish(sent)
    published = await publisher.publish(sent)

    for ack in published.acks:
        there = await publisher.read_back(topic, ack.partition, ack.base_offset)
        assert there is not None
        assert (there.offset, there.value) == (ack.base_offset, sent[ack.first].value)
    assert await publisher.read_back(topic, 0, 1_000_000) is None


async def test_a_message_of_the_largest_size_passes(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("large")
    publisher = await started(bus, [topic])
    published = await publisher.publish([message(topic, "k", "x" * 1_000_000)])
    got = await publisher.read_back(topic, *published.places[0])
    assert got is not None
    assert len(got.value or b"") == 1_000_000


async def test_a_stopped_publisher_says_so_and_starts_again(bus: Bus, topics: Callable[..., list[str]]) -> None:
    [topic] = topics("again")
    publisher = await started(bus, [topic])
    await publisher.stop()
    await publisher.stop()
    with pytest.raises(BrokerError):
        await publisher.publish([message(topic, "k", "v")])
    await publisher.start()
    assert (await publisher.publish([message(topic, "k", "v")])).acks[0].base_offset == 0


async def test_making_topics_twice_leaves_them_as_they_are(bus: Bus, topics: Callable[..., list[str]]) -> None:
    one, two = topics("one", "two")
    publisher = await started(bus, [one])
    await publisher.publish([message(one, "k", "v")])
    await bus.admin().ensure_topics([one, two], partitions=5)
    ends = await publisher.end_offsets([one, two])
    assert sum(ends.values()) == 1
    assert len(ends) == 3 + 5
