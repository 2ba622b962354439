"""What `xianjie up` shows: totals of the receipts, the first warnings in words, the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console
from rich.table import Table

from services.local.client import Client
from services.local.feeding import Totals
from services.local.layout import Address
from shared import clock
from shared.codes import divisions
from shared.http.pages import TITLES
from shared.names import SERVICES

OUTCOMES = {
    "accepted": "接收",
    "corrected": "更正",
    "retracted": "撤回",
    "duplicate": "重复",
    "stale": "过时",
    "rejected": "拒收",
}
SEVERITIES = {"urgent": "紧急", "high": "高", "normal": "一般", "info": "提示"}
FIRST_WARNINGS = 10


def totals(console: Console, said: Totals, expected: Totals, earlier: str | None = None) -> None:
    """Receipts beside the sample's labels; a cell that differs shows both. `earlier` is the day on which the
    sample was pushed, when that was not now: the receipts are those of then."""
    if earlier is not None:
        console.print(f"以下是 {earlier} 报送样例时的回执，这次启动没有再报送。", soft_wrap=True)
    table = Table(title="回执合计（与样例标注对照）", title_justify="left")
    table.add_column("数据")
    for title in OUTCOMES.values():
        table.add_column(title, justify="right")
    for feed in sorted({*said, *expected}):
        pairs = [(said.get(feed, {}).get(o, 0), expected.get(feed, {}).get(o, 0)) for o in OUTCOMES]
        table.add_row(feed, *(str(got) if got == want else f"[red]{got}（标注 {want}）[/red]" for got, want in pairs))
    console.print(table)


def missing_parameters(console: Console, missing: Iterable[Mapping[str, Any]]) -> None:
    """Which rules cannot be judged for want of a parameter (`missing` of `/v1/parameters`); nothing when all can."""
    needed = [one for one in missing if one["rules"]]
    for one in needed:
        text = f"缺少参数：{one['title']}（{one['name']}）。{one['consequence']}。"
        console.print(f"[yellow]{text}[/yellow]", soft_wrap=True)
    if needed:
        entered = "本地的值用 PUT /v1/parameters/{name} 录入，由另一人批准后生效；不加 --no-sample 时带有演示参数。"
        console.print(entered, soft_wrap=True)


class Asked(Protocol):
    """Whom to ask: the services' APIs."""

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The answer to a question."""


def warnings(console: Console, client: Asked, now: datetime) -> int:
    """The first ten open warnings, each with what it rests on; answers how many there are in all `now`, which is said:
    the day's first sweep may be raising more."""
    page = client.get("screening", "/v1/warnings", state="open", limit=FIRST_WARNINGS)
    count: int = sum(page["totals"].values())
    title = f"待核实的预警（前 {FIRST_WARNINGS} 件，截至 {now.astimezone(clock.SHANGHAI):%H:%M} 共 {count:,} 件）"
    table = Table(title=title, title_justify="left")
    for heading in ("户编号", "地区", "规则", "等级", "依据"):
        table.add_column(heading, overflow="fold")
    for item in page["items"]:
        why = client.get("screening", f"/v1/warnings/{item['warning_id']}/why")
        rule = f"{item['rule_code']} {why['rule']['title']}"
        place = division_name(item["division_code"])
        table.add_row(item["household_no"], place, rule, SEVERITIES[item["severity"]], reason(why))
    console.print(table)
    return count


def reason(why: Mapping[str, Any]) -> str:
    """The sentence of the verdict, which need not be told; the conditions that hold where the first release kept
    none."""
    said: str | None = why.get("text")
    return said.partition("：")[2] if said else "；".join(leaf["text"] for leaf in why["leaves"] if leaf["truth"])


def board(console: Console, client: Client) -> None:
    """The sixteen indicators of the city as a table."""
    answer = client.get("indicators", "/v1/board", division=divisions.CITY)
    title = f"指标表 · {division_name(answer['division_code'])} · {answer['period']} · 截至 {answer['as_of']}"
    table = Table(title=title, title_justify="left")
    table.add_column("#", justify="right")
    table.add_column("指标", overflow="fold", ratio=3)
    for heading in ("数值", "分子/分母", "基期", "目标"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("说明", overflow="fold", ratio=2)
    for row in answer["rows"]:
        parts = "" if row["denominator"] is None else f"{_value(row['numerator'])}/{_value(row['denominator'])}"
        value = _value(row["value"]) + ("" if row["value"] is None else f" {row['unit']}")
        numbers = [_value(row[name]) for name in ("baseline", "target")]
        table.add_row(str(row["number"]), row["title"], value, parts, *numbers, row["reason"] or "")
    console.print(table)


def whereabouts(console: Console, addresses: Mapping[str, Address], bootstrap: str, data: Any) -> None:
    """Where to look."""
    for service, address in addresses.items():
        line = f"{SERVICES[service]}（{service}）  {address.url}/docs"
        console.print(line, soft_wrap=True, highlight=False)
    for service, title in TITLES.items():
        console.print(f"{title}页（用令牌登录）  {addresses[service].url}/", soft_wrap=True, highlight=False)
    console.print(f"消息总线（Kafka 协议）  {bootstrap}    数据目录  {data}", soft_wrap=True, highlight=False)


def division_name(code: str) -> str:
    """`达拉特旗 树林召镇 …村` of a code; the code itself when it is unknown."""
    names: list[str] = []
    division = divisions.get(code)
    while division is not None and division.code != divisions.CITY:
        names.insert(0, division.name)
        division = divisions.get(division.parent) if division.parent else None
    return " ".join(names) or ("鄂尔多斯市" if code == divisions.CITY else code)


def _value(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
