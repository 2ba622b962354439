"""The columns of the projects' sheet, one for each source of funds, and a row of it as what a clerk registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.assets.projects.domain import Draft, Project
from services.assets.projects.schemas import ProjectBody
from services.assets.terms.domain import yuan
from services.assets.terms.schemas import LISTS
from services.assets.terms.sheets.layout import Layout, columns
from services.assets.terms.sheets.reading import Row, modelled
from shared.codes import divisions
from shared.errors import FieldError
from shared.sheets.domain import Column

PLACE, PROJECT_ID = "division_name", "项目编号"
_FUND = "fund_"
SOURCES: Mapping[str, str] = LISTS["fund_source"]["values"]
_RULES = (
    "只在“数据”工作表中填写；不要改列名，不要合并单元格，一行一个项目。橙色列必填，蓝色列可不填。",
    "各资金来源的列填金额（元），没有的来源不填；各来源之和必须与“总投资”分毫不差。",
    "“行政区划”为 12 位代码，见“区划”工作表；“区划名称”可不填，填了就会与代码核对。",
    "“项目状态”为验收的，必须填“验收日期”，其他状态不填。",
    "逐行登记：好的行登记，不符合要求的行逐格指明、不登记，改好以后整个文件再传一次即可，已登记的行不会重复登记。",
    "已登记的项目不能用表格改写；状态有变、资金有误的，请登记项目变动。",
)


def _columns() -> tuple[Column, ...]:
    place = Column(PLACE, "区划名称", "text", required=False, text="可不填，填了就会与代码核对")
    funds = (
        Column(_FUND + source, title, "amount", required=False, unit="元", text="没有的来源不填")
        for source, title in SOURCES.items()
    )
    return (
        *columns(ProjectBody, "code", "name", "year", "kind", "status", "division_code"),
        place,
        *columns(ProjectBody, "owner_department", "total", "accepted_on"),
        *funds,
    )


LAYOUT = Layout("扶贫项目", _columns(), (PROJECT_ID,), _RULES)


def said(row: Row) -> Draft | None:
    """The project that a row says; None where it cannot be read, with the reasons among its faults."""
    place = str(row.said.get(PLACE, ""))
    division = divisions.get(str(row.said.get("division_code", "")))
    if division is not None and place and place not in (division.name, divisions.path(division.code)):
        told = f"与“行政区划”不符：{division.code} 是“{divisions.path(division.code)}”"
        row.faults.append(LAYOUT.wrong(row.number, PLACE, "division_name_differs", told, place))
    values = {name: value for name, value in row.said.items() if name in ProjectBody.model_fields}
    body = modelled(LAYOUT, row, ProjectBody, {**values, "funds": _funds(row)})
    return None if body is None else body.draft()


def _funds(row: Row) -> list[dict[str, Any]]:
    return [
        {"source": source, "amount": row.said[_FUND + source]} for source in SOURCES if _FUND + source in row.said
    ]  # fmt: skip


def located(row: Row, error: FieldError) -> FieldError:
    """A fault of the row's project at its cell."""
    first, *rest = error["pointer"].removeprefix("/").split("/")
    name = _FUND + str(_funds(row)[int(rest[0])]["source"]) if first == "funds" and rest else first
    column = LAYOUT.column(name)
    own = f"“{column.title}”" if column else ""
    told = error["message"]
    predicate = told.removeprefix(own) if own and told.startswith(own) else f"：{told}" if column else told
    return LAYOUT.wrong(row.number, name, error["code"], predicate) | {"value_masked": error["value_masked"]}


def record(project: Project) -> Mapping[str, Any]:
    """A project as a row of the sheet."""
    return {
        "code": project.code,
        "name": project.name,
        "year": project.year,
        "kind": project.kind,
        "status": project.status,
        "division_code": project.division_code,
        PLACE: divisions.path(project.division_code),
        "owner_department": project.owner_department,
        "total": yuan(project.total_fen),
        "accepted_on": project.accepted_on.isoformat() if project.accepted_on else None,
        **{_FUND + fund.source: yuan(fund.amount_fen) for fund in project.funds},
        PROJECT_ID: project.project_id,
    }
