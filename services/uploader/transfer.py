"""Send one file: cut it into chunks, send what is not done yet, keep the receipts in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from services.uploader.client import Client
from services.uploader.progress import Chunk, Plan, Progress
from services.uploader.source import Item

Moved = Callable[[int], None]
"""Told after each chunk how many records it held."""


def transfer(client: Client, progress: Progress, plan: Plan, items: Iterable[Item], moved: Moved) -> Counter[str]:
    """Send every item; the outcomes of the whole file, chunks of an earlier try included.

    UploadError when the platform cannot be reached or refuses: what was done stays in `progress`.
    """
    totals: Counter[str] = Counter()
    for number, chunk in enumerate(_chunks(items, plan.chunk)):
        done = progress.chunks.get(number)
        if done is None:
            done = _send(client, plan, chunk, number, progress.key(number))
            progress.add(done)
        totals.update(done.counts)
        moved(len(chunk))
    return totals


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _send(client: Client, plan: Plan, items: list[Item], number: int, key: str) -> Chunk:
    """One request for each row that answers a quarantine entry, and one for all the others."""
    done = Chunk(number, {})
    plain = [
        item for item in items if item.quarantine_id is None or plan.dry_run or not _corrected(client, done, item, key)
    ]
    if plain:
        receipt = client.submit(
            plan.feed, [item.record for item in plain], key, dry_run=plan.dry_run, delivery=plan.delivery
        )
        _note(done, receipt, plain)
    return done


def _corrected(client: Client, done: Chunk, item: Item, key: str) -> bool:
    """Whether the row's entry could be answered; what became of it is then in `done`."""
    answer = client.resubmit(str(item.quarantine_id), item.record, f"{key}.{item.position}")
    if answer.receipt is not None:
        _note(done, answer.receipt, [item])
    elif answer.errors is not None:
        done.counts["rejected"] = done.counts.get("rejected", 0) + 1
        done.rejected[item.position] = {"errors": answer.errors, "quarantine_id": item.quarantine_id}
    return answer.receipt is not None or answer.errors is not None


def _note(done: Chunk, receipt: dict[str, Any], items: list[Item]) -> None:
    """Add a receipt to a chunk. A receipt names records by their index in the request."""
    for outcome, count in receipt["counts"].items():
        done.counts[outcome] = done.counts.get(outcome, 0) + count
    for line in receipt["records"]:
        item = items[line["index"]]
        done.normalised += bool(line["normalised"] or item.notes)
        if line["outcome"] == "rejected":
            entry = {"errors": line["errors"], "quarantine_id": line.get("quarantine_id")}
            done.rejected[item.position] = entry
