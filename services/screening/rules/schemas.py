"""Shapes of the room's questions and answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from services.screening.parameters.domain import ParameterValue
from services.screening.parameters.schemas import ParameterOut
from services.screening.parameters.service import definitions
from services.screening.register.moments import MomentQuery
from services.screening.rules import service
from services.screening.rules.domain import (
    SEVERITIES,
    Lacking,
    Origin,
    RuleVersion,
    Severity,
)


class ParameterQuery(MomentQuery):
    """参数的筛选"""

    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位，或前 9 位、前 6 位；给出后只列对该区划生效的参数，每个名称一个，最近的区划优先",
        pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$",
        examples=["150622000000"],
    )


class LegalBasisOut(BaseModel):
    """依据"""

    model_config = ConfigDict(from_attributes=True)

    document: str = Field(title="文件")
    article: str = Field(title="条款", examples=["专栏2"])
    quote: str = Field(title="原文")


class RiskByOut(BaseModel):
    """按指标区分的风险"""

    model_config = ConfigDict(from_attributes=True)

    fact: str = Field(title="户情指标", examples=["labour_casualty_cause"])
    risks: dict[str, str] = Field(
        title="各取值的风险类型",
        description="没有列出的取值用规则本身的风险类型",
        examples=[{"natural_disaster": "因自然灾害"}],
    )


class RuleOut(BaseModel):
    """一条规则的一个版本"""

    code: str = Field(title="规则代码", examples=["M01"])
    version: int = Field(title="版本", examples=[1])
    title: str = Field(title="名称")
    risk_type: str | None = Field(title="风险类型", description="空为工作检查", examples=["因病"])
    risk_by: RiskByOut | None = Field(title="按指标区分的风险", description="空为不区分")
    severity: Severity = Field(title="等级", description=" · ".join(f"{k} {v}" for k, v in SEVERITIES.items()))
    population: str | None = Field(title="适用对象", description="规则语言；空为全部农牧户")
    condition: str = Field(title="条件", description="规则语言")
    population_words: str = Field(title="适用对象（文字）")
    condition_words: str = Field(
        title="条件（文字）", examples=["近12个月家庭合规自付医疗费用达到因病监测线（低收入人口）"]
    )
    parameters: list[str] = Field(title="用到的参数", examples=[["medical_line_low"]])
    evidence: list[str] = Field(title="作为证据的户情指标", examples=[["lifted", "self_paid_in_catalogue_12m_sum"]])
    departments: list[str] = Field(title="要告知的部门", examples=[["medical-insurance"]])
    measures_expected: list[str] = Field(title="应有的帮扶措施", examples=[["health"]])
    legal_basis: list[LegalBasisOut] = Field(title="依据")
    valid_from: date = Field(title="生效日期")
    valid_to: date | None = Field(title="截止日期", description="最后一天，空为长期")
    author: str = Field(title="起草人")
    approver: str = Field(title="批准人")
    origin: Origin = Field(title="来源", description="shipped 随平台发布 · authored 本地编写")
    known_at: datetime = Field(title="发布时刻")

    @classmethod
    def of(cls, rule: RuleVersion) -> RuleOut:
        """The version with its texts in words."""
        population, condition = service.rule_words(rule)
        return cls.model_validate(
            {
                **{name: getattr(rule, name) for name in RuleVersion.__slots__ if name in cls.model_fields},
                "population_words": population,
                "condition_words": condition,
            }
        )


class RuleListOut(BaseModel):
    """规则清单"""

    items: list[RuleOut] = Field(title="规则")
    next: str | None = Field(None, title="下一页", description="规则一次列全，总为空")


class RuleHistoryOut(BaseModel):
    """一条规则的全部版本"""

    code: str = Field(title="规则代码", examples=["M01"])
    live: RuleOut | None = Field(title="生效的版本", description="空表示该日没有生效的版本")
    versions: list[RuleOut] = Field(title="全部版本", description="新的在前")


class MissingParameterOut(BaseModel):
    """没有有效值的参数"""

    name: str = Field(title="名称", examples=["monitoring_line"])
    title: str = Field(title="中文名称", examples=["防止返贫监测线"])
    rules: list[str] = Field(title="用到它的规则", examples=[["M01"]])
    consequence: str = Field(title="后果", description="哪些规则因此无法判断")


class ParameterListOut(BaseModel):
    """参数清单"""

    items: list[ParameterOut] = Field(title="参数值")
    missing: list[MissingParameterOut] = Field(
        title="没有有效值的参数", description="给出区划时按该区划，不给时按本人管辖的整个范围"
    )
    next: str | None = Field(None, title="下一页", description="参数一次列全，总为空")

    @classmethod
    def of(cls, values: Iterable[ParameterValue], missing: Iterable[Lacking]) -> ParameterListOut:
        """The values, and the parameters that have none."""
        known = definitions()
        return cls(
            items=[ParameterOut.of(value, known[value.name]) for value in values],
            missing=[
                MissingParameterOut(
                    name=lacking.name,
                    title=known[lacking.name].title,
                    rules=[rule.code for rule in lacking.rules],
                    consequence=lacking.consequence,
                )
                for lacking in missing
            ],
            next=None,
        )
