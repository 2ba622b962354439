"""What becomes of a sample's records, decided by the real preparer and the plainest ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from shared.feeds import catalogue
from shared.feeds.domain import Prepared, Refused
from shared.sample import Labels, Sample
from tests.unit.feeds.support import PREPARER

AS_OF = date(2026, 11, 20)
Result = tuple[str, Prepared | Refused]


class Ledger:
    """Decides as feeds §1 says, in the plainest way: newest wins, equal content is no change."""

    def __init__(self) -> None:
        self._chains: dict[tuple[str, str], list[tuple[int, bytes]]] = defaultdict(list)

    def outcome(self, feed: str, result: Prepared | Refused) -> str:
        if isinstance(result, Refused):
            return "rejected"
        chain = self._chains[feed, result.source_id]
        newest = max(chain, default=None)
        if (result.version, result.digest) in chain:
            return "duplicate"
        if newest is not None and result.version > newest[0] and result.digest == newest[1]:
            return "duplicate"
        chain.append((result.version, result.digest))
        if newest is not None and result.version < newest[0]:
            return "stale"
        if result.op == "retract":
            return "retracted"
        return "accepted" if newest is None else "corrected"


def results(sample: Sample) -> Iterator[Result]:
    """(feed, result) of every record in the order of sending."""
    for department, kind, records in sample.submissions():
        for result in PREPARER.records(catalogue.get(department, kind), records):
            yield f"{department}/{kind}", result


def outcomes(found: Iterable[Result]) -> dict[tuple[str, str], int]:
    """How many of each outcome every feed shows."""
    ledger = Ledger()
    return dict(Counter((feed, ledger.outcome(feed, result)) for feed, result in found))


def expected(labels: Labels) -> dict[tuple[str, str], int]:
    """The same by the labels."""
    return {(feed, outcome): n for feed, counts in labels.counts.items() for outcome, n in counts.items()}


def codes(found: Iterable[Result]) -> dict[tuple[str, str], set[str]]:
    """By feed and source id the codes of refusals and notes, of records that have any."""
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for feed, result in found:
        entries = result.errors if isinstance(result, Refused) else result.notes
        if entries and result.source_id is not None:
            told[feed, result.source_id] |= {entry["code"] for entry in entries}
    return told


def labelled(labels: Labels) -> dict[tuple[str, str], str]:
    """By feed and source id the defect it carries."""
    return {
        (feed, source_id): label
        for label, by_feed in labels.source_ids.items()
        for feed, ids in by_feed.items()
        for source_id in ids
    }


def by_kind(sample: Sample) -> dict[str, list[dict[str, Any]]]:
    """The records of each kind, in the order of sending."""
    kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, kind, records in sample.submissions():
        kinds[kind] += records
    return kinds
