"""Shapes of the change feed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.indicators.changes.domain import Change, ChangePage
from shared.events.values import (
    DataAge,
    Difference,
    IndicatorBreachedV1,
    RestatementCause,
    TargetPublishedV1,
    ValuePublishedV1,
    ValueRestatedV1,
)

ChangeType = Literal["published", "restated", "breached"]
_TYPES: dict[str, ChangeType] = {
    ValuePublishedV1.TYPE: "published",
    TargetPublishedV1.TYPE: "published",
    ValueRestatedV1.TYPE: "restated",
    IndicatorBreachedV1.TYPE: "breached",
}


class ChangeQuery(BaseModel):
    """变更流的读取位置和筛选"""

    model_config = ConfigDict(extra="forbid")

    after: str = Field("0", title="游标", description="从头读取用 0", pattern=r"^[0-9]{1,18}$")
    limit: int = Field(100, title="条数", ge=1, le=1000)
    indicator: str | None = Field(None, title="指标代码", max_length=64, examples=["medical_insurance"])
    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位代码，含其下级；不填为本人权限范围",
        pattern=r"^[0-9]{12}$",
        examples=["150625000000"],
    )


class ChangedValueOut(BaseModel):
    """事件所说的数值，与 Kafka 主题上的正文一致"""

    model_config = ConfigDict(extra="ignore")

    value_id: UUID = Field(title="数值编号")
    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    value: Decimal | None = Field(title="数值")
    numerator: Decimal | None = Field(title="分子")
    denominator: Decimal | None = Field(title="分母")
    unit: str = Field(title="单位")
    status: str = Field(title="状态")
    reason: str | None = Field(title="原因")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间")
    data_age: list[DataAge] = Field(title="数据时效")
    formula_version: int = Field(title="公式版本")


class RestatedOut(BaseModel):
    """重述：与审定时和重述前之差，以及依据"""

    model_config = ConfigDict(extra="ignore")

    closed_at: datetime = Field(title="审定时间")
    restates: UUID | None = Field(title="审定时的数值编号")
    replaces: UUID | None = Field(title="被取代的数值编号")
    since_closing: Difference = Field(title="与审定时之差")
    since_previous: Difference = Field(title="与被取代者之差")
    restatement_reason: str = Field(title="重述原因")
    causes: list[RestatementCause] = Field(title="依据", description="最多列出 100 条")
    causes_count: int = Field(title="依据条数")


class ChangeOut(BaseModel):
    """指标数值的一次变更"""

    position: int = Field(title="位置", description="全部变更的先后顺序")
    event_id: str = Field(title="事件编号", description="同 Kafka 消息的 ce_id")
    type: ChangeType = Field(
        title="变更", description="published 已发布 · restated 已审定的期间重述 · breached 约束性指标期末未达标"
    )
    occurred_at: datetime = Field(title="发生时间", description="UTC")
    value: ChangedValueOut = Field(title="数值", description="变更之后的样子")
    restatement: RestatedOut | None = Field(title="重述", description="只有重述才有")

    @classmethod
    def of(cls, change: Change) -> ChangeOut:
        """From the event as it is on the bus."""
        kind, body = _TYPES[change.type], change.body
        said: dict[str, Any] = {"position": change.position, "event_id": change.event_id, "type": kind}
        restated = RestatedOut.model_validate(body) if kind == "restated" else None
        return cls(
            **said,
            occurred_at=change.occurred_at,
            value=ChangedValueOut.model_validate(body),
            restatement=restated,
        )


class ChangePageOut(BaseModel):
    """按位置排列的一段变更"""

    items: list[ChangeOut] = Field(title="变更")
    next: str = Field(title="游标", description="作为 after 继续读取；没有新变更时也给出", examples=["1024"])
    retained_from: int = Field(title="保留自", description="仍保留的最小位置；游标比它前一位还小时答复 410")
    retention_days: int = Field(title="保留天数", description="变更发布后至少保留这么多天")

    @classmethod
    def of(cls, page: ChangePage, retention_days: int) -> ChangePageOut:
        """From the room's own."""
        items = [ChangeOut.of(change) for change in page.items]
        return cls(items=items, next=page.next, retained_from=page.retained_from, retention_days=retention_days)
