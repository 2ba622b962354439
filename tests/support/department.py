"""A department's system that does not give up, and the ledger outside of what it was promised."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.live import Live

_STORED = ("accepted", "corrected", "retracted", "stale")


@dataclass
class Department:
    """Sends bodies one after another; repeats one under its key until it is answered 2xx."""

    live: Live
    ledger: list[dict[str, Any]] = field(default_factory=list)
    """Receipts of what was answered 2xx: whatever happens, these records must be there."""
    retries: int = 0

    def send(self, feed: str, records: list[dict[str, Any]], patience_seconds: float = 60) -> None:
        """Send one body; AssertionError when nobody took it for too long."""
        key = uuid.uuid4().hex
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            try:
                answer = self.live.push(feed, records, **{"Idempotency-Key": key})
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                self.ledger.append(answer.json())
                return
            self.retries += 1
            time.sleep(0.1)
        raise AssertionError(f"not taken within {patience_seconds} s: {answer.text if answer else 'no answer'}")

    def send_all(self, bodies: list[tuple[str, list[dict[str, Any]]]]) -> threading.Thread:
        """Send bodies in a thread of its own; join it."""

        def send_each() -> None:
            for feed, records in bodies:
                self.send(feed, records)

        thread = threading.Thread(target=send_each)
        thread.start()
        return thread

    def promised(self) -> set[tuple[str, str, int]]:
        """(feed, source_id, version) of each record that was answered as stored."""
        return {
            (receipt["feed"], record["source_id"], record["version"])
            for receipt in self.ledger
            for record in receipt["records"]
            if record["outcome"] in _STORED
        }
