"""Values and the board on the wire (contracts.md). Decimals are strings, so that 71.4 stays 71.4."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import ATTRIBUTES, Attribute, Comparison, Family, Plan
from services.indicators.observations.domain import Observation
from services.indicators.values.ages import Age, data_age
from services.indicators.values.domain import Board, ReadingStatus, Row, Status, Stored, Value
from services.indicators.values.status import readings_of
from shared.codes import divisions
from shared.numbers import Plain

STATUS = (
    "achieved 已达到2025年目标；on_track 在直线路径上；behind 落后；reversed 低于基期；"
    "gap_open 约束性指标期内未达到；breached 约束性指标期末未达到；"
    "no_baseline、no_target 规划没有可比的数；not_computable 不可计算（见原因）"
)


class DataAgeOut(BaseModel):
    """数据时效"""

    department: str = Field(title="部门")
    kind: str = Field(title="数据种类")
    newest_known_at: datetime | None = Field(title="最新数据时间", description="空表示从未收到")
    age_days: int | None = Field(title="距今天数")
    overdue: bool = Field(title="是否逾期", description="区划内任一旗区逾期即为真")

    @classmethod
    def of(cls, age: Age) -> DataAgeOut:
        """From the room's own."""
        return cls(**{name: getattr(age, name) for name in cls.model_fields})


class OfficialOut(BaseModel):
    """官方公布值：与计算值分列，不参与状态判定"""

    observation_id: UUID = Field(title="观测值编号")
    period: str = Field(title="期间", description="公布值自己的期间，可能早于本行")
    value: Plain = Field(title="公布值")
    unit: str = Field(title="单位")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    document: str = Field(title="依据文件")
    document_on: date | None = Field(title="文件日期")

    @classmethod
    def of(cls, observation: Observation) -> OfficialOut:
        """From an observation in force."""
        return cls(**{name: getattr(observation, name) for name in cls.model_fields})


class ReadingOut(BaseModel):
    """规划的另一种读法和按它判定的状态"""

    code: str = Field(title="读法代码")
    title: str = Field(title="读法")
    place: str = Field(title="规划出处")
    comparison: Comparison = Field(title="与目标比较")
    target: Plain = Field(title="目标值")
    population: str | None = Field(None, title="另一口径", description="范围与本指标不同时的范围；空表示同一范围")
    status: Status | None = Field(title="状态", description=f"{STATUS}；空表示范围不同，没有单独统计，不判状态")

    @classmethod
    def of(cls, one: ReadingStatus) -> ReadingOut:
        """From the room's own."""
        plain = ("code", "title", "place", "comparison", "target", "population")
        return cls(**{name: getattr(one.reading, name) for name in plain}, status=one.status)


class ValueOut(BaseModel):
    """指标数值"""

    value_id: UUID = Field(title="数值编号")
    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    value: Plain | None = Field(title="数值")
    unit: str = Field(title="单位")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    status: Status = Field(title="状态", description=STATUS)
    reason: str | None = Field(title="不可计算的原因")
    basis: str | None = Field(title="口径说明", description="数值未包含的部分，或加权方法")
    beside: dict[str, int | Plain] = Field(title="旁列", description="无记录人数、户数、已保障户数等")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间", description="看到此刻为止收到的记录")
    data_age: list[DataAgeOut] = Field(title="数据时效")
    formula_version: int = Field(title="公式版本")
    published_at: datetime = Field(title="发布时间")
    replaced_at: datetime | None = Field(title="被取代时间", description="空表示现行")
    restates: UUID | None = Field(title="重述的数值编号", description="期间审定后的更正所对应的审定值；空表示不是重述")
    used: list[UUID] = Field(title="所用观测值编号")
    readings: list[ReadingOut] = Field(title="其他读法", description="规划前后不一致时，另一种读法的目标和状态")
    official: OfficialOut | None = Field(title="官方公布值", description="同一指标、区划、期间的公布值；空表示没有")

    @classmethod
    def of(cls, stored: Stored, today: date, official: Observation | None = None) -> ValueOut:
        """From the room's own; ages as of `today`."""
        made = {"value_id", "beside", "data_age", "published_at", "replaced_at", "restates", "readings", "official"}
        catalogue = definitions.catalogue()
        readings = readings_of(catalogue.by_code()[stored.value.code], catalogue.plan, stored.value, today)
        return cls(
            value_id=stored.value_id,
            beside=_beside(stored.value),
            data_age=_ages(stored.value, today),
            published_at=stored.published_at,
            replaced_at=stored.replaced_at,
            restates=stored.restates,
            readings=[ReadingOut.of(one) for one in readings],
            official=OfficialOut.of(official) if official else None,
            **{name: getattr(stored.value, name) for name in cls.model_fields if name not in made},
        )


class PlaceOut(BaseModel):
    """行政区划"""

    code: str = Field(title="行政区划代码")
    name: str = Field(title="行政区划")


class BoardRow(BaseModel):
    """指标表的一行"""

    value_id: UUID | None = Field(title="数值编号", description="空表示当场计算或没有数值")
    value_division: PlaceOut | None = Field(
        title="数值所属区划", description="规划只对区划内的一个旗区提出的指标，本行为该旗区的数值；空表示本区划自己的"
    )
    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    title: str = Field(title="指标", description="专栏1原文")
    attribute: Attribute = Field(title="属性代码")
    attribute_title: str = Field(title="属性")
    plan_2021: str = Field(title="2021年（原文）")
    plan_2025: str = Field(title="2025年（原文）")
    value: Plain | None = Field(title="数值")
    unit: str = Field(title="单位")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    status: Status = Field(title="状态", description=STATUS)
    reason: str | None = Field(title="不可计算的原因")
    basis: str | None = Field(title="口径说明")
    beside: dict[str, int | Plain] = Field(title="旁列")
    baseline: Plain | None = Field(title="基期值", description="2021年")
    target: Plain | None = Field(title="目标值", description="本期间年度的目标；规划期后为2025年目标")
    comparison: Comparison = Field(title="与目标比较")
    as_of: date | None = Field(title="截至日期", description="空表示没有数值")
    known_at: datetime | None = Field(title="知悉时间")
    formula_version: int = Field(title="公式版本")
    data_age: list[DataAgeOut] = Field(title="数据时效")
    readings: list[ReadingOut] = Field(title="其他读法", description="规划前后不一致时，另一种读法的目标和状态")
    official: OfficialOut | None = Field(title="官方公布值", description="本期间或此前最近一期的公布值；空表示没有")

    @classmethod
    def of(cls, row: Row, period: str, plan: Plan, today: date) -> BoardRow:
        """From the room's own; ages as of `today`."""
        indicator, value = row.indicator, row.value
        plain = ("number", "code", "title", "attribute", "plan_2021", "plan_2025", "unit", "baseline", "comparison")
        return cls(
            **{name: getattr(indicator, name) for name in plain},
            value_id=row.value_id,
            value_division=_place(row.value_division),
            attribute_title=ATTRIBUTES[indicator.attribute],
            target=indicator.target_of(int(period[:4]), plan),
            value=value.value if value else None,
            numerator=value.numerator if value else None,
            denominator=value.denominator if value else None,
            status=value.status if value else "not_computable",
            reason=value.reason if value else row.otherwise,
            basis=value.basis if value else None,
            beside=_beside(value) if value else {},
            as_of=value.as_of if value else None,
            known_at=value.known_at if value else None,
            formula_version=indicator.formula.version,
            data_age=_ages(value, today) if value else [],
            readings=[ReadingOut.of(one) for one in row.readings],
            official=OfficialOut.of(row.official) if row.official else None,
        )


class BoardOut(BaseModel):
    """指标表：专栏1十六行，或规划的其他目标，按规划顺序"""

    family: Family = Field(title="指标族", description="main 专栏1；other 规划的其他目标")
    division_code: str = Field(title="行政区划代码")
    division_name: str = Field(title="行政区划")
    period: str = Field(title="期间")
    as_of: date = Field(title="截至日期")
    rows: list[BoardRow] = Field(title="指标")

    @classmethod
    def of(cls, board: Board, plan: Plan, today: date) -> BoardOut:
        """From the room's own; ages as of `today`."""
        division = divisions.get(board.division_code)
        return cls(
            family=board.family,
            division_code=board.division_code,
            division_name=division.name if division else "",
            period=board.period,
            as_of=board.as_of,
            rows=[BoardRow.of(row, board.period, plan, today) for row in board.rows],
        )


def _place(code: str | None) -> PlaceOut | None:
    return None if code is None else PlaceOut(code=code, name=divisions.path(code))


def _beside(value: Value) -> dict[str, int | Decimal]:
    """Counts as numbers, measures as decimal strings."""
    return {name: int(one) if one == one.to_integral_value() else one for name, one in value.beside.items()}


def _ages(value: Value, today: date) -> list[DataAgeOut]:
    return [DataAgeOut.of(age) for age in data_age(value.sources, today)]
