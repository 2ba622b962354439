"""`xianjie push`: one file, or a folder of files in their sending order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from services.uploader import report, source
from services.uploader.client import Client, Door
from services.uploader.errors import UploadError
from services.uploader.progress import Plan, beside
from services.uploader.progress import Progress as Journal
from services.uploader.transfer import transfer
from shared.errors import AppError
from shared.feeds import catalogue
from shared.feeds.domain import Feed

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for. `feed` is `department/kind`, None to take it from the file's name; `state` is where
    journals are kept, None for beside each file."""

    path: Path
    door: Door
    feed: str | None = None
    chunk: int = 1000
    dry_run: bool = False
    delivery: str | None = None
    state: Path | None = None


def run(options: Options, console: Console) -> int:
    """Push everything; 0 when all was taken, 1 when something was rejected. UploadError when it cannot go on."""
    jobs = _jobs(options)
    rejected = 0
    for path, feed in jobs:
        rejected += _push(options, path, feed, console)
    if len(jobs) > 1:
        console.print(f"共 {len(jobs)} 个文件，" + (f"{rejected:,} 条被拒收。" if rejected else "没有拒收。"))
    return 1 if rejected else 0


def _jobs(options: Options) -> list[tuple[Path, Feed]]:
    path = options.path
    if not path.exists():
        raise UploadError(f"没有这个文件或文件夹：{path}")
    if not path.is_dir():
        return [(path, _feed(options.feed, path))]
    if options.feed is not None:
        raise UploadError("报送整个文件夹时不用 --feed：数据种类由各文件名决定。")
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in source.KNOWN and _named(p) is not None)
    if not files:
        raise UploadError(
            f"{path} 里没有可报送的文件：文件名应含“部门-数据种类”，例如 03-medical-insurance-settlement.csv。"
        )
    return [(file, _feed(None, file)) for file in files]


def _feed(name: str | None, path: Path) -> Feed:
    if name is None:
        feed = _named(path)
        if feed is None:
            raise UploadError(f"从文件名 {path.name} 看不出是哪类数据，请用 --feed 部门/数据种类 指定。")
        return feed
    department, _, kind = name.partition("/")
    try:
        return catalogue.get(department, kind)
    except AppError as error:
        raise UploadError(error.detail) from None


def _named(path: Path) -> Feed | None:
    """The feed whose `department-kind` stands in the file's name; the longest, as one may begin another."""
    found = [feed for feed in catalogue.FEEDS.values() if f"{feed.department}-{feed.kind}" in path.stem]
    return max(found, key=lambda feed: len(feed.name), default=None)


def _push(options: Options, path: Path, feed: Feed, console: Console) -> int:
    plan = Plan(_sha256(path), feed.name, options.chunk, options.dry_run, options.delivery)
    file = source.opened(path, feed)
    journal = Journal(beside(path, options.state), plan)
    done = False
    try:
        if journal.resumed:
            console.print(f"接着上次：已完成 {len(journal.chunks)} 批。")
        with _bar(console, f"{path.name} → {feed.title}", file.total) as (bar, task):
            client = Client(options.door, lambda why, wait: bar.console.print(f"{why}，{max(wait, 1):.0f} 秒后重试。"))
            try:
                totals = transfer(client, journal, plan, file.items, lambda n: bar.advance(task, n))
            finally:
                client.close()
            bar.update(task, total=sum(totals.values()))
        rejected = {at: entry for chunk in journal.chunks.values() for at, entry in chunk.rejected.items()}
        book = report.error_workbook(path, feed, rejected, options.state) if rejected else None
        normalised = sum(chunk.normalised for chunk in journal.chunks.values())
        report.summary(console, feed, Counter(totals), normalised, book, dry_run=options.dry_run)
        done = True
        return totals["rejected"]
    finally:
        journal.close(done=done)


class _Rate(ProgressColumn):
    """Records a second."""

    def render(self, task: Task) -> Text:
        """Empty until there is something to say."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} 条/秒" if speed else "")


@contextmanager
def _bar(console: Console, text: str, total: int | None) -> Iterator[tuple[Progress, TaskID]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("条"),
        _Rate(),
        TextColumn("还需"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        yield bar, bar.add_task(text, total=total)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UploadError(f"{path} 读不了（{error.strerror}）。") from None
