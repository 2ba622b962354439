"""Whatever the bytes: a refusal that a person can act on, or records."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import AppError
from shared.sheets import read
from tests.unit.sheets.support import HOUSEHOLD, book, cells, csv_of, parts, saved, zipped

TITLES, ROW = cells(HOUSEHOLD)
CSV = csv_of([TITLES, ROW, ROW]).getvalue()
BOOK = parts(saved(book([TITLES, ROW, ROW])))
PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
PIECES = st.sampled_from(
    [
        *(b"", b"9" * 12, b"-1", b'"', b"<c/>", b'<c r="A0"/>', b'<row r="0">', b"NaN", b"1e999", b"<f>1</f>", b"&#0;"),
        *(
            b'<c t="s"><v>99</v></c>',
            b'<c s="99"><v>1e400</v></c>',
            b'<mergeCell ref="A1"/>',
            b"\0",
            b"\xff",
            b"\r",
            b",",
        ),
    ]
) | st.binary(max_size=3)


def cut(data: bytes, at: float, length: int, piece: bytes) -> bytes:
    start = int(at * len(data))
    return data[:start] + piece + data[start + length :]


CUTS = st.tuples(st.floats(0, 1), st.integers(0, 20), PIECES)


def outcome(source: io.BytesIO) -> int | str:
    try:
        return len([str(record.record) for record in read(HOUSEHOLD, source, "x")])
    except AppError as error:
        return error.detail


@settings(max_examples=150, deadline=None)
@given(st.lists(CUTS, min_size=1, max_size=3))
def test_any_csv(cuts: list[tuple[float, int, bytes]]) -> None:
    data = CSV
    for at, length, piece in cuts:
        data = cut(data, at, length, piece)
    assert outcome(io.BytesIO(data))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.lists(CUTS, min_size=1, max_size=2))
def test_any_workbook(part: str, cuts: list[tuple[float, int, bytes]]) -> None:
    data = BOOK[part]
    for at, length, piece in cuts:
        data = cut(data, at, length, piece)
    assert outcome(zipped(BOOK | {part: data}))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf", "记录主键,".encode()]), st.binary(max_size=200))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    assert outcome(io.BytesIO(start + rest))
