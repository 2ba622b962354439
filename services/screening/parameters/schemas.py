"""Shapes of parameter values and of proposals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.screening.parameters.deciding import definition_of, tag
from services.screening.parameters.domain import ParameterDefinition, ParameterStatus, ParameterValue, wire_value
from services.screening.parameters.proposals import STATES, Proposal, ProposalState, Wish

_ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"


class ParameterOut(BaseModel):
    """一个参数值"""

    name: str = Field(title="名称", examples=["medical_line_low"])
    title: str = Field(title="中文名称", examples=["因病监测线（低收入人口）"])
    division_code: str = Field(title="适用区划", description="12 位", examples=["150600000000"])
    valid_from: date = Field(title="生效日期")
    valid_to: date | None = Field(title="截止日期", description="最后一天，空为长期")
    version: int = Field(title="版本", description="同一名称、区划、生效日期的更正次序")
    value: str | int = Field(title="值", description="金额为两位小数的文本", examples=["10000.00"])
    unit: str = Field(title="单位", examples=["元"])
    document: str = Field(title="依据文件")
    status: ParameterStatus = Field(title="状态", description="adopted 已采用 · demo 示例，未经本市采用")
    known_at: datetime = Field(title="录入时刻")

    @classmethod
    def of(cls, value: ParameterValue, definition: ParameterDefinition) -> ParameterOut:
        """The value as the wire gives it."""
        return cls.model_validate(
            {
                **{name: getattr(value, name) for name in ParameterValue.__slots__ if name in cls.model_fields},
                "title": definition.title,
                "value": value.wire,
            }
        )


class WishBody(BaseModel):
    """要采用的参数值"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "division_code": "150622000000",
                    "valid_from": "2026-01-01",
                    "valid_to": "2026-12-31",
                    "value": "9000.00",
                    "unit": "元",
                    "document": "准格尔旗2026年农村牧区低保标准",
                }
            ]
        },
    )

    division_code: str = Field(title="适用区划", description="12 位；自治区的标准用 150000000000", max_length=40)
    valid_from: date = Field(title="生效日期", description="可以早于今天，从批准之时起为人所知")
    valid_to: date | None = Field(None, title="截止日期", description="最后一天，空为长期；逐年公布的必须在同一年之内")
    value: str = Field(
        title="值",
        description="数的文本，不带单位和分隔符；金额为元，比例为几分之几。标准和比例不能为 0：那样每一户都会达到",
        max_length=40,
    )
    unit: str = Field(title="单位", description="与参数的单位一致，写错单位的不会被换算", max_length=40)
    document: str = Field(title="依据文件", description="文件名称和文号，一行，不能为空白", max_length=200)

    def wish(self) -> Wish:
        """As the room takes it."""
        return Wish(self.division_code, self.valid_from, self.valid_to, self.value, self.unit, self.document.strip())


class DecisionBody(BaseModel):
    """审定意见"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "与公布的标准一致"}]})

    note: Annotated[str | None, Field(title="意见", pattern=_ONE_LINE, max_length=200)] = None


class ProposalOut(BaseModel):
    """起草的参数值"""

    proposal_id: UUID = Field(title="起草编号")
    name: str = Field(title="名称", examples=["allowance_standard"])
    title: str = Field(title="中文名称", examples=["农村牧区低保标准"])
    division_code: str = Field(title="适用区划", examples=["150622000000"])
    valid_from: date = Field(title="生效日期")
    valid_to: date | None = Field(title="截止日期", description="最后一天，空为长期")
    value: str | int = Field(title="值", description="金额为两位小数的文本", examples=["9000.00"])
    unit: str = Field(title="单位", examples=["元"])
    document: str = Field(title="依据文件")
    state: ProposalState = Field(title="状态", description=" · ".join(f"{k} {v}" for k, v in STATES.items()))
    proposed_by: str = Field(title="起草人")
    proposed_at: datetime = Field(title="起草时刻")
    decided_by: str | None = Field(title="审定人")
    decided_at: datetime | None = Field(title="审定时刻")
    note: str | None = Field(title="意见")
    version: int | None = Field(title="成为第几版", description="批准后同一名称、区划、生效日期的更正次序")
    etag: str = Field(title="标签", description="改写和审定时放在 If-Match 中")

    @classmethod
    def of(cls, proposal: Proposal) -> ProposalOut:
        """The proposal as the wire gives it."""
        definition = definition_of(proposal.name)
        return cls.model_validate(
            {
                **{name: getattr(proposal, name) for name in Proposal.__slots__},
                "title": definition.title,
                "unit": definition.unit,
                "value": wire_value(definition.type, proposal.value),
                "etag": tag(proposal),
            }
        )


class ProposalListOut(BaseModel):
    """起草的参数值清单"""

    items: list[ProposalOut] = Field(title="起草", description="新的在前")
    next: str | None = Field(None, title="下一页", description="最近的 500 份一次列全，总为空")
