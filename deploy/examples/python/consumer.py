"""Reads `screening.warnings.v1` into a ledger, each change with effect once; stops on Ctrl-C or SIGTERM.

    pip install -r requirements.txt
    python consumer.py --bootstrap localhost:9092 --ledger warnings.sqlite3

The ledger commits first and Kafka's offset after it: a crash in between brings changes again, which the
ledger knows. A number that is left out makes it read the partition again from its beginning, once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer
from ledger import Change, GapError, Ledger

TOPIC = "screening.warnings.v1"
PREFIX = "xianjie.warning."


def changes(records: list[Any]) -> Iterator[Change]:
    """The changes among messages; CloudEvents of other types are left aside."""
    for record in records:
        headers = {name: value.decode() for name, value in record.headers}
        if headers["ce_type"].startswith(PREFIX):
            body = json.loads(record.value)
            kind = headers["ce_type"].removeprefix(PREFIX).partition(".")[0]
            yield Change(headers["ce_id"], kind, body["household_seq"], body["warning"])


async def consume(consumer: AIOKafkaConsumer, ledger: Ledger) -> None:
    """For ever. GapError when a change is missing from the topic itself."""
    missed: set[str] = set()
    while True:
        for partition, records in (await consumer.getmany(timeout_ms=1000)).items():
            try:
                new = ledger.take(changes(records))
            except GapError as gap:
                if gap.event_id in missed:
                    raise
                missed.add(gap.event_id)
                print(f"{gap}；从头重读分区 {partition.partition}", file=sys.stderr, flush=True)
                await consumer.seek_to_beginning(partition)
                continue
            await consumer.commit({partition: records[-1].offset + 1})
            print(f"分区 {partition.partition}：{len(records)} 条，新的 {new} 条", flush=True)


async def run(bootstrap: str, group: str, ledger: Ledger) -> None:
    """Until a signal ends it."""
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        # A group is waited for so long when somebody joins: the broker of `make up` always waits to the end.
        rebalance_timeout_ms=3000,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
    )
    await consumer.start()
    reading = asyncio.ensure_future(consume(consumer, ledger))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, reading.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await reading
    finally:
        await consumer.stop()


def main() -> int:
    """Exit code 1: changes are missing that the topic no longer has."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--group", default="warnings-example")
    parser.add_argument("--ledger", type=Path, default=Path("warnings.sqlite3"))
    given = parser.parse_args()
    ledger = Ledger(given.ledger)
    try:
        asyncio.run(run(given.bootstrap, given.group, ledger))
    except GapError as gap:
        print(f"{gap}，主题里已经没有。请从 /v1/warnings/snapshot 重新开始", file=sys.stderr)
        return 1
    finally:
        ledger.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
