"""`xianjie sample`: the departments' files of a made-up population, for whoever wants to see or push some."""

from __future__ import annotations

import errno
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from services.local import ledger, observing
from services.local.errors import LocalError
from shared import clock
from shared.feeds import catalogue
from shared.sample import FIRST_DAY, FORMATS, LABELS, OccupiedError, Sample, generate, write
from shared.sample.assets import AssetSample

_FILE_WIDTH = 140
"""Columns when the output is no terminal."""


def run(folder: Path, households: int, seed: int, as_of: str | None, form: str) -> None:
    """Write the files and the labels into `folder` (new or empty) and say what was written; nothing else is touched."""
    known = next((one for one in FORMATS if one == form), None)
    if known is None:
        raise LocalError(f"--format 只有 {'、'.join(FORMATS)}，收到 {form}")
    sample = generate(households, seed, _day(as_of))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)
    files: Counter[str] = Counter()
    records: Counter[str] = Counter()
    try:
        with console.status("正在生成样例 …"):
            for file in write(sample, folder, known):
                files[file.feed] += 1
                records[file.feed] += file.records
            observed = observing.write(folder, sample.as_of)
            registered = ledger.write(folder, AssetSample(sample))
    except OccupiedError:
        raise LocalError(f"{folder} 不是空文件夹：两份样例混在一起就对不上预期结果，请换一个文件夹") from None
    except OSError as error:
        reason = "磁盘已满" if error.errno == errno.ENOSPC else "不能写入"
        raise LocalError(f"{reason}：{error.filename or folder}") from None
    console.print(_table(sample, files, records))
    console.print(
        f"{sum(files.values())} 个 {known.upper()} 文件、{sum(records.values())} 条记录已写到 {folder}，"
        f"文件名的次序就是报送的次序；每条缺陷和预期结果见 {LABELS}。",
        soft_wrap=True,
    )
    console.print(
        f"指标观测值 {observed} 个（各年统计和规划的公布值）在 {observing.FILE}：由指标填报人上传到 "
        "POST /v1/observations/files，约束性指标的由另一人审核。",
        soft_wrap=True,
    )
    console.print(
        f"项目 {registered[0]} 个、资产 {registered[1]} 项在 {'、'.join(ledger.FILES)}：由资产经办人先后上传到 "
        "POST /v1/projects/files 和 POST /v1/assets/files。",
        soft_wrap=True,
    )


def _day(as_of: str | None) -> date:
    if as_of is None:
        return clock.today()
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise LocalError(f"--as-of 应为 2026-11-24 这样的日期，收到 {as_of}") from None
    if not FIRST_DAY <= day <= clock.today():
        raise LocalError(f"--as-of 应在 {FIRST_DAY} 与今天（{clock.today()}）之间：将来的事还没有发生，收到 {day}")
    return day


def _table(sample: Sample, files: Counter[str], records: Counter[str]) -> Table:
    """A line a feed."""
    title = f"样例：{sample.households} 户，种子 {sample.seed}，截至 {sample.as_of}（全部为虚构）"
    table = Table(title=title, title_justify="left")
    for heading in ("部门", "数据", "类别"):
        table.add_column(heading, overflow="fold")
    for heading in ("文件", "记录"):
        table.add_column(heading, justify="right")
    for name in records:
        feed = catalogue.get(*name.split("/"))
        table.add_row(catalogue.DEPARTMENTS[feed.department], feed.title, name, str(files[name]), str(records[name]))
    return table
