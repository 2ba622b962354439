"""Findings on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.assets.findings.domain import Finding, State
from services.assets.findings.service import kinds
from services.assets.ledger.schemas import example
from shared.codes import divisions

_TITLES = {code: kind.title for code, kind in kinds().items()}
CODES = "、".join(f"`{code}` {title}" for code, title in _TITLES.items())
"""The codes with their names, in words."""
Code = Annotated[
    str,
    Field(
        json_schema_extra={
            "enum": list(kinds()),
            "x-enum-titles": _TITLES,
        },
        pattern="^(" + "|".join(kinds()) + ")$",
    ),
]


class ExplanationBody(BaseModel):
    """问题说明"""

    model_config = example(explanation="已联系新的承包人，预计6月发包。")

    explanation: Annotated[str, Field(min_length=4, max_length=2000)] = Field(
        title="说明", description="说明不销号：情况消除后由平台自动销号"
    )


class FindingOut(BaseModel):
    """一个问题"""

    finding_id: int = Field(title="问题编号")
    asset_id: UUID = Field(title="资产编号")
    asset_code: str = Field(title="资产编码")
    asset_name: str = Field(title="资产名称")
    division_code: str = Field(title="行政区划")
    division_name: str = Field(title="区划名称")
    code: str = Field(title="问题代码")
    title: str = Field(title="问题")
    basis: str = Field(title="依据")
    since: date = Field(title="情况自")
    opened_on: date = Field(title="列入日期")
    deadline: date = Field(title="整改期限")
    state: State = Field(title="状态", description="open 未说明；explained 已说明；closed 已销号")
    explanation: str | None = Field(title="说明")
    explained_by: str | None = Field(title="说明人")
    closed_on: date | None = Field(title="销号日期")

    @classmethod
    def of(cls, found: Finding) -> FindingOut:
        """As it is shown."""
        made = {"division_name", "title", "basis"}
        kind = kinds()[found.code]
        return cls(
            **{name: getattr(found, name) for name in cls.model_fields if name not in made},
            division_name=divisions.path(found.division_code),
            title=kind.title,
            basis=kind.basis,
        )
