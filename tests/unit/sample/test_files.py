"""The sample as files: the same records in every format, in the order of sending, with labels for the door taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared import sheets
from shared.feeds import catalogue
from shared.feeds.domain import Feed, Refused
from shared.sample import DEFECTS, FORMATS, LABELS, Format, OccupiedError, Sample, generate, write
from tests.unit.feeds.support import PREPARER
from tests.unit.sample.support import AS_OF, Result, expected, labelled, outcomes

HOUSEHOLDS = 40
DOORS = {"csv": "file", "xlsx": "file", "ndjson": "json", "json": "json"}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(HOUSEHOLDS, 7, AS_OF)


@pytest.fixture(scope="module", params=FORMATS)
def form(request: pytest.FixtureRequest) -> Format:
    form: Format = request.param
    return form


@pytest.fixture(scope="module")
def folder(sample: Sample, form: Format, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(form) / "new"
    assert [file.name for file in write(sample, folder, form)] == [path.name for path in _files(folder)]
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != LABELS)


def _told(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / LABELS).read_text("utf-8"))
    return told


def _read(folder: Path) -> Iterator[tuple[Feed, dict[str, Any], set[str]]]:
    """(feed, record, codes of what the sheet put right) of every file in the order of its name."""
    feeds = {file["name"]: catalogue.get(*file["feed"].split("/")) for file in _told(folder)["files"]}
    for path in _files(folder):
        feed = feeds[path.name]
        if path.suffix == ".json":
            yield from ((feed, record, set()) for record in orjson.loads(path.read_bytes())["records"])
        elif path.suffix == ".ndjson":
            yield from ((feed, orjson.loads(line), set()) for line in path.read_bytes().splitlines())
        else:
            for row in sheets.read(feed, path):
                yield feed, row.record, {note["code"] for note in row.notes}


def test_each_format_comes_out_as_its_labels_say(sample: Sample, form: Format, folder: Path) -> None:
    found: list[Result] = []
    said: dict[tuple[str, str], set[str]] = {}
    for feed, record, notes in _read(folder):
        result = PREPARER.records(feed, [record])[0]
        entries = result.errors if isinstance(result, Refused) else result.notes
        found.append((feed.name, result))
        said.setdefault((feed.name, record["source_id"]), set()).update(notes, (entry["code"] for entry in entries))
    labels = sample.labels("file" if DOORS[form] == "file" else "json")
    assert outcomes(found) == expected(labels)
    defects = labelled(labels)
    for key, codes in said.items():
        defect = DEFECTS.get(defects.get(key, ""))
        code = defect.code_by("file" if DOORS[form] == "file" else "json") if defect else None
        assert codes == ({code} if code else set()), (key, defects.get(key))


def test_the_records_are_those_of_the_sample(sample: Sample, form: Format, folder: Path) -> None:
    read = [(feed.name, record) for feed, record, _ in _read(folder)]
    sent = [(feed, item) for feed, items in sample.waves() for item in items]
    assert [feed for feed, _ in read] == [feed for feed, _ in sent]
    different = {item.label for (_, record), (_, item) in zip(read, sent, strict=True) if record != item.record}
    put_right = {"amounts_with_separators", "grade_in_words", "empty_grade", "empty_dwelling_grade"}
    assert different == (put_right if DOORS[form] == "file" else set())


def test_the_labels_file_counts_and_names(sample: Sample, form: Format, folder: Path) -> None:
    told = _told(folder)
    labels = sample.labels("file" if DOORS[form] == "file" else "json")
    assert told["counts"] == labels.counts
    assert {label: entry["source_ids"] for label, entry in told["defects"].items()} == labels.source_ids
    separators = told["defects"]["amounts_with_separators"]
    assert separators["outcome"] == ("accepted" if DOORS[form] == "file" else "rejected")
    assert sum(file["records"] for file in told["files"]) == sum(sum(c.values()) for c in labels.counts.values())
    assert told["confirmed_households"] == sample.confirmed != []
    assert told["files"][0]["name"] == f"01-rural-revitalization-household.{form}"


def test_each_department_writes_csv_in_its_own_encoding(sample: Sample, tmp_path: Path) -> None:
    written = list(write(sample, tmp_path / "csv", "csv"))
    assert {file.encoding for file in written} == {"gb18030", "utf-8-sig", "utf-8"}
    for file in written:
        content = (tmp_path / "csv" / file.name).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf") == (file.encoding == "utf-8-sig")
        text = content.decode(file.encoding or "")
        assert "记录主键" in text
        if file.encoding == "gb18030":
            with pytest.raises(UnicodeDecodeError):
                content.decode("utf-8")


def test_a_large_feed_is_parted_and_the_names_stay_in_order(tmp_path: Path) -> None:
    sample = generate(1_000, 1, AS_OF)
    written = list(write(sample, tmp_path, "json"))
    enrolments = [file for file in written if file.feed == "medical-insurance/enrolment"]
    assert [file.name for file in enrolments] == [
        "03-medical-insurance-enrolment-01.json",
        "03-medical-insurance-enrolment-02.json",
    ]
    assert enrolments[0].records == 4_000
    assert [file.name for file in written] == [path.name for path in _files(tmp_path)]


def test_two_samples_are_not_mixed(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(OccupiedError):
        list(write(sample, tmp_path, "json"))
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]
