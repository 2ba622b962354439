"""One reading of one file in a lean process: `python -m tests.bench.sheet_reading READER FEED PATH`."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from python_calamine import load_workbook

from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.sheets import read

FEEDS = {
    "settlement": catalogue.get("medical-insurance", "settlement"),
    "household": catalogue.get("rural-revitalization", "household"),
}


def ours(feed: Feed, path: Path) -> int:
    """What `shared.sheets` does."""
    return sum(1 for record in read(feed, path) if not record.errors)


def bare(_: Feed, path: Path) -> int:
    """The library alone: rows of cells that nobody looks at."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1
    with load_workbook(path) as book:
        return sum(1 for _ in book.get_sheet_by_name("数据").iter_rows()) - 1


READERS: dict[str, Callable[[Feed, Path], int]] = {"ours": ours, "bare": bare}


def peak() -> float:
    """The most memory this program has held, in MiB; the kernel's other count begins with the parent's."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def child(reader: str, feed: str, path: Path) -> None:
    """Read once and print seconds by the clock and of the processor, rows, and by how many MiB the peak grew."""
    before = peak()
    started, worked = time.perf_counter(), time.process_time()
    rows = READERS[reader](FEEDS[feed], path)
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    found = {"seconds": seconds, "processor": processor, "rows": rows, "grown_mib": peak() - before}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
