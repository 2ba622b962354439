"""What a workbook would unpack to, found out before it is unpacked into memory: size, reach of its cells, merged cells,
cells that hold an error or a formula nobody has calculated.

The parts are read by expat in a stream, because a workbook's own account of its size cannot be trusted: one cell at
XFD1048576 makes a grid of 17 thousand million.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from shared.sheets.domain import MAX_COLUMNS, MAX_ROWS
from shared.sheets.errors import FileTooLargeError, UnreadableFileError

_MIB = 1 << 20
MAX_UNPACKED = 320 * _MIB
MAX_AREA = 8_000_000
"""Cells in the rectangle that a sheet spans: they are held in memory, empty ones too, at about 32 bytes each."""
_RATIO_FROM, _MAX_RATIO = 64 * _MIB, 200
_MAX_PARTS = 1_000
_MAX_FINDINGS = 10_000
_CHUNK = 1 << 18
_BROKEN = (
    zipfile.BadZipFile,
    expat.ExpatError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    LookupError,
    ValueError,
)
"""What zipfile and expat raise for what is no workbook: encrypted, cut off, of an unknown encoding or compression."""
_DAMAGED = "不是有效的 XLSX 工作簿，或文件已损坏；请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"


@dataclass(slots=True)
class Part:
    """What was found in one sheet: merged ranges, and broken cells by (row from 1, column from 0)."""

    merged: list[str] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """By sheet name; `from_1904` is the workbook's date system."""

    sheets: Mapping[str, Part]
    from_1904: bool


def inspect(stream: BinaryIO) -> Findings:
    """Look through a workbook. Raises UnreadableFileError, FileTooLargeError."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _inspect(archive)
    except _BROKEN as wrong:
        raise UnreadableFileError(_DAMAGED) from wrong


def _inspect(archive: zipfile.ZipFile) -> Findings:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > _MAX_PARTS or unpacked > MAX_UNPACKED:
        raise FileTooLargeError(
            f"工作簿解开后有 {unpacked // _MIB} MB，最多 {MAX_UNPACKED // _MIB} MB；"
            "请删去多余的工作表、格式和图片，或拆成几个文件"
        )
    if unpacked > _RATIO_FROM and unpacked > packed * _MAX_RATIO:
        raise FileTooLargeError("工作簿压缩得不寻常（解开后大出 200 倍以上），疑似压缩炸弹，不予接收")
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableFileError(_DAMAGED)
    book = _Book()
    book.read(archive, "xl/workbook.xml")
    book.read(archive, "xl/_rels/workbook.xml.rels")
    found: dict[str, Part] = {}
    left = MAX_UNPACKED
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            scan = _Scan(left)
            left = scan.read(archive, part)
            found[part.filename] = scan.part
    return Findings({name: found.get(path, Part()) for name, path in book.paths().items()}, book.from_1904)


class _Book:
    """The names of the sheets, the parts they stand in, and the date system."""

    def __init__(self) -> None:
        self.from_1904 = False
        self._ids: dict[str, str] = {}
        self._targets: dict[str, str] = {}

    def read(self, archive: zipfile.ZipFile, part: str) -> None:
        """Take in one of the two small parts; the guard on size has been asked before."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        with archive.open(part) as stream:
            parser.ParseFile(stream)

    def paths(self) -> dict[str, str]:
        """Sheet name → part."""
        return {name: self._targets[key] for name, key in self._ids.items() if key in self._targets}

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif local == "sheet":
            key = next((value for known, value in attributes.items() if known.rpartition(":")[2] == "id"), "")
            self._ids[attributes.get("name", "")] = key
        elif local == "Relationship":
            target = attributes.get("Target", "")
            if attributes.get("Type", "").endswith("/worksheet") and not target.lower().endswith(".xml"):
                raise ValueError(target)  # a sheet in a part that nobody looks through
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            self._targets[attributes.get("Id", "")] = path


class _Scan:
    """One part read from beginning to end: every cell's place, and what is wrong with cells."""

    def __init__(self, left: int) -> None:
        self.part = Part()
        self._left = left
        self._row = self._column = self._last = self._widest = 0
        self._formula = self._value = False
        self._parser = expat.ParserCreate()

    def read(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
        """How many bytes may still be unpacked afterwards."""
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise FileTooLargeError(f"工作簿解开后超过 {MAX_UNPACKED // _MIB} MB，不予接收")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
        self._settle()
        if self._last * (self._widest + 1) > MAX_AREA:
            raise FileTooLargeError(
                f"工作表到第 {self._last} 行、第 {self._widest + 1} 列都有单元格，范围过大；"
                "请删去下面和右边的空白行列，或拆成几个文件"
            )
        return self._left

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._cell(attributes)
        elif name == "v":
            if self._formula:  # nobody else's text matters, and listening costs
                self._parser.CharacterDataHandler = self._text
        elif name == "row":
            self._settle()
            self._row, self._column = int(attributes.get("r") or self._row + 1), -1
        elif name == "f":
            self._formula = True
        elif name == "mergeCell" and len(self.part.merged) < _MAX_FINDINGS:
            self.part.merged.append(attributes.get("ref", ""))

    def _cell(self, attributes: dict[str, str]) -> None:
        self._settle()
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            letters = place.rstrip("0123456789")
            self._column = _COLUMNS.get(letters, MAX_COLUMNS)
            self._row = int(place[len(letters) :])
        if self._column >= MAX_COLUMNS:
            raise FileTooLargeError(
                f"工作表超过 {MAX_COLUMNS} 列（{(place or '右侧')[:12]} 处还有单元格），请删去多余的列或使用下载的模板"
            )
        if self._row > MAX_ROWS + 1:
            raise FileTooLargeError(f"工作表超过 {MAX_ROWS} 行数据，请拆成几个文件，并删去下面的空白行")
        self._last, self._widest = max(self._last, self._row), max(self._widest, self._column)
        if attributes.get("t") == "e":
            self._found("是错误值（如 #N/A、#DIV/0!），请改填正确的内容")

    def _settle(self) -> None:
        """The cell before has ended: a formula in it should have had a value."""
        if self._formula:
            if not self._value:
                self._found("是没有计算结果的公式，请把公式粘贴为数值")
            self._formula = self._value = False
            self._parser.CharacterDataHandler = None

    def _text(self, _: str) -> None:
        self._value = True

    def _found(self, what: str) -> None:
        if len(self.part.broken) < _MAX_FINDINGS:
            self.part.broken[(self._row, self._column)] = what


def _refuse_doctype(*_: object) -> None:
    """No workbook has one; entities in it could grow without bound."""
    raise ValueError("document type")


_LETTERS = ["", *(chr(65 + number) for number in range(26))]
_COLUMNS = {
    first + second: index
    for index, (first, second) in enumerate((first, second) for first in _LETTERS for second in _LETTERS[1:])
    if index < MAX_COLUMNS
}
