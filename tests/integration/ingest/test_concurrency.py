"""Many requests at once on the same records: the receipts together say exactly what is stored."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from tests.integration.ingest.conftest import Api, Record, settlement

SEND_AGAIN = 503
"""A request that kept colliding may be told to send again; nothing of it is stored."""


async def push_until_taken(api: Api, records: list[Record]) -> Any:
    for _ in range(40):
        answer = await api.push(*records)
        if answer.status_code != SEND_AGAIN:
            assert answer.status_code in {201, 422}, answer.text
            body = answer.json()
            return body.get("receipt", body)
    raise AssertionError("never taken")


async def totals(api: Api, batches: list[list[Record]]) -> Counter[str]:
    receipts = await asyncio.gather(*(push_until_taken(api, batch) for batch in batches))
    return sum((Counter(receipt["counts"]) for receipt in receipts), Counter())


@pytest.mark.parametrize("size", [5, 200])
async def test_the_same_records_from_several_connections(api: Api, size: int) -> None:
    records = [settlement(f"s{i}", person=i) for i in range(size)]
    batches = [random.Random(seed).sample(records, size) for seed in range(6)]
    counts = await totals(api, batches)
    assert counts["accepted"] == size
    assert counts["duplicate"] == 5 * size
    assert counts.total() == 6 * size
    assert len(await api.rows("SELECT FROM record_version")) == size
    assert len(await api.rows("SELECT FROM person")) == size


@pytest.mark.parametrize("size", [4, 60])
async def test_versions_of_the_same_records_from_several_connections(api: Api, size: int) -> None:
    """Each version once, by shuffled batches at once: the chain never forks and receipts add up."""
    versions = [
        [settlement(f"s{i}", minute=minute, self_paid=100 + minute % 3, person=i) for i in range(size)]
        for minute in range(1, 9)
    ]
    counts = await totals(api, versions)
    stored = await api.rows("SELECT source_id, version, follows, outcome FROM record_version")
    [[reinstated]] = await api.rows("SELECT sum(reinstated) FROM part")
    repeats = await api.rows("SELECT FROM confirmation")
    assert counts.total() == 8 * size
    assert counts["rejected"] == 0
    assert counts["accepted"] == size
    assert len(stored) == counts["accepted"] + counts["corrected"] + counts["stale"] + reinstated
    assert len(repeats) == counts["duplicate"] - reinstated
    newest = await api.rows(
        "SELECT DISTINCT ON (source_id) convert_from(payload, 'UTF8')::jsonb -> 'data' ->> 'self_paid' AS paid"
        " FROM record_version WHERE publish ORDER BY source_id, version DESC"
    )
    assert {row["paid"] for row in newest} == {"102.00"}
    chains: dict[str, list[tuple[int, int]]] = {}
    for row in stored:
        if row["follows"] is not None:
            chains.setdefault(row["source_id"], []).append((row["version"], row["follows"]))
    for chain in chains.values():
        ordered = sorted(chain)
        assert [follows for _, follows in ordered] == [0, *(version for version, _ in ordered[:-1])]


async def test_confirming_and_correcting_at_once_never_loses_either(api: Api) -> None:
    """X at 0; then at once Y at 10 and X at 20. Newest must be X, whoever comes first."""
    for round_ in range(15):
        source = f"r{round_}"
        await api.push(settlement(source))
        pair = [[settlement(source, minute=10, self_paid=7)], [settlement(source, minute=20)]]
        random.Random(round_).shuffle(pair)
        counts = await totals(api, pair)
        rows = await api.rows(
            "SELECT publish, convert_from(payload, 'UTF8')::jsonb -> 'data' ->> 'self_paid' AS paid"
            " FROM record_version WHERE source_id = $1 ORDER BY version",
            source,
        )
        published = [row["paid"] for row in rows if row["publish"]]
        assert published[-1] == "100.00"
        assert (counts["corrected"], counts["duplicate"], counts["stale"]) in {(2, 0, 0), (0, 1, 1)}
        assert published == ["100.00", "7.00", "100.00"]


async def test_one_key_at_once_is_done_once(api: Api) -> None:
    key = {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(*(api.push(settlement(), headers=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(await api.rows("SELECT FROM submission")) == 1
