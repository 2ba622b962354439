"""What is said of a rebuild of indicators."""

from __future__ import annotations

from rich.console import Console

from services.indicators.rebuild.domain import Outcome
from services.local import rebuild_report

_SAME = "户册、各部门数据、台账和指标数值与重建的结果完全相同，没有更改，也没有发出任何事件。"


def report(outcome: Outcome, console: Console) -> int:
    """Say what the rebuild found; the exit code: 0 when everything stood as it was made again."""
    counted = f"{outcome.households} 户，核对指标数值 {outcome.values} 个"
    return rebuild_report.show(console, outcome, counted, _SAME if outcome.identical else None, _lines(outcome))


def _lines(outcome: Outcome) -> list[str]:
    lines = []
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
