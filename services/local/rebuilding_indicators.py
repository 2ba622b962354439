"""`xianjie rebuild indicators`: hand over what the other services keep, and say what the rebuild found."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from services.indicators.rebuild import service
from services.indicators.rebuild.domain import Outcome
from services.indicators.settings import Settings
from services.indicators.worker import engine_of
from services.local import environment, retained, sweeping
from services.local.run import settings_of
from shared.db import create_engine


def run(data: Path, ingest: str | None, assets: str | None, console: Console) -> int:
    """The exit code: 0 when everything stood as it was made again, 1 when something differed. `ingest` and
    `assets` are the addresses of their databases, None for those of the stack on `data`."""
    environment.join("indicators", data)
    settings = settings_of("indicators")
    if not isinstance(settings, Settings):
        raise TypeError(type(settings).__name__)
    addresses = [environment.database_of(name, data, given) for name, given in (("ingest", ingest), ("assets", assets))]
    outcome = sweeping.told(_rebuild(settings, addresses, console), "现有的数据没有改动", whose="indicators")
    return report(outcome, console)


async def _rebuild(settings: Settings, addresses: list[str], console: Console) -> Outcome:
    engine = engine_of(settings)
    ingest, assets = (create_engine(address, name="xianjie.rebuild", pool_size=1) for address in addresses)
    try:
        with console.status("正在重建 …") as status:
            return await service.rebuild(
                engine,
                retained.logs(ingest, assets),
                lambda what, messages: status.update(f"正在重建：{what} …（已重放 {messages} 条）"),
            )
    finally:
        for one in (engine, ingest, assets):
            await one.dispose()


def report(outcome: Outcome, console: Console) -> int:
    """Say what the rebuild found; the exit code: 0 when everything stood as it was made again."""
    for line in _lines(outcome):
        console.print(line, soft_wrap=True)
    return 0 if outcome.identical else 1


def _lines(outcome: Outcome) -> list[str]:
    took = f"用时 {outcome.seconds} 秒，其中后台进程等待 {outcome.paused_seconds} 秒"
    lines = [f"重放 {outcome.messages} 条，{outcome.households} 户，核对指标数值 {outcome.values} 个；{took}。"]
    if outcome.identical:
        lines.append("户册、各部门数据、台账和指标数值与重建的结果完全相同，没有更改，也没有发出任何事件。")
    if outcome.remade:
        lines.append(f"缺少的表已重建：{'、'.join(outcome.remade)}。")
    lines += [
        f"{one.title}不同：原有 {one.only_standing} 行与重建的不符，重建的 {one.only_rebuilt} 行已取而代之。"
        for one in outcome.differences
    ]
    if outcome.restored or outcome.corrected:
        lines.append(
            f"按已发出的事件恢复：指标数值 {outcome.restored} 个，改正 {outcome.corrected} 个；没有再发出事件。"
        )
    if outcome.completed:
        lines.append(f"{outcome.completed} 个指标数值的说明或依据与重建的不符，已更正；没有再发出事件。")
    if outcome.untold:
        lines.append(f"{outcome.untold} 个指标数值从未发出过，来历不明：没有更改，请核查数值表是否被人工改动。")
    if outcome.undecided:
        lines.append(
            f"按重建的数据，{outcome.undecided} 个指标数值将有变化：后台进程随即重新计算，并照常发布"
            "（已审定的期间作为重述）。"
        )
    return lines
