"""Published values of the plan's sixteen indicators (专栏1), keyed by indicator code."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import Event, Part, Short


class DataAge(Part):
    """How old a department's newest data is."""

    department: Short = Field(title="部门")
    kind: Short = Field(title="数据种类")
    newest_known_at: datetime | None = Field(None, title="最新数据时间")
    age_days: int | None = Field(None, title="距今天数")
    overdue: bool = Field(title="是否逾期")


class ValuePublishedV1(Event):
    """A value of one indicator for one division and period was computed and published.

    Decimals are strings on the wire; `value` is null when `status` says that it cannot be computed,
    and `reason` says why.
    """

    TYPE: ClassVar[str] = "xianjie.value.published.v1"
    TITLE: ClassVar[str] = "指标数值已发布"
    TOPIC: ClassVar[str] = "indicators.values.v1"

    value_id: Short = Field(title="数值编号")
    number: Annotated[int, Field(ge=1, le=16)] = Field(title="专栏1序号")
    code: Short = Field(title="指标代码")
    division_code: Short = Field(title="行政区划代码")
    period: Short = Field(title="期间", description="2026, 2026-Q2 or 2026-05")
    value: Decimal | None = Field(None, title="数值")
    numerator: Decimal | None = Field(None, title="分子")
    denominator: Decimal | None = Field(None, title="分母")
    unit: Short = Field(title="单位")
    status: Literal["final", "provisional", "not_computable"] | Short = Field(title="状态")
    reason: str | None = Field(None, title="原因")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间")
    data_age: list[DataAge] = Field(default_factory=list, title="数据时效")
    formula_version: Annotated[int, Field(ge=1)] = Field(title="公式版本")
