"""NDJSON is cut at line ends, however its bytes arrive."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.lines.domain import LINE_BYTES, PART_BYTES, PART_LINES, Cutter, OverlongError, Piece


def cut(cutter: Cutter, chunks: list[bytes]) -> list[Piece]:
    return [piece for chunk in chunks for piece in cutter.push(chunk)] + [cutter.rest()]


BODIES = st.lists(st.sampled_from([b"", b" ", b"{}", b'{"a": 1}', b"x" * 70]), max_size=2_500).map(b"\n".join)


@given(BODIES, st.data())
def test_law_how_the_bytes_arrive_changes_no_line_and_no_digest(body: bytes, data: st.DataObject) -> None:
    at = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=20)) | {0, len(body)})
    pieces = cut(Cutter(), [body[start:end] for start, end in pairwise(at)])
    assert [line for piece in pieces for line in piece.lines] == [line for line in body.split(b"\n") if line.strip()]
    assert [piece.last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    for piece in pieces:
        assert piece.sha256 == hashlib.sha256(body[: piece.end]).digest()
        assert len(piece.lines) <= PART_LINES
        assert piece.last or body[piece.end - 1 : piece.end] == b"\n"
    assert pieces[-1].end == len(body)


@given(BODIES, st.integers(0, 5))
def test_law_going_on_behind_a_part_gives_the_same_rest(body: bytes, which: int) -> None:
    pieces = cut(Cutter(), [body])
    done = pieces[min(which, len(pieces) - 1)]
    if done.last:
        return
    position = sum(len(piece.lines) for piece in pieces[: pieces.index(done) + 1])
    rest = cut(Cutter(hashlib.sha256(body[: done.end]), done.end, position), [body[done.end :]])
    assert rest == pieces[pieces.index(done) + 1 :]


def test_long_lines_end_a_part_early_so_that_memory_is_bounded() -> None:
    line = b"y" * (LINE_BYTES - 1) + b"\n"
    cutter = Cutter()
    sizes = [piece.end for _ in range(8) for piece in cutter.push(line)]
    assert [after - before for before, after in pairwise([0, *sizes])] == [PART_BYTES] * 4


@pytest.mark.parametrize("chunk", [1 << 20, 1 << 16, 4 << 20])
def test_a_line_too_long_is_named_behind_the_parts_before_it(chunk: int) -> None:
    body = b"{}\n" * (PART_LINES + 7) + b"[" * (2 << 20)
    seen: list[Piece] = []

    def take() -> None:
        cutter = Cutter()
        for start in range(0, len(body), chunk):
            for piece in cutter.push(body[start : start + chunk]):
                seen.append(piece)  # noqa: PERF402 - what came before the error counts

    with pytest.raises(OverlongError) as refused:
        take()
    assert sum(len(piece.lines) for piece in seen) >= PART_LINES
    assert refused.value.position == PART_LINES + 7
