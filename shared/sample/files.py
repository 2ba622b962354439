"""The sample as files: what each department would send, in the order of sending, and the labels beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import orjson

from shared import sheets
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.sample.domain import DEFECTS, Door, Item, Labels, Record
from shared.sample.sample import Sample

Format = Literal["csv", "xlsx", "ndjson", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
LABELS = "labels.json"
_PART_RECORDS: Mapping[Format, int] = MappingProxyType({"csv": 40_000, "xlsx": 20_000, "ndjson": 40_000, "json": 4_000})
"""So many records a file stay below what each door takes: 200,000 rows, 64 MiB, 5,000 records and 8 MiB."""
_ENCODINGS: tuple[Literal["gb18030", "utf-8-sig", "utf-8"], ...] = ("gb18030", "utf-8-sig", "utf-8")
"""What Excel in China writes, what Excel calls UTF-8, what programs write: each department's CSV in one of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """One file. `feed` is `department/kind`; `encoding` is a CSV's."""

    name: str
    feed: str
    records: int
    encoding: str | None = None


class OccupiedError(Exception):
    """The folder holds something already: files of two samples must not be pushed as one."""


def write(sample: Sample, folder: Path, form: Format) -> Iterator[Written]:
    """Write the files `NN-department-kind[-part].csv` (`.xlsx`, `.ndjson`, `.json`) so that their names are in the
    order of sending, each told as soon as it is there, and at the end `labels.json`.

    Raises OccupiedError for a folder that is not empty, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise OccupiedError(str(folder))
    door: Door = "file" if form in ("csv", "xlsx") else "json"
    labels, written = Labels(), list[Written]()
    for number, (name, items) in enumerate(sample.waves(), 1):
        feed = catalogue.get(*name.split("/"))
        size = _PART_RECORDS[form]
        for part, records in enumerate(_parts(items, name, labels, door, size), 1):
            tail = f"-{part:02d}" if part > 1 or len(records) == size else ""
            path = folder / f"{number:02d}-{feed.department}-{feed.kind}{tail}.{form}"
            encoding = _ENCODINGS[feed.number % len(_ENCODINGS)] if form == "csv" else None
            _write(feed, records, form, path, encoding)
            written.append(Written(path.name, name, len(records), encoding))
            yield written[-1]
    text = json.dumps(_told(sample, form, labels, written), ensure_ascii=False, indent=1)
    (folder / LABELS).write_text(text + "\n", "utf-8")


def _parts(items: Iterator[Item], feed: str, labels: Labels, door: Door, size: int) -> Iterator[list[Record]]:
    while part := list(islice(items, size)):
        for item in part:
            labels.add(feed, item, door)
        yield [item.record for item in part]


def _write(feed: Feed, records: list[Record], form: Format, path: Path, encoding: Any) -> None:
    if form == "json":
        path.write_bytes(orjson.dumps({"records": records}))
    elif form == "ndjson":
        with path.open("wb") as file:
            file.writelines(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
    elif form == "xlsx":
        sheets.write(feed, records, form, path)
    else:
        sheets.write(feed, records, form, path, encoding)


def _told(sample: Sample, form: Format, labels: Labels, written: list[Written]) -> dict[str, Any]:
    """What stands in `labels.json`."""
    door: Door = "file" if form in ("csv", "xlsx") else "json"
    return {
        "households": sample.households,
        "seed": sample.seed,
        "as_of": sample.as_of.isoformat(),
        "format": form,
        "files": [asdict(file) for file in written],
        "counts": labels.counts,
        "defects": {
            label: {
                "title": DEFECTS[label].title,
                "outcome": DEFECTS[label].outcome_by(door),
                "code": DEFECTS[label].code_by(door),
                "source_ids": by_feed,
            }
            for label, by_feed in labels.source_ids.items()
        },
        "confirmed_households": sample.confirmed,
    }
