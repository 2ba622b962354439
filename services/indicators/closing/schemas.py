"""Closings on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.indicators.closing.domain import STATES, Closing, ClosingState, Missing
from services.indicators.definitions import periods
from services.indicators.observations.schemas import ONE_LINE


class ClosingIn(BaseModel):
    """提请审定"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"note": "各部门已报齐"}]})

    note: str | None = Field(None, title="说明", max_length=200, pattern=ONE_LINE)


class RejectionIn(BaseModel):
    """退回"""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"reason": "杭锦旗农村低保标准尚未核实"}]}
    )

    reason: str = Field(title="原因", min_length=2, max_length=200, pattern=ONE_LINE)


class ClosingQuery(BaseModel):
    """期间审定的筛选"""

    model_config = ConfigDict(extra="forbid")

    period: str | None = Field(None, title="期间", pattern=periods.PATTERN, examples=["2025"])
    state: ClosingState | None = Field(
        None, title="状态", description=" · ".join(f"{name} {title}" for name, title in STATES.items())
    )
    after: str | None = Field(None, title="续页位置", description="上一页的 `next`", min_length=1, max_length=512)
    limit: int = Field(100, title="每页条数", ge=1, le=500)


class ClosingOut(BaseModel):
    """期间的一次审定"""

    model_config = ConfigDict(from_attributes=True)

    closing_id: UUID = Field(title="审定编号")
    period: str = Field(title="期间", examples=["2025"])
    state: ClosingState = Field(
        title="状态", description=" · ".join(f"{name} {title}" for name, title in STATES.items())
    )
    note: str | None = Field(title="说明")
    proposed_by: str = Field(title="提请人")
    proposed_at: datetime = Field(title="提请时间")
    decided_by: str | None = Field(title="审定人")
    decided_at: datetime | None = Field(title="审定时间", description="已审定的，从此时起数值只重述、不改动")
    reason: str | None = Field(title="退回原因")


class MissingOut(BaseModel):
    """本期间算不出的一项指标"""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    title: str = Field(title="指标")
    reason: str = Field(title="原因")
    divisions: list[str] = Field(title="行政区划代码", description="没有数值的区划")


class ClosingWithGapsOut(ClosingOut):
    """期间的一次审定，以及本期间算不出的指标"""

    not_computable: list[MissingOut] = Field(title="算不出的指标", description="按读取时的数值；审定不会补上它们")

    @classmethod
    def of(cls, closing: Closing, missing: list[Missing]) -> ClosingWithGapsOut:
        """From the room's own."""
        said = ClosingOut.model_validate(closing).model_dump()
        return cls(**said, not_computable=[MissingOut.model_validate(one) for one in missing])
