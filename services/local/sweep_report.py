"""A run's report for the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from services.screening.runs.domain import KINDS, Run
from services.screening.runs.report import BannerCount, Report, report
from shared.codes import divisions

_REASONS = {"no_value": "没有可用的数据", "parameter_missing": "参数没有有效的值"}


def show(console: Console, run: Run) -> None:
    """Everything that the report holds, in words."""
    found = report(run)
    console.print(f"[bold]{_heading(run)}[/bold]", soft_wrap=True)
    if found.quote is not None:
        console.print(f"依据：{found.document}：“{found.quote}”", soft_wrap=True)
    console.print(_households(found), soft_wrap=True)
    console.print(_changes(found), soft_wrap=True)
    for table in (_population(found), _hits(found), _items(found), _silent(found), _lacking(found)):
        if table.row_count:
            console.print(table)
    console.print(f"批次编号 {run.run_id}，完整的报告：GET /v1/runs/{run.run_id}", soft_wrap=True)


def _heading(run: Run) -> str:
    ends = {
        "completed": "已完成",
        "cancelled": f"已由{run.ended_by}取消，以下是取消之前的结果",
        "failed": "没能完成：几次都没有进展，原因见后台进程的日志",
        "running": "正在运行，以下是目前的结果",
    }
    place = divisions.path(run.division_code)
    return f"{KINDS[run.kind]} · {place} · 截至 {run.as_of.isoformat()}：{ends[run.state]}"


def _households(found: Report) -> str:
    doubt = f"，其中 {found.uncertain} 户不能确定是否属于排查对象，已一并排查" if found.uncertain else ""
    return f"看过 {found.seen} / {found.candidates} 户，判断 {found.households} 户{doubt}；用时 {found.seconds} 秒。"


def _changes(found: Report) -> str:
    changes = found.changes
    if not changes.by_rule:
        return "预警没有变更：与现在的数据、规则和参数相符。"
    return (
        f"预警：发出 {changes.raised} 件，更新 {changes.updated} 件，缓解 {changes.eased} 件，"
        f"因数据更正撤销 {changes.superseded} 件。"
    )


def _population(found: Report) -> Table:
    table = _table("排查对象（一户可属多类）", "类别", "户数")
    for group in found.population:
        table.add_row(group.title, str(group.households))
    return table


def _hits(found: Report) -> Table:
    table = _table("命中的规则", "规则", "名称", "户数", "旗区")
    for line in found.hits:
        table.add_row(line.rule_code, line.title, str(line.households), _listed(line.banners))
    return table


def _items(found: Report) -> Table:
    table = _table("监测内容", "内容", "情况齐全的户数", "规则命中的户数")
    for item in found.items:
        table.add_row(item.title, str(item.known), str(item.hit))
    return table


def _silent(found: Report) -> Table:
    table = _table("因部门数据逾期或从未报送而无法判断", "部门", "数据", "户数", "判断数", "旗区")
    for line in found.silent:
        place = _listed(line.banners)
        table.add_row(line.department_title, line.kind_title, str(line.households), str(line.verdicts), place)
    return table


def _lacking(found: Report) -> Table:
    table = _table("数据按期到达，仍缺一项而无法判断", "缺什么", "原因", "判断数")
    for line in found.lacking:
        table.add_row(line.title, _REASONS[line.reason], str(line.verdicts))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        number = column.endswith(("户数", "判断数"))
        table.add_column(column, justify="right" if number else "left", overflow="fold", no_wrap=number)
    return table


def _listed(banners: Iterable[BannerCount]) -> str:
    return "、".join(f"{banner.name} {banner.count}" for banner in banners)
