"""The doors by which a department's records come in, each on a platform of its own, and what is there afterwards."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import openpyxl
import orjson

from services.ingest.app import build
from services.ingest.reading.service import read_next
from shared import sheets
from shared.clock import SHANGHAI
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.http.issuer import DevIssuer
from shared.sample import Sample
from shared.sheets import Column
from tests.integration.ingest.conftest import Api, Record, settings_of

DoorName = Literal["ndjson", "csv", "xlsx"]
DOORS: tuple[DoorName, ...] = ("ndjson", "csv", "xlsx")
DATA_SHEET = "数据"
_ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
_STORED = """
SELECT feed, source_id, version, follows, outcome, retracted, publish, key, division_code, digest, payload
FROM record_version ORDER BY feed, source_id, version
"""
_OF_ITS_DOOR = ("known_at", "submission_id", "line")
"""What an event says of how and when its record came."""


@dataclass
class Door:
    """What came of a sample by one door. `stored` and `lines` (of receipts) by feed name, in one order for all doors;
    `templates` by feed name; `quarantined` is how many entries were made, and how many of them are closed again."""

    name: DoorName
    stored: dict[str, list[Record]] = field(default_factory=dict)
    lines: dict[str, list[Record]] = field(default_factory=dict)
    templates: dict[str, bytes] = field(default_factory=dict)
    quarantined: tuple[int, int] = (0, 0)


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Api]:
    """The API in this process on this database."""
    api = Api(build(settings_of(url, folder)), url, DevIssuer(folder, environment="development"))
    try:
        yield api
    finally:
        await api.client.aclose()
        await api.app.state.engine.dispose()


async def through(api: Api, name: DoorName, sample: Sample) -> Door:
    """Send the whole sample, wave after wave, and look at what is there."""
    door = Door(name)
    for feed_name, items in sample.waves():
        feed = catalogue.get(*feed_name.split("/"))
        records = [item.record for item in items]
        if name == "ndjson":
            receipt = await _ndjson(api, feed, records)
        else:
            template = (await api.get(f"/v1/feeds/{feed.name}/template.xlsx")).content
            door.templates[feed.name] = template
            content = filled(template, feed, records) if name == "xlsx" else saved_as_csv(template, feed, records)
            receipt = await _file(api, feed, f"{feed.kind}.{name}", content)
        assert sum(receipt["counts"].values()) == len(receipt["records"]) == len(records)
        door.lines.setdefault(feed.name, []).extend(receipt["records"])
    for row in await api.rows(_STORED):
        door.stored.setdefault(catalogue.BY_NUMBER[row["feed"]].name, []).append(_comparable(dict(row)))
    [entries] = await api.rows("SELECT count(*), count(closed_at) FROM quarantine")
    door.quarantined = (entries[0], entries[1])
    return door


def filled(template: bytes, feed: Feed, records: Iterable[Record]) -> bytes:
    """The very workbook with the records in it: one row as text, the next as Excel itself makes of what is typed."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    page = book[DATA_SHEET]
    titles = [cell.value for cell in page[1]]
    for number, (row, layout) in enumerate(_rows(titles, feed, records), 2):
        for at, (text, column) in enumerate(zip(row, layout, strict=True), 1):
            if text:
                page.cell(number, at).value = as_typed(text, column) if number % 2 else text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def saved_as_csv(template: bytes, feed: Feed, records: Iterable[Record]) -> bytes:
    """The template filled in and saved as CSV, in the encoding that this feed's department has."""
    page = openpyxl.load_workbook(io.BytesIO(template), read_only=True)[DATA_SHEET]
    titles = [cell.value for cell in next(page.iter_rows())]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows(row for row, _ in _rows(titles, feed, records))
    return out.getvalue().encode(_ENCODINGS[feed.number % len(_ENCODINGS)])


def as_typed(text: str, column: Column) -> Any:
    """The cell that Excel makes of a text typed into a sheet without formats, if it makes anything else of it."""
    try:
        if column.form == "day":
            return date.fromisoformat(text)
        if column.form == "instant":
            return datetime.fromisoformat(text).astimezone(SHANGHAI).replace(tzinfo=None)
        if column.form in ("amount", "integer"):
            return float(text)
    except ValueError:
        return text
    return text


def _rows(titles: Sequence[Any], feed: Feed, records: Iterable[Record]) -> Iterator[tuple[list[str], list[Column]]]:
    by_title = {column.title: column for column in sheets.columns(feed)}
    layout = [by_title[title] for title in titles]
    return ((row, layout) for record in records for row in sheets.rows_of(record, layout))


async def _ndjson(api: Api, feed: Feed, records: Iterable[Record]) -> Record:
    body = b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
    path = f"/v1/feeds/{feed.name}/submissions"
    answer = await api.post_bytes(path, body, **{"Content-Type": "application/x-ndjson"})
    assert answer.status_code in (201, 422), answer.text
    found = answer.json()
    receipt: Record = found.get("receipt", found)
    return receipt


async def _file(api: Api, feed: Feed, name: str, content: bytes) -> Record:
    path = f"/v1/feeds/{feed.name}/files"
    answer = await api.client.post(path, files={"file": (name, content)}, headers=api.bearer())
    assert answer.status_code == 202, answer.text
    assert await read_next(api.app.state.engine, api.app.state.intake)
    job = (await api.get(answer.headers["location"])).json()
    assert job["state"] == "complete", job["problem"]
    receipt: Record = (await api.get(job["receipt"])).json()
    assert receipt["counts"] == job["counts"]
    return receipt


def _comparable(row: Record) -> Record:
    """A stored version without what says how and when it came, and without what is sealed anew each time (the digest
    is of its content too)."""
    payload = orjson.loads(row["payload"])
    for name in _OF_ITS_DOOR:
        del payload["meta"][name]
    for member in payload["data"].get("members", ()):
        del member["sealed"]
    return {**row, "payload": payload}
