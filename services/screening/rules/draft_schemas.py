"""Shapes of a draft and of what is said of it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from services.screening.rules.domain import SEVERITIES, LegalBasis, Severity
from services.screening.rules.drafts import Checked, Draft


class LegalBasisBody(BaseModel):
    """依据"""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(title="文件", description="不能为空白", max_length=200)
    article: str = Field(title="条款", description="不能为空白", max_length=100)
    quote: str = Field(title="原文", description="不能为空白", max_length=500)


class DraftBody(BaseModel):
    """规则草稿"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "重点人群医疗费用合规自付较高",
                    "risk_type": "因病",
                    "severity": "high",
                    "population": "lifted OR monitored OR low_income",
                    "condition": "self_paid_in_catalogue_12m_sum >= :medical_line_low",
                    "departments": ["medical-insurance"],
                    "measures_expected": ["health"],
                    "legal_basis": [
                        {
                            "document": "鄂尔多斯市“十四五”巩固拓展脱贫攻坚成果同乡村振兴有效衔接规划",
                            "article": "第三章第二节二（一）",
                            "quote": "将稳定脱贫人口和农村牧区低收入群众医疗费用支出纳入预警监测机制",
                        }
                    ],
                }
            ]
        },
    )

    title: str = Field(title="名称", description="不能为空白", max_length=60)
    risk_type: str | None = Field(None, title="风险类型", description="空为工作检查", examples=["因病"])
    severity: Severity = Field(title="等级", description=" · ".join(f"{k} {v}" for k, v in SEVERITIES.items()))
    population: str | None = Field(None, title="适用对象", description="规则语言；空为全部农牧户")
    condition: str = Field(title="条件", description="规则语言")
    evidence: list[str] | None = Field(
        None, title="作为证据的户情指标", description="须包含用到的全部指标；空即为用到的指标"
    )
    departments: list[str] = Field([], title="要告知的部门")
    measures_expected: list[str] = Field([], title="应有的帮扶措施")
    legal_basis: list[LegalBasisBody] = Field([], title="依据", description="没有依据的规则不能发布")

    def draft(self) -> Draft:
        """As the room takes it."""
        return Draft(
            title=self.title,
            risk_type=self.risk_type,
            severity=self.severity,
            population=self.population,
            condition=self.condition,
            evidence=None if self.evidence is None else tuple(self.evidence),
            departments=tuple(self.departments),
            measures_expected=tuple(self.measures_expected),
            legal_basis=tuple(LegalBasis(b.document, b.article, b.quote) for b in self.legal_basis),
        )


class ReadFactOut(BaseModel):
    """用到的户情指标"""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(title="名称", examples=["self_paid_in_catalogue_12m_sum"])
    title: str = Field(title="中文名称", examples=["近12个月家庭合规自付医疗费用"])
    type: str = Field(
        title="类型", description="count 数量 · fen 金额 · boolean 是非 · grade 等级 · text 文字 · days 天数"
    )
    unit: str = Field(title="单位", examples=["元"])
    kinds: list[int] = Field(title="来自哪些数据", description="报送目录中的编号")
    silence: str = Field(
        title="数据逾期时",
        description="none 不受影响 · clear 已经成立的仍成立 · latest 按最近一次的判断成立的仍成立 · both 无法判断",
    )
    definition: str = Field(title="口径")


class ReadParameterOut(BaseModel):
    """用到的参数"""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(title="名称", examples=["medical_line_low"])
    title: str = Field(title="中文名称", examples=["因病监测线（低收入人口）"])
    unit: str = Field(title="单位", examples=["元"])
    purpose: str = Field(title="用途")


class CheckedOut(BaseModel):
    """可以发布的草稿"""

    population_words: str = Field(title="适用对象（文字）")
    condition_words: str = Field(title="条件（文字）")
    facts: list[ReadFactOut] = Field(title="用到的户情指标")
    parameters: list[ReadParameterOut] = Field(title="用到的参数")
    parameters_of_facts: list[ReadParameterOut] = Field(title="指标口径用到的参数")

    @classmethod
    def of(cls, checked: Checked) -> CheckedOut:
        """What the draft says and reads."""
        return cls(
            population_words=checked.population_words,
            condition_words=checked.condition_words,
            facts=[ReadFactOut.model_validate(fact) for fact in checked.reading.facts],
            parameters=[ReadParameterOut.model_validate(it) for it in checked.reading.parameters],
            parameters_of_facts=[ReadParameterOut.model_validate(it) for it in checked.reading.through_facts],
        )
