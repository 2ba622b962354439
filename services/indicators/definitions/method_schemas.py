"""The method on the wire."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, Field

from services.indicators.definitions.domain import Catalogue, Comparison, Family, Indicator, Path, Plan
from services.indicators.definitions.methods import Concerns, Contradiction, Figure, Methods, Quote, Term
from services.indicators.definitions.schemas import COMPARED


class TermOut(BaseModel):
    """一个用语"""

    code: str = Field(title="代码")
    title: str = Field(title="名称")
    text: str = Field(title="含义")

    @classmethod
    def of(cls, term: Term) -> TermOut:
        """From the room's own."""
        return cls(code=term.code, title=term.title, text=term.text)


class ExpectedOut(BaseModel):
    """一项指标各年应达到的数"""

    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    family: Family = Field(title="指标族")
    title: str = Field(title="指标")
    unit: str = Field(title="单位")
    comparison: Comparison = Field(title="与目标比较", description=COMPARED)
    path: Path = Field(title="路径")
    baseline: Decimal | None = Field(title="基期值")
    target: Decimal | None = Field(title="2025年目标值")
    by_year: dict[int, Decimal | None] = Field(title="各年应达到的数", description="空表示没有要求，或须与上年比")

    @classmethod
    def of(cls, indicator: Indicator, plan: Plan) -> ExpectedOut:
        """From the room's own."""
        years = range(plan.first_year, plan.last_year + 1)
        return cls(
            **{name: getattr(indicator, name) for name in cls.model_fields if name != "by_year"},
            by_year={year: indicator.target_of(year, plan) for year in years},
        )


class QuoteOut(BaseModel):
    """规划原文"""

    place: str = Field(title="出处")
    text: str = Field(title="原文")

    @classmethod
    def of(cls, quote: Quote) -> QuoteOut:
        """From the room's own."""
        return cls(place=quote.place, text=quote.text)


class FigureOut(BaseModel):
    """由原文数字算出的数"""

    title: str = Field(title="名称")
    value: Decimal = Field(title="数值")
    unit: str = Field(title="单位")

    @classmethod
    def of(cls, figure: Figure) -> FigureOut:
        """From the room's own."""
        return cls(title=figure.title, value=figure.value, unit=figure.unit)


class ContradictionOut(BaseModel):
    """规划中前后不一致的一处"""

    code: str = Field(title="代码")
    title: str = Field(title="不一致之处")
    concerns: Concerns = Field(title="涉及", description="target 目标；population 人群或范围；count 数目")
    quotes: list[QuoteOut] = Field(title="原文")
    figures: list[FigureOut] = Field(title="由原文数字算出的数")
    indicators: list[str] = Field(title="相关指标代码")
    handling: str = Field(title="本平台的处理")

    @classmethod
    def of(cls, one: Contradiction) -> ContradictionOut:
        """From the room's own."""
        return cls(
            code=one.code,
            title=one.title,
            concerns=one.concerns,
            quotes=[QuoteOut.of(quote) for quote in one.quotes],
            figures=[FigureOut.of(figure) for figure in one.figures],
            indicators=list(one.indicators),
            handling=one.handling,
        )


class MethodsOut(BaseModel):
    """状态判定方法"""

    version: int = Field(title="方法版本")
    document: str = Field(title="规划")
    first_year: int = Field(title="规划首年")
    last_year: int = Field(title="规划末年")
    baseline: str = Field(title="基期")
    paths: list[TermOut] = Field(title="路径", description="各年应达到的数如何得出")
    after: str = Field(title="规划期以后")
    comparisons: list[TermOut] = Field(title="与目标比较")
    rounding: list[str] = Field(title="取整")
    statuses: list[TermOut] = Field(
        title="状态", description="从上到下逐条判断，先符合的为准，因此同一状态可能出现两次"
    )
    readings: str = Field(title="另一种读法")
    official: str = Field(title="官方公布值")
    closing: str = Field(title="期间结束与审定")
    expected: list[ExpectedOut] = Field(title="各项指标各年应达到的数")
    contradictions: list[ContradictionOut] = Field(title="规划中前后不一致之处")

    @classmethod
    def of(cls, methods: Methods, catalogue: Catalogue, contradictions: tuple[Contradiction, ...]) -> MethodsOut:
        """From the room's own."""
        plan = catalogue.plan
        return cls(
            version=methods.version,
            document=plan.document,
            first_year=plan.first_year,
            last_year=plan.last_year,
            baseline=methods.baseline,
            paths=[TermOut.of(term) for term in methods.paths],
            after=methods.after,
            comparisons=[TermOut.of(term) for term in methods.comparisons],
            rounding=list(methods.rounding),
            statuses=[TermOut.of(term) for term in methods.statuses],
            readings=methods.readings,
            official=methods.official,
            closing=methods.closing,
            expected=[ExpectedOut.of(indicator, plan) for indicator in catalogue.indicators],
            contradictions=[ContradictionOut.of(one) for one in contradictions],
        )
