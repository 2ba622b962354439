"""A leader in a process of its own, to be killed: `python child.py URL BOOTSTRAP IDEMPOTENCE`."""

from __future__ import annotations

import asyncio
import sys

from shared.messaging import outbox
from shared.messaging.kafka import KafkaPublisher


async def main(url: str, bootstrap: str, idempotence: str) -> None:
    publisher = KafkaPublisher(bootstrap, idempotence=idempotence == "True")
    await outbox.Leader(url, outbox.TableStore(), publisher, "test").run(asyncio.Event())


asyncio.run(main(*sys.argv[1:]))
