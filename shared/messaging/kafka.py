"""Apache Kafka, and whatever speaks its protocol, by aiokafka: the only place that imports it.

aiokafka's defaults are not ours (architecture §5, stack.md): nothing is committed by itself, a group
without offsets reads from the start, every in-sync replica acknowledges, and the producer is idempotent
unless the broker cannot (the embedded one).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, TopicAlreadyExistsError, for_code

from shared import logging
from shared.events.topics import DEAD_SUFFIX, RETENTION_DAYS
from shared.messaging.dead import MAX_DEAD_BYTES
from shared.messaging.domain import Ack, BrokerError, Message, Published, Received
from shared.messaging.packing import packed
from shared.messaging.protocols import TopicPartition as Place

BATCH_BYTES = 256 * 1024
MAX_REQUEST_BYTES = 4 * 1024 * 1024
REQUEST_SECONDS = 20
ANSWER_SECONDS = 30.0
STOP_SECONDS = 3.0
SESSION_SECONDS = 10
SETTLE_SECONDS = 1.0
METADATA_SECONDS = 2
"""How soon a member sees topics that were made after it joined."""

log = logging.get()
T = TypeVar("T")


async def _ask(question: Awaitable[T], seconds: float = ANSWER_SECONDS) -> T:
    """The answer, or BrokerError: a client of a broker that is away may also wait for ever."""
    try:
        return await asyncio.wait_for(question, seconds)
    except TimeoutError:
        raise BrokerError(f"no answer in {seconds:.0f} s") from None
    except (KafkaError, OSError) as error:
        raise BrokerError(type(error).__name__) from error


async def _close(client: AIOKafkaConsumer | AIOKafkaProducer | AIOKafkaAdminClient) -> None:
    stop = client.close if isinstance(client, AIOKafkaAdminClient) else client.stop
    with suppress(BrokerError):
        await _ask(stop(), STOP_SECONDS)


def _never_name_topics(client: Any) -> None:
    """Ask for the metadata of all topics, never of one by its name: many a broker makes a topic that it is asked
    for. The embedded one, restarted empty, then has it made by us and by its supervisor at once, and loses what
    was produced to the first of the two; Apache Kafka would give it a number of partitions of its own."""
    client.add_topic = client.set_topics = lambda _: client.force_metadata_update()


class KafkaPublisher:
    """See Publisher. `idempotence` is off only for a broker that has no idempotent producer."""

    def __init__(self, bootstrap: str, *, idempotence: bool = True) -> None:
        self._bootstrap = bootstrap
        self._idempotence = idempotence
        self._producer: AIOKafkaProducer | None = None
        self._reader: AIOKafkaConsumer | None = None

    async def start(self) -> None:
        """See Publisher."""
        await self.stop()
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=self._idempotence,
            max_batch_size=BATCH_BYTES,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=REQUEST_SECONDS * 1000,
        )
        self._reader = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            request_timeout_ms=REQUEST_SECONDS * 1000,
        )
        _never_name_topics(self._producer.client)
        _never_name_topics(self._reader._client)  # noqa: SLF001 (no public way)
        await _ask(self._producer.start())
        await _ask(self._reader.start())
        if not self._idempotence:
            await _ask(self._topics_stand())

    async def _topics_stand(self) -> None:
        """Wait until no topic was made for a second. The embedded broker shows a topic that it is still making,
        and loses what is produced to it by then; after a restart it has to make all of them."""
        before: set[str] = set()
        while (now := set(await self._reader.topics()) if self._reader else before) != before or not now:
            await asyncio.sleep(SETTLE_SECONDS)
            before = now

    async def stop(self) -> None:
        """See Publisher."""
        producer, reader, self._producer, self._reader = self._producer, self._reader, None, None
        if reader is not None:
            await _close(reader)
        if producer is not None:
            # Without this it would wait for batches that a broker that is away never takes.
            producer._message_accumulator.fail_all(KafkaError("stopped"))  # noqa: SLF001 (no public way)
            await _close(producer)

    async def publish(self, messages: Sequence[Message]) -> Published:
        """See Publisher."""
        if self._producer is None:
            raise BrokerError("not started")
        return await _ask(self._publish(self._producer, messages))

    async def _publish(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> Published:
        sent = []
        for batch in await packed(producer, messages):
            answer = await producer.send_batch(batch.builder, batch.topic, partition=batch.partition)
            answer.add_done_callback(_retrieve)
            sent.append((batch, answer))
        published = Published([(-1, -1)] * len(messages), [])
        for batch, answer in sent:
            base = (await answer).offset
            if base < 0:  # "a duplicate": some other answer was lost, and the offset with it
                raise KafkaError("acknowledged without an offset")
            published.acks.append(Ack(batch.topic, batch.partition, base, len(batch.indices), batch.indices[0]))
            for place, index in enumerate(batch.indices, base):
                published.places[index] = (batch.partition, place)
        return published

    async def end_offsets(self, topics: Sequence[str]) -> dict[Place, int]:
        """See Publisher."""
        if self._producer is None or self._reader is None:
            raise BrokerError("not started")
        there = await _ask(self._reader.topics()) & set(topics)
        places = [
            TopicPartition(topic, partition)
            for topic in there
            for partition in await _ask(self._producer.partitions_for(topic))
        ]
        ends = await _ask(self._reader.end_offsets(places)) if places else {}
        return {(place.topic, place.partition): end for place, end in ends.items()}

    async def read_back(self, topic: str, partition: int, offset: int) -> Received | None:
        """See Publisher."""
        if self._reader is None:
            raise BrokerError("not started")
        if offset >= (await self.end_offsets([topic])).get((topic, partition), 0):
            return None  # the embedded broker says nothing at all about such an offset
        place = TopicPartition(topic, partition)
        self._reader.assign([place])
        self._reader.seek(place, offset)
        try:
            record = await _ask(self._reader.getone(place))
        except BrokerError as error:
            if isinstance(error.__cause__, OffsetOutOfRangeError):
                return None
            raise
        finally:
            self._reader.unsubscribe()
        return _received(record) if record.offset == offset else None


def _retrieve(answer: asyncio.Future[Any]) -> None:
    """Look at an answer that nobody waits for any more, so that asyncio does not complain."""
    if not answer.cancelled():
        answer.exception()


def _received(record: Any) -> Received:
    return Received(
        record.topic, record.partition, record.offset, record.key, record.value, record.headers, record.timestamp
    )


class KafkaSource(ConsumerRebalanceListener):  # type: ignore[misc]  # published without types
    """See Source. A rebalance runs beside the loop: it waits for what is held, and makes a batch that
    was read before it void."""

    def __init__(self, bootstrap: str, group: str, topics: Sequence[str]) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = list(topics)
        self._consumer: AIOKafkaConsumer | None = None
        self._lock = asyncio.Lock()
        self._epoch = 0
        self._batch_epoch = -1
        self._first: dict[TopicPartition, int] = {}
        self._next: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """See Source."""
        await self.stop()
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_SECONDS * 1000,
            rebalance_timeout_ms=60_000,
            max_partition_fetch_bytes=MAX_REQUEST_BYTES,
            fetch_max_wait_ms=100,
            metadata_max_age_ms=METADATA_SECONDS * 1000,
        )
        _never_name_topics(self._consumer._client)  # noqa: SLF001 (no public way)
        self._consumer.subscribe(topics=self._topics, listener=self)
        await _ask(self._consumer.start())

    async def stop(self) -> None:
        """See Source."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await _close(consumer)

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:  # noqa: ARG002 (aiokafka's)
        """Called by aiokafka before partitions go: void what was read, and wait for what is held."""
        self._epoch += 1
        async with self._lock:
            pass

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        """Called by aiokafka when partitions came; they start from what is committed."""
        log.info("partitions_assigned", group=self._group, count=len(assigned))

    async def batch(self, max_records: int, wait_ms: int) -> list[Received]:
        """See Source."""
        if self._consumer is None:
            raise BrokerError("not started")
        self._first, self._next = {}, {}
        found = await _ask(self._consumer.getmany(timeout_ms=wait_ms, max_records=max_records))
        self._batch_epoch = self._epoch
        for place, records in found.items():
            self._first[place] = records[0].offset
            self._next[place] = records[-1].offset + 1
        return [_received(record) for records in found.values() for record in records]

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[bool]:
        """See Source."""
        async with self._lock:
            yield self._batch_epoch == self._epoch

    async def commit(self) -> None:
        """See Source."""
        if self._consumer is None or not self._next:
            return
        try:
            await _ask(self._consumer.commit(self._next), REQUEST_SECONDS)
        except BrokerError as error:
            log.warning("offsets_not_committed", group=self._group, error=str(error))

    async def rewind(self) -> None:
        """See Source."""
        if self._consumer is None or self._batch_epoch != self._epoch:
            return  # a rebalance has put every partition back to what is committed
        for place, offset in self._first.items():
            if place in self._consumer.assignment():
                self._consumer.seek(place, offset)


class KafkaAdmin:
    """See Admin."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    async def ensure_topics(self, names: Sequence[str], *, partitions: int, replication: int = 1) -> None:
        """See Admin."""
        client = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        try:
            await _ask(client.start())
            there = set(await _ask(client.list_topics()))
            missing = [_new_topic(name, partitions, replication) for name in names if name not in there]
            if missing:
                _refused(await _ask(client.create_topics(missing)))
        finally:
            await _close(client)


def _new_topic(name: str, partitions: int, replication: int) -> NewTopic:
    config = {"retention.ms": str(RETENTION_DAYS * 86_400_000)}
    if name.endswith(DEAD_SUFFIX):
        config["max.message.bytes"] = str(MAX_DEAD_BYTES)
    return NewTopic(name, partitions, replication, topic_configs=config)


def _refused(response: Any) -> None:
    for name, code, *_ in response.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise BrokerError(f"topic {name}: {for_code(code).__name__}")
