"""A department's file as records in their order, whatever form it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from services.uploader.errors import UploadError
from shared import sheets
from shared.errors import AppError, FieldError
from shared.feeds.domain import Feed

KNOWN = frozenset({".csv", ".xlsx", ".ndjson", ".jsonl", ".json"})
_UNREADABLE_CHARACTERS = 10_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """One record to send. `position` counts the file's records from 0; `sheet` is where it came from in a sheet."""

    position: int
    record: Any
    notes: list[FieldError] = field(default_factory=list)
    quarantine_id: str | None = None
    sheet: sheets.SheetRecord | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An open file. `total` is how many records it holds, or at most holds (a household has a row a member);
    `titles` are a sheet's own."""

    total: int
    items: Iterator[Item]
    titles: list[str] | None = None


def opened(path: Path, feed: Feed) -> Source:
    """The file's records; UploadError names what is wrong with the file as a whole."""
    try:
        match path.suffix.lower():
            case ".csv" | ".xlsx":
                reading = sheets.read(feed, path, path.name)
                return Source(reading.rows, _of_sheet(reading), reading.titles)
            case ".ndjson" | ".jsonl":
                return Source(_lines(path), _of_lines(path))
            case ".json":
                records = _of_body(path)
                return Source(len(records), (Item(*pair) for pair in enumerate(records)))
            case other:
                raise UploadError(f"{path.name}：不认识扩展名“{other}”，可以是 .csv、.xlsx、.ndjson、.json。")
    except AppError as error:
        listed = "".join(f"\n  {entry['message']}" for entry in error.errors)
        raise UploadError(f"{path.name}：{error.detail}{listed}") from None
    except OSError as error:
        raise UploadError(f"{path} 读不了（{error.strerror}）。") from None


def _of_sheet(reading: sheets.Reading) -> Iterator[Item]:
    for position, read in enumerate(reading):
        yield Item(position, read.record, read.notes, read.quarantine_id, read)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b"")) + 1


def _of_lines(path: Path) -> Iterator[Item]:
    """A line that is no JSON goes as it is: the platform refuses it, keeps it and says so on the receipt, so that
    every line of the file is accounted for in one place."""
    position = 0
    with path.open("rb") as lines:
        for line in lines:
            if not line.strip():
                continue
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                record = line.decode("utf-8", "replace").strip()[:_UNREADABLE_CHARACTERS]
            yield Item(position, record)
            position += 1


def _of_body(path: Path) -> list[Any]:
    try:
        body = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise UploadError(f"{path.name} 不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列）。") from None
    records = body.get("records") if isinstance(body, dict) else body
    if not isinstance(records, list):
        raise UploadError(f"{path.name} 应为记录的列表，或在 records 下放记录列表的对象。")
    return records
