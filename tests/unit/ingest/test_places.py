"""Where each published line stands, from the runs that are kept of a part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.receipts.domain import places
from shared.messaging.domain import runs


def test_lines_of_one_partition_stand_in_their_order_across_runs() -> None:
    assert places([2, 5, 2, 2], [[2, 10, 2], [2, 90, 1], [5, 7, 1]]) == [(2, 10), (5, 7), (2, 11), (2, 90)]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=40))
def test_law_runs_remember_every_place(lines: list[tuple[int, bool]]) -> None:
    """Whatever else is written between our lines, the places come back."""
    following: dict[int, int] = {}
    told = []
    for partition, gap in lines:
        offset = following.get(partition, 0) + (5 if gap else 0)
        following[partition] = offset + 1
        told.append((partition, offset))
    assert places([partition for partition, _ in told], runs(told)) == told
