"""Definitions on the wire."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, Field

from services.indicators.definitions import methods, service
from services.indicators.definitions.domain import (
    ATTRIBUTES,
    Attribute,
    Comparison,
    Direction,
    Family,
    Formula,
    Indicator,
    Input,
    Level,
    Method,
    Path,
    Plan,
    Reading,
)
from services.indicators.definitions.periods import Granularity

COMPARED = "at_least ≥；at_most ≤；more_than ＞；rising 高于上年；zero ="


class FormulaOut(BaseModel):
    """公式"""

    version: int = Field(title="公式版本")
    method: Method = Field(
        title="口径来源", description="plan 规划；practice 统计年鉴惯例；ours 本平台（官方未公布计算表）"
    )
    text: str = Field(title="公式")
    numerator: str = Field(title="分子")
    denominator: str = Field(title="分母")
    arguments: dict[str, str] = Field(
        title="公式参数",
        description=(
            "公式各部分所用的观测项代码；`base` 基期年，`threshold` 分档界限，"
            "`kinds` 台账的项目类别，`sources` 台账的资金来源（空格分开），`grace_days` 1月的宽限天数"
        ),
    )

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
    department: str = Field(title="填报部门代码")
    department_title: str = Field(title="填报部门")
    additive: bool = Field(title="可加", description="为真时，全市未单独填报的取各旗区之和")
    binding: bool = Field(title="须复核", description="用于约束性指标的观测值，填报人之外的人复核后才生效")

    @classmethod
    def of(cls, entry: Input) -> InputOut:
        """From the room's own."""
        title = service.catalogue().departments[entry.department]
        return cls(
            department_title=title,
            **{name: getattr(entry, name) for name in cls.model_fields if name != "department_title"},
        )


class ReadingOut(BaseModel):
    """规划的另一种读法"""

    code: str = Field(title="读法代码")
    title: str = Field(title="读法")
    place: str = Field(title="出处")
    quote: str = Field(title="原文")
    comparison: Comparison = Field(title="与目标比较", description=COMPARED)
    target: Decimal = Field(title="目标值")
    population: str | None = Field(
        None, title="另一口径", description="这种读法所说的范围与本指标不同时的范围，此时不判状态；空表示同一范围"
    )

    @classmethod
    def of(cls, reading: Reading) -> ReadingOut:
        """From the room's own."""
        return cls(**{name: getattr(reading, name) for name in cls.model_fields})


class IndicatorOut(BaseModel):
    """指标定义"""

    number: int = Field(title="序号", description="专栏1中的序号；其他目标从101起按规划顺序编号")
    code: str = Field(title="指标代码")
    family: Family = Field(title="指标族", description="main 专栏1主要指标；other 规划的其他目标")
    title: str = Field(title="指标", description="规划原文")
    place: str = Field(title="出处")
    quote: str = Field(title="原文", description="规划在此处的原话；专栏1为整行各格")
    attribute: Attribute = Field(title="属性代码")
    attribute_title: str = Field(
        title="属性", description="约束性或预期性；规划只给专栏1注明了属性，其他目标按预期性处理"
    )
    unit: str = Field(title="单位")
    direction: Direction = Field(title="方向")
    precision: int = Field(title="小数位数")
    plan_2021: str = Field(title="2021年（原文）")
    plan_2025: str = Field(title="2025年（原文）")
    baseline: Decimal | None = Field(title="基期值", description="2021年；规划没有给数字的为空")
    target: Decimal | None = Field(title="2025年目标值", description="规划没有给数字的为空")
    comparison: Comparison = Field(title="与目标比较", description=COMPARED)
    path: Path = Field(
        title="路径",
        description="every_year 每年都须达到；straight_line 基期到目标的直线；final_year 只看末年；yearly 规划逐年给出",
    )
    targets: dict[int, Decimal | None] = Field(title="各年目标", description="空表示规划对这一年没有要求")
    readings: list[ReadingOut] = Field(title="另一种读法", description="规划前后不一致时，各读法的状态分列")
    formula: FormulaOut = Field(title="公式")
    owner: str = Field(title="责任部门", description="规划未写明，由本平台按职责分工标注")
    cadence: str = Field(title="更新频率")
    periods: list[Granularity] = Field(title="计算期间")
    levels: list[Level] = Field(title="计算层级")
    computed: bool = Field(title="由记录计算", description="为真时由部门报送的记录计算，除官方公布值外不接受填报")
    sources: list[str] = Field(title="数据来源", description="`部门/种类`；`observation` 为填报的观测值")
    waiting: str | None = Field(title="不可计算的原因", description="空表示来源已接入")
    scope: str | None = Field(title="统计范围说明")
    notes: list[str] = Field(title="备注", description="包括规划自身不一致之处")
    contradictions: list[str] = Field(
        title="规划不一致之处的代码", description="内容见 `/v1/methods` 的 `contradictions`"
    )
    inputs: list[InputOut] = Field(title="观测项")

    @classmethod
    def of(cls, indicator: Indicator, plan: Plan) -> IndicatorOut:
        """From the room's own."""
        made = {"attribute_title", "targets", "readings", "formula", "contradictions", "inputs"}
        years = range(plan.first_year, plan.last_year + 1)
        return cls(
            **{name: getattr(indicator, name) for name in cls.model_fields if name not in made},
            attribute_title=ATTRIBUTES[indicator.attribute],
            targets={year: indicator.target_of(year, plan) for year in years},
            readings=[ReadingOut.of(reading) for reading in indicator.readings],
            formula=FormulaOut.of(indicator.formula),
            contradictions=[one.code for one in methods.contradictions_of(indicator.code)],
            inputs=[InputOut.of(entry) for entry in indicator.inputs],
        )


class IndicatorList(BaseModel):
    """指标定义，按规划顺序"""

    document: str = Field(title="规划")
    place: str | None = Field(title="出处", description="专栏1的出处；其他目标各有出处，此处为空")
    items: list[IndicatorOut] = Field(title="指标")
    next: str | None = Field(default=None, title="下一页位置", description="总为空：一页给全")
