"""The pure parts of the bus: partitions, runs, dead letters, headers at rest, a log that contradicts itself."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.message import Headers, Message, Received
from shared.messaging.dead import dead_letter, id_of, is_dead, message_id
from shared.messaging.domain import Ack, partition_of, runs
from shared.messaging.loop import backoff, pause
from shared.messaging.outbox.amnesia import contradicts
from shared.messaging.outbox.repository import last_known, pack, unpack

POISON = Received("feeds.health.v1", 3, 42, None, None, (("ce_id", b"\xff"), ("x", b"1"), ("x", b"2")), 5)


def test_the_partition_of_a_key_is_librdkafkas_consistent() -> None:
    assert partition_of(b"150625000001", 12) == crc32(b"150625000001") % 12 == 0
    assert partition_of(b"", 12) == 0
    assert {partition_of(f"p1.{n}".encode(), 12) for n in range(200)} == set(range(12))


@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 60))))
def test_runs_say_the_same_places_in_fewer_words(places: set[tuple[int, int]]) -> None:
    found = runs(sorted(places, key=hash))
    assert [(p, base + n) for p, base, size in found for n in range(size)] == sorted(places)
    for (p, base, size), (q, after, _) in pairwise(found):
        assert p < q or base + size < after


headers = st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.binary())).map(tuple)


@given(headers=headers, event_id=st.text(st.characters(codec="utf-8")))
def test_headers_at_rest_keep_every_byte(headers: Headers, event_id: str) -> None:
    kept = unpack(pack(headers, event_id), event_id)
    own = ("ce_id", event_id.encode())
    assert [one for one in kept if one != own] == [one for one in headers if one != own]
    assert (own in kept) == (own in headers)


def test_messages_of_one_moment_have_the_same_headers_at_rest() -> None:
    texts = {pack((("ce_id", str(n).encode()), ("ce_type", b"t")), str(n)) for n in range(3)}
    assert len(texts) == 1


def test_a_dead_letter_keeps_everything_and_says_why_and_where() -> None:
    dead = dead_letter(POISON, "attribute_not_utf8", group="screening")
    assert dead.topic == "feeds.health.v1.dead"
    assert dead.headers[:3] == POISON.headers
    said = {name: value.decode() for name, value in dead.headers[3:]}
    assert said["dead_reason"] == "attribute_not_utf8"
    assert (said["dead_topic"], said["dead_partition"], said["dead_offset"]) == ("feeds.health.v1", "3", "42")
    assert said["dead_group"] == "screening"
    assert is_dead(dead)
    read = Received(dead.topic, 0, 0, dead.key, dead.value, dead.headers, 5)
    assert message_id(dead)[0] == id_of(read) == said["dead_id"]


def test_the_same_poison_at_the_same_place_is_the_same_dead_letter() -> None:
    one = message_id(dead_letter(POISON, "a", group="g"))
    assert message_id(dead_letter(POISON, "b", group="g")) == one
    other = [POISON._replace(offset=43), POISON._replace(value=b""), POISON._replace(partition=4)]
    assert len({one, *(message_id(dead_letter(poison, "a", group="g")) for poison in other)}) == 4
    assert message_id(dead_letter(POISON, "a", group="h")) != one


@pytest.mark.parametrize(
    ("bases", "lost"),
    [([11], False), ([11, 12], False), ([10], True), ([0], True), ([12, 12], True), ([12, 11], True), ([], False)],
)
def test_a_base_offset_must_be_above_the_last(bases: list[int], lost: bool) -> None:
    acks = [Ack("t", 1, base, 1, 0) for base in bases]
    assert contradicts({("t", 1): (10, "e"), ("t", 2): (99, "f")}, acks) is lost


def test_a_partition_that_nobody_wrote_to_contradicts_nothing() -> None:
    assert not contradicts({}, [Ack("t", 1, 0, 5, 0)])


def test_what_is_known_is_the_last_batch_of_each_partition() -> None:
    messages = [Message("t", b"", b"", (("ce_id", str(n).encode()), ("ce_type", b"t")), 0) for n in range(9)]
    acks = [Ack("t", 0, 7, 2, 3), Ack("t", 0, 5, 2, 1), Ack("t", 1, 0, 1, 8)]
    assert last_known(acks, messages) == {("t", 0): (7, "3"), ("t", 1): (0, "8")}


def test_waiting_doubles_up_to_a_bound() -> None:
    assert [backoff(n) for n in range(1, 4)] == [0.1, 0.2, 0.4]
    assert backoff(0) == 0
    assert backoff(10_000) == 5


async def test_a_pause_ends_when_the_process_is_told_to_stop() -> None:
    stop = asyncio.Event()
    began = time.monotonic()
    await pause(stop, 0.01)
    asyncio.get_running_loop().call_later(0.01, stop.set)
    await pause(stop, 60)
    assert time.monotonic() - began < 5
