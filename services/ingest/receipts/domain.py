"""Where each published record of a part stands, from what is kept of the part."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

Run = tuple[int, int, int]
"""(partition, base offset, count): consecutive offsets of one part in one partition."""


def places(partitions: Iterable[int], runs: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """(partition, offset) of each published line, given each line's partition in the order of lines and the part's
    runs: within a partition, records stand in the order of their lines."""
    waiting: defaultdict[int, deque[list[int]]] = defaultdict(deque)
    for partition, base, count in runs:
        waiting[partition].append([base, count])
    found = []
    for partition in partitions:
        run = waiting[partition][0]
        found.append((partition, run[0]))
        run[0] += 1
        run[1] -= 1
        if run[1] == 0:
            waiting[partition].popleft()
    return found
