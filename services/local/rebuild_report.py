"""What is said of every rebuild."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from shared.rebuild.domain import Outcome


def show(console: Console, outcome: Outcome, counted: str, identical: str | None, found: Sequence[str]) -> int:
    """Say what was read (`counted`: and what was looked at) and what it came to; the exit code: 0 when all was
    `identical`."""
    took = f"用时 {outcome.seconds} 秒，其中后台进程等待 {outcome.paused_seconds} 秒"
    lines = [f"重放 {outcome.messages} 条，{counted}；{took}。"]
    if identical is not None:
        lines.append(identical)
    if outcome.remade:
        lines.append(f"缺少的表已重建：{'、'.join(outcome.remade)}。")
    lines += [
        f"{one.title}不同：原有 {one.only_standing} 行与重建的不符，重建的 {one.only_rebuilt} 行已取而代之。"
        for one in outcome.differences
    ]
    for line in (*lines, *found):
        console.print(line, soft_wrap=True)
    return 0 if identical is not None else 1
