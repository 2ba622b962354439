"""Entries in words: one sentence each, as a person reads the life of an asset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.assets.disposal import domain as disposal
from services.assets.entries.domain import REVERSED, Entry
from services.assets.income import kinds as income
from services.assets.ledger import domain as ledger
from services.assets.rights import domain as rights
from services.assets.terms.domain import yuan
from services.assets.terms.schemas import word
from services.assets.upkeep import domain as upkeep
from shared.codes import divisions

Body = Mapping[str, Any]


def told(entry: Entry) -> str:
    """What an entry says."""
    title, said = word("entry_kind", entry.kind), _KINDS[entry.kind](entry.body)
    return f"{title}：{said}" if said else title


def money(amount_fen: int) -> str:
    """123456789 → `1,234,567.89`."""
    whole, _, part = yuan(amount_fen).partition(".")
    return f"{int(whole):,}.{part}" if not whole.startswith("-") else f"−{-int(whole):,}.{part}"


def place(code: str) -> str:
    """A division with all that it lies in; a code that is none any more stays as it is."""
    return divisions.path(code) if divisions.get(code) else code


def _money(body: Body) -> str:
    return f"{money(body['amount_fen'])} 元"


def _shares(body: Body) -> str:
    held = "、".join(f"{word('holder_kind', one['kind'])} {one['key']}{_part(one['share'])}" for one in body["shares"])
    return f"{word('right', body['right'])}归{held}"


def _part(share: str) -> str:
    return "" if share == "1" else f" {share}"


def _transfer(body: Body) -> str:
    giver, taker = body["from"], body["to"]
    part = _part(giver["share"]) or "全部"
    return f"{word('right', body['right'])}{part} 由 {giver['key']} 转给 {taker['key']}"


def _registered(body: Body) -> str:
    return f"{body['name']}，{word('asset_class', body['asset_class'])}，原值 {money(body['original_value_fen'])} 元"


def _amended(body: Body) -> str:
    words = {"name": "名称", "division_code": "区划", "place": "坐落", "quantity": "数量", "unit": "单位",
             "original_value_fen": "原值", "useful_life_years": "使用年限", "real_estate": "不动产",
             "operation_plan": "运营方案", "risk_controls": "风险防控措施", "equity_exit": "退出办法",
             "equity_disposal": "处置方式"}  # fmt: skip
    return "；".join(f"{words[name]}改为“{_amendment(name, value)}”" for name, value in body.items() if name in words)


def _amendment(name: str, value: Any) -> str:
    if name == "division_code":
        return place(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{money(value)} 元" if name.endswith("_fen") else str(value)


def _state(body: Body) -> str:
    more = f"；调查情况：{body['investigation']}" if body.get("investigation") else ""
    return f"{word('asset_state', body['state'])}（{body['reason']}）{more}"


def _custody(body: Body) -> str:
    parts = [
        body["unit"],
        body.get("post"),
        f"每 {body['interval_days']} 天巡查" if body.get("interval_days") else None,
    ]
    return "，".join(part for part in parts if part)


def _inspected(body: Body) -> str:
    note = f"（{body['note']}）" if body.get("note") else ""
    return word("inspection_result", body["result"]) + note


def _due(body: Body) -> str:
    return f"{body['period']} {word('income_kind', body['kind'])} {_money(body)}，应于 {body['due_on']} 收到"


def _plan(body: Body) -> str:
    return f"{body['period']} 收益 {_money(body)}，{len(body['lines'])} 行"


def _minutes(body: Body) -> str:
    return f"应到 {body['members_total']}，到会 {body['present']}，赞成 {body['in_favour']}，反对 {body['against']}"


def _paid(body: Body) -> str:
    return f"第 {body['line_id']} 行 {_money(body)}"


def _nothing(_: Body) -> str:
    return ""


_LEVELS = {"township": "苏木乡镇", "banner": "旗区", "city": "市"}
_KINDS: Mapping[str, Callable[[Body], str]] = {
    ledger.REGISTERED: _registered,
    ledger.AMENDED: _amended,
    ledger.STATE_CHANGED: _state,
    ledger.DISPOSED: lambda body: body["way"],
    REVERSED: _nothing,
    rights.CONFIRMED: _shares,
    rights.TRANSFERRED: _transfer,
    rights.ENDED: lambda body: word("right", body["right"]),
    rights.SUPERVISED: lambda body: "、".join(body["units"]),
    rights.HANDED_OVER: lambda body: body["receiver"],
    upkeep.ASSIGNED: _custody,
    upkeep.ENDED: lambda body: body["reason"],
    upkeep.INSPECTED: _inspected,
    upkeep.REPAIRED: lambda body: f"{money(body['cost_fen'])} 元，{body['note']}",
    income.DUE: _due,
    income.RECEIVED: _money,
    income.DRAFTED: _plan,
    income.DECIDED: _minutes,
    income.NOTICED: lambda body: f"到 {body['until']}",
    income.REVIEWED: lambda body: body["unit"],
    income.APPROVED: _nothing,
    income.RETURNED: lambda body: body["reason"],
    income.PAID: _paid,
    income.REVERSED: _paid,
    disposal.PROPOSED: lambda body: word("disposal_reason", body["reason"]),
    disposal.APPRAISED: _money,
    disposal.DECIDED: _minutes,
    disposal.NOTICED: lambda body: f"到 {body['until']}",
    disposal.APPROVED: lambda body: f"{_LEVELS[body['level']]}审批",
    disposal.REJECTED: lambda body: body["reason"],
    disposal.RECEIVED: _money,
    disposal.ASSIGNED: lambda body: f"{_money(body)}用于{body['purpose']}",
    disposal.SPENT: _money,
}
