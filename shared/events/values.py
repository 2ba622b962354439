"""Published and restated values of the plan's indicators and other targets, keyed by indicator code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import BigInt, Event, Part, Short
from shared.numbers import Plain


class DataAge(Part):
    """How old a department's newest data is."""

    department: Short = Field(title="部门")
    kind: Short = Field(title="数据种类")
    newest_known_at: datetime | None = Field(None, title="最新数据时间")
    age_days: int | None = Field(None, title="距今天数")
    overdue: bool = Field(title="是否逾期")


class IndicatorValue(Event):
    """What the events of a value have in common. `value` is null when `status` says that it cannot be computed, and
    `reason` says why. Decimals are strings on the wire."""

    TOPIC: ClassVar[str] = "indicators.values.v1"

    value_id: Short = Field(title="数值编号")
    number: Annotated[int, Field(ge=1)] = Field(title="序号", description="1–16 专栏1，101 起为规划的其他目标")
    code: Short = Field(title="指标代码")
    division_code: Short = Field(title="行政区划代码")
    period: Short = Field(title="期间", description="2026, 2026-Q2 or 2026-05")
    value: Plain | None = Field(None, title="数值")
    numerator: Plain | None = Field(None, title="分子")
    denominator: Plain | None = Field(None, title="分母")
    unit: Short = Field(title="单位")
    status: Literal["final", "provisional", "not_computable"] | Short = Field(title="状态")
    reason: str | None = Field(None, title="原因")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间")
    data_age: list[DataAge] = Field(default_factory=list, title="数据时效")
    formula_version: Annotated[int, Field(ge=1)] = Field(title="公式版本")


class ValuePublishedV1(IndicatorValue):
    """A value of one indicator for one division and period was computed and published.

    Decimals are strings on the wire; `value` is null when `status` says that it cannot be computed,
    and `reason` says why.
    """

    TYPE: ClassVar[str] = "xianjie.value.published.v1"
    TITLE: ClassVar[str] = "指标数值已发布"

    number: Annotated[int, Field(ge=1, le=16)] = Field(title="专栏1序号")


class TargetPublishedV1(IndicatorValue):
    """A value of one of the plan's other targets for one division and period was computed and published."""

    TYPE: ClassVar[str] = "xianjie.target.published.v1"
    TITLE: ClassVar[str] = "规划其他目标的数值已发布"

    number: Annotated[int, Field(ge=101)] = Field(title="目标序号")


class IndicatorBreachedV1(IndicatorValue):
    """A binding indicator was found not to be met at the end of its period. The value's own event stands beside it
    under the id `value_id`; this one has an id of its own."""

    TYPE: ClassVar[str] = "xianjie.indicator.breached.v1"
    TITLE: ClassVar[str] = "约束性指标期末未达标"

    status: Literal["breached"] = Field("breached", title="状态")
    value: Plain = Field(title="数值")
    target: Plain | None = Field(None, title="规划目标值")


class Difference(Part):
    """Later minus earlier; null where one of the two has no number."""

    value: Plain | None = Field(None, title="数值之差")
    numerator: Plain | None = Field(None, title="分子之差")
    denominator: Plain | None = Field(None, title="分母之差")


class RestatementCause(Part):
    """What made the difference: a record's version, an observation, or the method itself (then neither is named)."""

    kind: Literal["record", "observation", "method"] = Field(title="种类")
    known_at: datetime | None = Field(None, title="知悉时间")
    household_no: Short | None = Field(None, title="户编号")
    person_key: Short | None = Field(None, title="人员标识")
    event_id: Short | None = Field(None, title="事件编号")
    department: Short | None = Field(None, title="部门")
    record_kind: Short | None = Field(None, title="数据种类")
    source_id: Short | None = Field(None, title="部门侧编号")
    version: BigInt | None = Field(None, title="版本")
    submission_id: Short | None = Field(None, title="报送编号")
    observation_id: Short | None = Field(None, title="观测值编号")


class ValueRestatedV1(IndicatorValue):
    """A place of a closed period has another value now; the closed one stays readable as it was.

    It stands in place of the value's published event and says as much. `restates` is null when the place had no
    value at the closing, `replaces` when it had none until now.
    """

    TYPE: ClassVar[str] = "xianjie.value.restated.v1"
    TITLE: ClassVar[str] = "已审定期间的指标数值已重述"

    closed_at: datetime = Field(title="审定时间")
    restates: Short | None = Field(None, title="审定时的数值编号")
    replaces: Short | None = Field(None, title="被取代的数值编号", description="第一次重述时即审定时的数值")
    since_closing: Difference = Field(title="与审定时之差")
    since_previous: Difference = Field(title="与被取代者之差")
    restatement_reason: str = Field(title="重述原因")
    causes: list[RestatementCause] = Field(default_factory=list, title="依据", description="最多列出 100 条")
    causes_count: BigInt = Field(0, title="依据条数", description="全部见 `/v1/restatements/{value_id}/causes`")
