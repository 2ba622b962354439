"""The columns of the asset ledger, and a row of it as what a clerk registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple
from uuid import UUID

from services.assets.ledger.domain import Asset, Draft
from services.assets.ledger.schemas import AssetBody
from services.assets.projects.schemas import ProjectBody
from services.assets.terms.domain import yuan
from services.assets.terms.schemas import LISTS
from services.assets.terms.sheets.layout import Layout, columns
from services.assets.terms.sheets.reading import Row, modelled
from shared.codes import divisions
from shared.sheets.domain import Column

PROJECT, PLACE = "project_code", "division_name"
ASSET_ID, STATE = "资产编号", "资产状态"
_NOBODY = UUID(int=0)
_NAMES = (
    "code", "name", "asset_class", "form", "division_code", PLACE, "place", "quantity", "unit", "original_value",
    "acquired_on", "document", "useful_life_years", "real_estate", "photovoltaic", "operation_plan", "risk_controls",
    "equity_exit", "equity_disposal",
)  # fmt: skip
_RULES = (
    "只在“数据”工作表中填写；不要改列名，不要合并单元格，一行一项资产。橙色列必填，蓝色列可不填。",
    "“项目编码”是资产所属项目的编码，项目须先登记；同一项目各资产原值之和不得超过项目资金。",
    "“行政区划”为 12 位代码，见“区划”工作表；“区划名称”可不填，填了就会与代码核对。嘎查村代码同底册。",
    "“原值”只写数字，单位元，最多两位小数。号码列已设为文本格式，从别处粘贴时请用“选择性粘贴—数值”。",
    "权益（股权、债权）类资产须写明“股权退出办法”和“股权处置方式”。",
    "逐行登记：好的行登记，不符合要求的行逐格指明、不登记，改好以后整个文件再传一次即可，已登记的行不会重复登记。",
    "已登记的资产不能用表格改写；有变动的，请登记变动。",
)


def _columns() -> tuple[Column, ...]:
    project = next(columns(ProjectBody, "code"))
    found = [Column(PROJECT, project.title, "code", required=True, text="项目须先登记")]
    for name in _NAMES:
        if name == PLACE:
            found.append(Column(PLACE, "区划名称", "text", required=False, text="可不填，填了就会与代码核对"))
        else:
            found += columns(AssetBody, name)
    return tuple(found)


LAYOUT = Layout("项目资产台账", _columns(), (ASSET_ID, STATE), _RULES)


class Said(NamedTuple):
    """A row that can be read: the asset, the code of its project (the draft names no project yet), its paper."""

    draft: Draft
    project_code: str
    document: str


def said(row: Row) -> Said | None:
    """What a row says; None where it cannot be read, with the reasons among its faults."""
    values = dict(row.said)
    code, place = str(values.pop(PROJECT, "")), str(values.pop(PLACE, ""))
    division = divisions.get(str(values.get("division_code", "")))
    if division is not None and place and place not in (division.name, divisions.path(division.code)):
        told = f"与“行政区划”不符：{division.code} 是“{divisions.path(division.code)}”"
        row.faults.append(LAYOUT.wrong(row.number, PLACE, "division_name_differs", told, place))
    body = modelled(LAYOUT, row, AssetBody, {**values, "project_id": str(_NOBODY)})
    return None if body is None else Said(body.draft(), code, body.document)


def record(asset: Asset, project_code: str, document: str) -> Mapping[str, Any]:
    """An asset as a row of the ledger."""
    plain = {field.name: getattr(asset, field.name) for field in fields(Asset)}
    return {
        **plain,
        PROJECT: project_code,
        PLACE: divisions.path(asset.division_code),
        "original_value": yuan(asset.original_value_fen),
        "acquired_on": asset.acquired_on.isoformat(),
        "document": document,
        ASSET_ID: asset.asset_id,
        STATE: LISTS["asset_state"]["values"][asset.state],
    }
