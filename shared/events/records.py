"""A department's record on the bus (部门数据). Every stored version is one of these two events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.events.base import BigInt, Event, Part, Short


class RecordMetaV1(Part):
    """Whose record this is, which version, and where its receipt is. Never an ID number or a name:
    a person is a `subject_key` (trust §1)."""

    department: Short = Field(title="部门")
    kind: Short = Field(title="数据种类")
    source_id: Short = Field(title="部门记录编号")
    version: BigInt = Field(title="版本", description="source_updated_at in microseconds since 1970, UTC")
    source_updated_at: datetime = Field(title="部门最后更改时间")
    known_at: datetime = Field(title="平台知悉时间")
    subject_key: Short | None = Field(None, title="人员标识")
    household_no: Short | None = Field(None, title="户编号")
    division_code: Short | None = Field(None, title="行政区划代码")
    effective_on: date | None = Field(None, title="生效日期", description="a Shanghai date")
    previous_subject_key: Short | None = Field(None, title="更正前的人员标识")
    submission_id: Short = Field(title="提交编号")
    line: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(title="行号")
    outcome: Literal["accepted", "corrected", "stale", "retracted"] = Field(title="处理结果")


def feed_topic(department: str) -> str:
    """The topic of a department's records."""
    return f"feeds.{department}.v1"


class RecordEvent(Event):
    """What both have in common: they go on the department's own topic."""

    meta: RecordMetaV1

    def topic(self) -> str:
        """The topic of the record's department."""
        return feed_topic(self.meta.department)


class RecordAcceptedV1(RecordEvent):
    """A version of a record was stored: new, corrected, or older than one already known (stale)."""

    TYPE: ClassVar[str] = "xianjie.record.accepted.v1"
    TITLE: ClassVar[str] = "部门数据已接收"

    data: dict[str, Any] = Field(title="数据内容", description="by kind; schema at data/<department>.<kind>.json")


class RecordRetractedV1(RecordEvent):
    """The department withdrew the record, for every date. History stays."""

    TYPE: ClassVar[str] = "xianjie.record.retracted.v1"
    TITLE: ClassVar[str] = "部门数据已撤回"

    data: dict[str, Any] = Field(title="撤回内容", description='{"retract_reason": "…"}')
