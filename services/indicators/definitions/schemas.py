"""Definitions on the wire."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, Field

from services.indicators.definitions.domain import (
    ATTRIBUTES,
    Attribute,
    Comparison,
    Direction,
    Formula,
    Indicator,
    Input,
    Level,
    Method,
    Path,
    Plan,
)
from services.indicators.definitions.periods import Granularity


class FormulaOut(BaseModel):
    """公式"""

    version: int = Field(title="公式版本")
    method: Method = Field(
        title="口径来源", description="plan 规划；practice 统计年鉴惯例；ours 本平台（官方未公布计算表）"
    )
    text: str = Field(title="公式")
    numerator: str = Field(title="分子")
    denominator: str = Field(title="分母")

    @classmethod
    def of(cls, formula: Formula) -> FormulaOut:
        """From the room's own."""
        return cls(**{name: getattr(formula, name) for name in cls.model_fields})


class InputOut(BaseModel):
    """观测项：由人填报的数值"""

    code: str = Field(title="观测项代码")
    title: str = Field(title="观测项")
    units: list[str] = Field(title="可用单位")
    minimum: Decimal = Field(title="最小值")
    maximum: Decimal = Field(title="最大值")
    decimals: int = Field(title="小数位数上限")
    levels: list[Level] = Field(title="填报层级")
    periods: list[Granularity] = Field(title="填报期间")

    @classmethod
    def of(cls, entry: Input) -> InputOut:
        """From the room's own."""
        return cls(**{name: getattr(entry, name) for name in cls.model_fields})


class IndicatorOut(BaseModel):
    """指标定义"""

    number: int = Field(title="序号", description="专栏1中的序号")
    code: str = Field(title="指标代码")
    title: str = Field(title="指标", description="专栏1原文")
    attribute: Attribute = Field(title="属性代码")
    attribute_title: str = Field(title="属性", description="约束性或预期性")
    unit: str = Field(title="单位")
    direction: Direction = Field(title="方向")
    precision: int = Field(title="小数位数")
    plan_2021: str = Field(title="2021年（原文）")
    plan_2025: str = Field(title="2025年（原文）")
    baseline: Decimal | None = Field(title="基期值", description="2021年；规划没有给数字的为空")
    target: Decimal | None = Field(title="2025年目标值", description="规划没有给数字的为空")
    comparison: Comparison = Field(title="与目标比较", description="at_least ≥；more_than ＞；zero =")
    path: Path = Field(
        title="路径", description="every_year 每年都须达到；straight_line 基期到目标的直线；final_year 只看末年"
    )
    targets: dict[int, Decimal | None] = Field(title="各年目标")
    formula: FormulaOut = Field(title="公式")
    owner: str = Field(title="责任部门", description="专栏1未写明，由本平台按职责分工标注")
    cadence: str = Field(title="更新频率")
    periods: list[Granularity] = Field(title="计算期间")
    levels: list[Level] = Field(title="计算层级")
    sources: list[str] = Field(title="数据来源", description="`部门/种类`；`observation` 为填报的观测值")
    waiting: str | None = Field(title="不可计算的原因", description="空表示来源已接入")
    scope: str | None = Field(title="统计范围说明")
    notes: list[str] = Field(title="备注", description="包括规划自身不一致之处")
    inputs: list[InputOut] = Field(title="观测项")

    @classmethod
    def of(cls, indicator: Indicator, plan: Plan) -> IndicatorOut:
        """From the room's own."""
        made = {"attribute_title", "targets", "formula", "inputs"}
        years = range(plan.first_year, plan.last_year + 1)
        return cls(
            **{name: getattr(indicator, name) for name in cls.model_fields if name not in made},
            attribute_title=ATTRIBUTES[indicator.attribute],
            targets={year: indicator.target_of(year, plan) for year in years},
            formula=FormulaOut.of(indicator.formula),
            inputs=[InputOut.of(entry) for entry in indicator.inputs],
        )


class IndicatorList(BaseModel):
    """专栏1的指标定义，按规划顺序"""

    document: str = Field(title="规划")
    place: str = Field(title="出处")
    items: list[IndicatorOut] = Field(title="指标")
    next: str | None = Field(default=None, title="下一页位置", description="总为空：一页给全")
