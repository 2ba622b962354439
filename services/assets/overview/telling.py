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
from services.assets.terms.schemas import LISTS
from services.assets.upkeep import domain as upkeep

Body = Mapping[str, Any]


def told(entry: Entry) -> str:
    """What an entry says."""
    title, tell = _KINDS[entry.kind]
    said = tell(entry.body)
    return f"{title}：{said}" if said else title


def word(name: str, value: str) -> str:
    """The Chinese name of a value of a list."""
    values: Mapping[str, str] = LISTS[name]["values"]
    return values.get(value, value)


def _money(body: Body) -> str:
    return f"{yuan(body['amount_fen'])} 元"


def _shares(body: Body) -> str:
    held = "、".join(f"{word('holder_kind', one['kind'])} {one['key']} {one['share']}" for one in body["shares"])
    return f"{word('right', body['right'])}归{held}"


def _transfer(body: Body) -> str:
    giver, taker = body["from"], body["to"]
    return f"{word('right', body['right'])} {giver['share']} 由 {giver['key']} 转给 {taker['key']}"


def _registered(body: Body) -> str:
    return f"{body['name']}，{word('asset_class', body['asset_class'])}，原值 {yuan(body['original_value_fen'])} 元"


def _amended(body: Body) -> str:
    words = {"name": "名称", "division_code": "区划", "place": "坐落", "quantity": "数量", "unit": "单位",
             "original_value_fen": "原值", "useful_life_years": "使用年限", "real_estate": "不动产",
             "operation_plan": "运营方案", "risk_controls": "风险防控措施", "equity_exit": "退出办法",
             "equity_disposal": "处置方式"}  # fmt: skip
    shown = {name: f"{yuan(value)} 元" if name.endswith("_fen") else value for name, value in body.items()}
    return "；".join(f"{words[name]}改为“{value}”" for name, value in shown.items() if name in words)


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
_KINDS: Mapping[str, tuple[str, Callable[[Body], str]]] = {
    ledger.REGISTERED: ("登记资产", _registered),
    ledger.AMENDED: ("信息变动", _amended),
    ledger.STATE_CHANGED: ("状态变动", _state),
    ledger.DISPOSED: ("处置完成", lambda body: body["way"]),
    REVERSED: ("冲销", _nothing),
    rights.CONFIRMED: ("确权", _shares),
    rights.TRANSFERRED: ("权利转让", _transfer),
    rights.ENDED: ("权利终止", lambda body: word("right", body["right"])),
    rights.SUPERVISED: ("监督单位", lambda body: "、".join(body["units"])),
    rights.HANDED_OVER: ("移交", lambda body: body["receiver"]),
    upkeep.ASSIGNED: ("管护责任", _custody),
    upkeep.ENDED: ("管护责任终止", lambda body: body["reason"]),
    upkeep.INSPECTED: ("巡查", _inspected),
    upkeep.REPAIRED: ("维修", lambda body: f"{yuan(body['cost_fen'])} 元，{body['note']}"),
    income.DUE: ("应收收益", _due),
    income.RECEIVED: ("实收收益", _money),
    income.DRAFTED: ("拟定分配方案", _plan),
    income.DECIDED: ("方案表决", _minutes),
    income.NOTICED: ("方案公示", lambda body: f"到 {body['until']}"),
    income.REVIEWED: ("方案审核", lambda body: body["unit"]),
    income.APPROVED: ("方案批准", _nothing),
    income.RETURNED: ("方案退回", lambda body: body["reason"]),
    income.PAID: ("支付", _paid),
    income.REVERSED: ("冲回支付", _paid),
    disposal.PROPOSED: ("申请处置", lambda body: word("disposal_reason", body["reason"])),
    disposal.APPRAISED: ("处置评估", _money),
    disposal.DECIDED: ("处置表决", _minutes),
    disposal.NOTICED: ("处置公示", lambda body: f"到 {body['until']}"),
    disposal.APPROVED: ("批准处置", lambda body: f"{_LEVELS[body['level']]}审批"),
    disposal.REJECTED: ("不同意处置", lambda body: body["reason"]),
    disposal.RECEIVED: ("处置收入", _money),
    disposal.ASSIGNED: ("安排处置收入", lambda body: f"{_money(body)}用于{body['purpose']}"),
    disposal.SPENT: ("使用处置收入", _money),
}
