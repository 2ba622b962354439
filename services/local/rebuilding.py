"""`xianjie rebuild screening|indicators`: hand over what the other services keep, and say what the rebuild found."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators import worker as indicators_worker
from services.indicators.rebuild import service as indicators
from services.indicators.settings import Settings as IndicatorsSettings
from services.local import environment, rebuild_report, rebuilding_indicators, retained, sweeping
from services.local.errors import LocalError
from services.local.run import settings_of
from services.screening.rebuild import service
from services.screening.rebuild.domain import Outcome
from services.screening.settings import Settings
from services.screening.worker import engine_of
from shared.db import create_engine
from shared.rebuild.logs import Log
from shared.rebuild.service import Say

REBUILT = ("screening", "indicators")
_FILE_WIDTH = 140
"""Columns when the output is no terminal."""
_FATES = {"raised": "应发而未发", "updated": "依据已变", "eased": "已不再命中", "superseded": "已失去依据"}
T = TypeVar("T")
Rebuild = Callable[[AsyncEngine, Sequence[Log], Say], Awaitable[T]]


def run(wanted: str, data: Path, ingest: str | None, assets: str | None) -> int:
    """The exit code: 0 when everything stood as it was made again, 1 when something differed and was mended. `ingest`
    and `assets` are the addresses of their databases, None for those of the stack on `data`."""
    if wanted not in REBUILT:
        raise LocalError(f"能重建的只有 {'、'.join(REBUILT)}，收到 {wanted}")
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)
    sweeping.quiet()
    environment.join(wanted, data)
    settings = settings_of(wanted)
    kept = [environment.database_of(name, data, given) for name, given in (("ingest", ingest), ("assets", assets))]

    def found(own: Callable[[], AsyncEngine], rebuild: Rebuild[T]) -> T:
        return sweeping.told(_rebuilt(own, rebuild, kept, console), "现有的数据没有改动", whose=wanted)

    if isinstance(settings, Settings):
        return report(found(partial(engine_of, settings), service.rebuild), console)
    if isinstance(settings, IndicatorsSettings):
        mended = found(partial(indicators_worker.engine_of, settings), indicators.rebuild)
        return rebuilding_indicators.report(mended, console)
    raise TypeError(type(settings).__name__)


async def _rebuilt(own: Callable[[], AsyncEngine], rebuild: Rebuild[T], kept: Sequence[str], console: Console) -> T:
    engine = own()
    ingest, assets = (create_engine(address, name="xianjie.rebuild", pool_size=1) for address in kept)
    try:
        with console.status("正在重建 …") as status:
            return await rebuild(
                engine,
                retained.logs(ingest, assets),
                lambda what, messages: status.update(f"正在重建：{what} …（已重放 {messages} 条）"),
            )
    finally:
        for one in (engine, ingest, assets):
            await one.dispose()


def report(outcome: Outcome, console: Console) -> int:
    """Say what the rebuild found; the exit code: 0 when everything stood as it was made again."""
    whole = "户册、户情指标和预警与重建的结果完全相同，没有更改，也没有发出任何事件。" if outcome.identical else None
    return rebuild_report.show(console, outcome, f"{outcome.households} 户", whole, _lines(outcome))


def _lines(outcome: Outcome) -> list[str]:
    lines = []
    found = outcome.restored
    if found.warnings or found.corrected or found.changes or found.evidence:
        lines.append(
            f"按已发出的事件恢复：预警 {found.warnings} 件，改正 {found.corrected} 件，变更记录 {found.changes} 条，"
            f"缺失的预警依据 {found.evidence} 件；没有再发出事件。"
        )
    if outcome.restored.statuses:
        lines.append(f"{outcome.restored.statuses} 户的状态与已发出的事件不符，已照事件更正；没有再发出事件。")
    if outcome.evidence:
        lines.append(f"{outcome.evidence} 件预警的依据与重建的不符，已更正；没有再发出事件。")
    if outcome.untold:
        lines.append(f"{outcome.untold} 件预警从未发出过，来历不明：没有更改，请核查预警表是否被人工改动。")
    if outcome.undecided:
        fates = "，".join(f"{_FATES.get(fate, fate)} {count} 件" for fate, count in outcome.undecided.items())
        lines.append(f"按重建的数据判定，预警中{fates}：后台进程随即重新筛查，并照常发出变更。")
    if outcome.unsaid:
        lines.append(f"按重建的户册，{outcome.unsaid} 户的状态应与已发出的不同：后台进程随即逐户核对，并照常发出变更。")
    return lines
