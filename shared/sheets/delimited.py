"""CSV: encoding and delimiter found out, the whole file tried once before the first row is handed out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from shared.sheets.domain import MAX_COLUMNS, MAX_ROWS, Cell, Table
from shared.sheets.errors import EmptySheetError, EncodingError, FileTooLargeError, LayoutError, UnreadableFileError

Source = BinaryIO | Path
_CHUNK = 1 << 20
_LONGEST_TITLES = 1 << 16
_LONGEST_LINE = 1 << 20
_DELIMITERS = (",", ";", "\t")
_SAVE_AS = "请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”或 XLSX 后重新上传"


def table(source: Source, titles: frozenset[str]) -> Table:
    """The rows of a CSV. `titles` are those hoped for: they decide between delimiters.

    Raises EncodingError, UnreadableFileError, FileTooLargeError, EmptySheetError, LayoutError.
    """
    encoding = _encoding(source)
    with _lines(source, encoding) as lines:
        delimiter = _delimiter(next(_bounded(lines, _LONGEST_TITLES), ""), titles)
    rows: Callable[[], Iterator[tuple[int, list[str]]]] = partial(_rows, source, encoding, delimiter)
    first = next(rows(), None)
    if first is None:
        raise EmptySheetError("文件是空的：第一行应为列名，下面每行一条记录")
    if len(first[1]) > MAX_COLUMNS:
        raise LayoutError(f"有 {len(first[1])} 列，最多 {MAX_COLUMNS} 列，请使用下载的模板")
    count = sum(1 for _ in rows()) - 1
    if count > MAX_ROWS:
        raise FileTooLargeError(f"有 {count} 行数据，一个文件最多 {MAX_ROWS} 行，请拆成几个文件")
    return Table(
        titles=first[1],
        title_row=first[0],
        count=count,
        rows=lambda: _below(rows(), first[0]),
        encoding=encoding.removesuffix("-sig"),
    )


def _below(rows: Iterator[tuple[int, list[str]]], title_row: int) -> Iterator[tuple[int, list[Cell]]]:
    for number, cells in rows:
        if number > title_row:
            yield number, list(cells)


def _rows(source: Source, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each row with something in it; numbers count rows as a spreadsheet shows them."""
    with _lines(source, encoding) as lines:
        parsed = csv.reader(_bounded(lines, _LONGEST_LINE), delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(parsed, 1):
                if any(cells):
                    yield number, cells
        except csv.Error:
            raise UnreadableFileError(
                f"第 {number + 1} 行（文件第 {parsed.line_num} 行）读不出来：引号没有成对，或一格过长。{_SAVE_AS}"
            ) from None


@contextmanager
def _lines(source: Source, encoding: str) -> Iterator[io.TextIOWrapper]:
    """The text from the beginning; a stream of somebody else's stays open."""
    raw = source.open("rb") if isinstance(source, Path) else source
    raw.seek(0)
    text = io.TextIOWrapper(raw, encoding, newline="")
    try:
        yield text
    finally:
        if not raw.closed:  # by its owner, before this reading was given up
            text.detach()
        if isinstance(source, Path):
            raw.close()


def _bounded(lines: io.TextIOWrapper, longest: int) -> Iterator[str]:
    number = 0
    while line := lines.readline(longest):
        number += 1
        if len(line) == longest:
            raise UnreadableFileError(f"第 {number} 行超过 {longest} 个字符，不是表格；请确认上传的是 CSV 或 XLSX 文件")
        yield line


def _encoding(source: Source) -> str:
    """`utf-8-sig` or `gb18030`: the titles decide, then every byte must agree."""
    raw = source.open("rb") if isinstance(source, Path) else source
    try:
        raw.seek(0)
        first = raw.read(_LONGEST_TITLES)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise EncodingError(f"文件是 UTF-16 编码（“Unicode 文本”），只接收 UTF-8 或 GB18030（GBK）。{_SAVE_AS}")
        titles = first.splitlines()[0] if first.splitlines() else b""
        encoding = "utf-8-sig" if _decodes(titles, "utf-8-sig") else "gb18030"
        raw.seek(0)
        _check_bytes(iter(partial(raw.read, _CHUNK), b""), encoding)
    finally:
        if isinstance(source, Path):
            raw.close()
    return encoding


def _decodes(part: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(part)
    except UnicodeDecodeError:
        return False
    return True


def _check_bytes(chunks: Iterable[bytes], encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    for chunk in chunks:
        if (at := chunk.find(b"\0")) >= 0:
            line = lines + chunk.count(b"\n", 0, at)
            raise EncodingError(f"第 {line} 行含有 NUL 字节，不是文本文件，或编码是 UTF-16。{_SAVE_AS}")
        _decode(decoder, chunk, encoding, lines)
        lines += chunk.count(b"\n")
    _decode(decoder, b"", encoding, lines, final=True)


def _decode(
    decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str, lines: int, *, final: bool = False
) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as wrong:
        line = lines + bytes(wrong.object).count(b"\n", 0, wrong.start)
        names = "UTF-8" if encoding == "utf-8-sig" else "UTF-8 或 GB18030（GBK）"
        raise EncodingError(f"第 {line} 行有字节不是 {names} 编码，无法识别。{_SAVE_AS}") from None


def _delimiter(line: str, titles: frozenset[str]) -> str:
    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader([line], delimiter=delimiter))
        except csv.Error:
            return 0
        return len(titles.intersection(cell.strip() for cell in cells))

    return max(_DELIMITERS, key=known)
