"""Corrections that meet: an entry is closed once, by exactly one record, and whoever comes second is told so."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from tests.integration.ingest.conftest import Api, Record, settlement
from tests.integration.ingest.test_concurrency import push_until_taken
from tests.integration.ingest.test_quarantine import WRONG_SUM, correct, entry, refuse

SEND_AGAIN = 503


async def correct_until_answered(api: Api, entry_id: str, record: Record) -> Any:
    for _ in range(40):
        answer = await correct(api, entry_id, record)
        if answer.status_code != SEND_AGAIN:
            return answer
    raise AssertionError("never answered")


@pytest.mark.parametrize("different", [False, True])
async def test_two_corrections_of_one_entry(api: Api, different: bool) -> None:
    for round_ in range(6):
        source = f"r{round_}"
        [entry_id] = await refuse(api, settlement(source, **WRONG_SUM))
        records = [settlement(source, minute=m * different, self_paid=100 + m * different) for m in range(4)]
        answers = await asyncio.gather(*(correct_until_answered(api, entry_id, record) for record in records))
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}
        won = next(answer for answer in answers if answer.status_code == 201).json()
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"entry_closed"}
        assert (await entry(api, entry_id))["resubmitted_as"]["submission_id"] == won["submission_id"]
        stored = await api.rows("SELECT FROM record_version WHERE source_id = $1", source)
        assert len(stored) == 1


async def test_a_correction_and_another_door(api: Api) -> None:
    """Whoever closes the entry, the link says who; what is stored is what was answered 2xx."""
    for round_ in range(10):
        source = f"r{round_}"
        [entry_id] = await refuse(api, settlement(source, **WRONG_SUM))
        doors = [
            correct_until_answered(api, entry_id, settlement(source, minute=1)),
            push_until_taken(api, [settlement(source, minute=2, self_paid=7)]),
        ]
        if round_ % 2:
            doors.reverse()
        found = await asyncio.gather(*doors)
        answer, receipt = reversed(found) if round_ % 2 else found
        by = (await entry(api, entry_id))["resubmitted_as"]
        rows = await api.rows("SELECT version FROM record_version WHERE source_id = $1", source)
        if answer.status_code == 201:
            assert by["submission_id"] == answer.json()["submission_id"]
            assert receipt["records"][0]["corrects"] == []
            assert len(rows) == 2
        else:
            assert answer.json()["code"] == "entry_closed"
            assert by["submission_id"] == receipt["submission_id"]
            assert receipt["records"][0]["corrects"] == [entry_id]
            assert len(rows) == 1


async def test_batches_that_close_the_same_entries(api: Api) -> None:
    size = 40
    ids = await refuse(api, *[settlement(f"s{i}", person=i, **WRONG_SUM) for i in range(size)])
    batches = []
    for seed in range(6):
        sources = random.Random(seed).sample(range(size), size)
        batches.append([settlement(f"s{i}", minute=seed, self_paid=100 + seed, person=i) for i in sources])
    receipts = await asyncio.gather(*(push_until_taken(api, batch) for batch in batches))
    closing = Counter(one for receipt in receipts for line in receipt["records"] for one in line.get("corrects", ()))
    assert closing == Counter(ids)
    left = await api.rows("SELECT FROM quarantine WHERE closed_at IS NULL OR closed_by IS NULL")
    assert left == []
