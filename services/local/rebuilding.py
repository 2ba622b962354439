"""`xianjie rebuild screening|indicators`: hand over what the other services keep, and say what the rebuild found."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.status import Status

from services.local import environment, rebuilding_indicators, retained, sweeping
from services.local.errors import LocalError
from services.screening.rebuild import service
from services.screening.rebuild.domain import Outcome
from services.screening.settings import Settings
from services.screening.worker import engine_of
from shared.db import create_engine

REBUILT = ("screening", "indicators")
_FILE_WIDTH = 140
"""Columns when the output is no terminal."""
_FATES = {"raised": "应发而未发", "updated": "依据已变", "eased": "已不再命中", "superseded": "已失去依据"}


def run(wanted: str, data: Path, ingest: str | None, assets: str | None) -> int:
    """The exit code: 0 when everything stood as it was made again, 1 when something differed and was mended."""
    if wanted not in REBUILT:
        raise LocalError(f"能重建的只有 {'、'.join(REBUILT)}，收到 {wanted}")
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)
    sweeping.quiet()
    if wanted == "indicators":
        return rebuilding_indicators.run(data, ingest, assets, console)
    settings = sweeping.joined(data)
    addresses = [environment.database_of(name, data, given) for name, given in (("ingest", ingest), ("assets", assets))]
    outcome = sweeping.told(_rebuild(settings, addresses, console), "现有的数据没有改动")
    return report(outcome, console)


async def _rebuild(settings: Settings, addresses: list[str], console: Console) -> Outcome:
    engine = engine_of(settings)
    ingest, assets = (create_engine(address, name="xianjie.rebuild", pool_size=1) for address in addresses)
    try:
        with console.status("正在重建 …") as status:
            return await service.rebuild(engine, retained.logs(ingest, assets), _saying(status))
    finally:
        for one in (engine, ingest, assets):
            await one.dispose()


def _saying(status: Status) -> service.Say:
    return lambda what, messages: status.update(f"正在重建：{what} …（已重放 {messages} 条）")


def report(outcome: Outcome, console: Console) -> int:
    """Say what the rebuild found; the exit code: 0 when everything stood as it was made again."""
    for line in _lines(outcome):
        console.print(line, soft_wrap=True)
    return 0 if outcome.identical else 1


def _lines(outcome: Outcome) -> list[str]:
    took = f"用时 {outcome.seconds} 秒，其中后台进程等待 {outcome.paused_seconds} 秒"
    lines = [f"重放 {outcome.messages} 条，{outcome.households} 户；{took}。"]
    if outcome.identical:
        lines.append("户册、户情指标和预警与重建的结果完全相同，没有更改，也没有发出任何事件。")
    if outcome.remade:
        lines.append(f"缺少的表已重建：{'、'.join(outcome.remade)}。")
    lines += [
        f"{one.title}不同：原有 {one.only_standing} 行与重建的不符，重建的 {one.only_rebuilt} 行已取而代之。"
        for one in outcome.differences
    ]
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
