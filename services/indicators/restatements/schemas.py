"""Restatements on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.indicators.definitions import periods
from services.indicators.restatements.domain import CauseKind, Listed
from shared.numbers import Plain


class RestatementQuery(BaseModel):
    """重述的筛选"""

    model_config = ConfigDict(extra="forbid")

    period: str | None = Field(None, title="期间", pattern=periods.PATTERN, examples=["2025"])
    indicator: str | None = Field(None, title="指标代码", max_length=64, examples=["medical_insurance"])
    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位代码，含其下级；不填为本人权限范围",
        pattern=r"^[0-9]{12}$",
        examples=["150625000000"],
    )
    after: str | None = Field(None, title="续页位置", description="上一页的 `next`", min_length=1, max_length=512)
    limit: int = Field(100, title="每页条数", ge=1, le=500)


class FiguresOut(BaseModel):
    """一个数值的数字"""

    model_config = ConfigDict(from_attributes=True)

    value_id: UUID = Field(title="数值编号")
    value: Plain | None = Field(title="数值", description="算不出的为 null")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    status: str = Field(title="状态")


class DeltaOut(BaseModel):
    """差额：重述后减去原来；有一边没有数字的为 null"""

    model_config = ConfigDict(from_attributes=True)

    value: Plain | None = Field(title="数值之差")
    numerator: Plain | None = Field(title="分子之差")
    denominator: Plain | None = Field(title="分母之差")


class CauseOut(BaseModel):
    """造成差额的一条依据"""

    model_config = ConfigDict(from_attributes=True)

    kind: CauseKind = Field(title="种类", description="record 部门数据 · observation 观测值 · method 计算方法变了")
    known_at: datetime | None = Field(title="知悉时间")
    household_no: str | None = Field(title="户编号")
    person_key: str | None = Field(title="人员标识")
    event_id: str | None = Field(title="事件编号")
    department: str | None = Field(title="部门")
    record_kind: str | None = Field(title="数据种类")
    source_id: str | None = Field(title="部门侧编号")
    version: int | None = Field(title="版本")
    submission_id: str | None = Field(title="报送编号")
    observation_id: UUID | None = Field(title="观测值编号")


class RestatementOut(BaseModel):
    """已审定期间的一次重述"""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    closed_at: datetime = Field(title="审定时间")
    published_at: datetime = Field(title="重述时间")
    now: FiguresOut = Field(title="重述后")
    closed: FiguresOut | None = Field(title="审定时", description="审定时没有数值的为 null")
    previous: FiguresOut | None = Field(title="重述前", description="第一次重述时与审定时相同")
    since_closing: DeltaOut = Field(title="与审定时之差")
    since_previous: DeltaOut = Field(title="与重述前之差")
    reason: str = Field(title="原因")
    causes: list[CauseOut] = Field(title="依据", description="前 20 条；全部见 `/v1/restatements/{value_id}/causes`")
    causes_count: int = Field(title="依据条数")

    @classmethod
    def of(cls, listed: Listed) -> RestatementOut:
        """From the room's own."""
        names = [name for name in cls.model_fields if name != "causes_count"]
        said = {name: getattr(listed.restated, name) for name in names}
        return cls.model_validate({**said, "causes_count": listed.causes_count})


class RestatementsOut(BaseModel):
    """一个数值所在之处的全部重述"""

    items: list[RestatementOut] = Field(title="重述", description="早的在前；没有重述过的为空")
    next: None = Field(None, title="下一页位置", description="总是 null：一次给全")
