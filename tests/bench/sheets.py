"""Spreadsheets: 50,000 settlements read from XLSX and CSV (issue 6: XLSX in under 30 s with all that follows), beside
the bare libraries on the same files; each reading in a process of its own, so that its memory can be told."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.feeds.domain import Feed
from shared.sheets import write
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.sheet_reading import FEEDS

RUNS = 3
ROWS = 50_000
WANTED_XLSX_S, WANTED_CSV_PER_S = 15, 20_000


def records(feed: Feed) -> Iterator[dict[str, Any]]:
    """The example under as many keys as there are rows; every cell is a text of its own to the reader."""
    return ({**feed.examples[0], "source_id": f"B-{number:06d}"} for number in range(ROWS))


def measured(reader: str, feed: str, path: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.sheet_reading", reader, feed, str(path)]
    result: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if result["rows"] != ROWS:
        raise RuntimeError(f"{ROWS} rows written, {result['rows']} read")
    return result


def compare(feed: str, path: Path) -> Report:
    """Ours and the bare library in turns."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
    for _ in range(RUNS):
        for reader, results in found.items():
            results.append(measured(reader, feed, path))
    own, bare = found["ours"], found["bare"]
    seconds = shared.spread([result["seconds"] for result in own])
    return {
        "seconds": seconds,
        "rows_per_s": round(ROWS / seconds["median"]),
        "processor_seconds": shared.spread([result["processor"] for result in own]),
        "memory_grown_mib": round(max(result["grown_mib"] for result in own)),
        "bare_library_seconds": shared.spread([result["seconds"] for result in bare]),
        "bare_library_processor_seconds": shared.spread([result["processor"] for result in bare]),
        "bare_library_memory_grown_mib": round(max(result["grown_mib"] for result in bare)),
    }


def main() -> Report:
    """Write the files, read them, report."""
    results: Report = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, feed in FEEDS.items():
            for form in ("xlsx", "csv"):
                path = Path(folder) / f"{name}.{form}"
                started = time.perf_counter()
                write(feed, records(feed), "xlsx" if form == "xlsx" else "csv", path)
                written = time.perf_counter() - started
                results[f"{name} {form}"] = {**compare(name, path), "write_seconds": round(written, 1)}
    return shared.report(
        "sheets",
        {
            "what": f"{ROWS} rows read as records, a process each, template columns",
            "wanted": {"xlsx_seconds": WANTED_XLSX_S, "csv_rows_per_s": WANTED_CSV_PER_S},
            "reference": "csv.reader and calamine on the same files, cells untouched",
            **results,
        },
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), indent=1, ensure_ascii=False) + "\n")
