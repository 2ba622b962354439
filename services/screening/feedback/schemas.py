"""Shapes of a department's feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.screening.feedback.domain import Feedback


class FeedbackQuery(BaseModel):
    """从哪里读起，读多少，等多久"""

    after: str = Field("0", title="游标", description="从保留的最早一条读起用 0", pattern=r"^[0-9]{1,18}$")
    limit: int = Field(100, title="条数", ge=1, le=1000)
    wait: float = Field(0, title="等待秒数", description="没有新反馈时最多等这么久", ge=0, le=30)


class FeedbackRecordOut(BaseModel):
    """部门报送的一条数据的一个版本"""

    kind: str = Field(title="数据类别")
    source_id: str = Field(title="来源编号")
    version: int = Field(title="版本")
    event_id: str = Field(title="记录的事件编号", description="`feeds.<部门>.v1` 上该条消息的 ce_id")


class FeedbackOut(BaseModel):
    """一条数据的核实反馈"""

    position: int = Field(title="位置", description="先后顺序，不连续")
    event_id: str = Field(title="事件编号", description="同 Kafka 消息的 ce_id，按它去重")
    feedback_owner: str | None = Field(
        title="答复部门", description="这类数据由其他部门答复的，是那个部门；否则为 null"
    )
    record: FeedbackRecordOut = Field(title="数据")
    result: Literal["confirmed", "data_error", "already_helped", "not_confirmed", "monitored", "removed"] = Field(
        title="结果",
        description=(
            "confirmed 属实 · data_error 核实认为部门数据有误，请核对 · already_helped 已经得到帮扶 ·"
            " not_confirmed 未作为风险处理 · monitored 已纳入监测 · removed 已消除风险（后两种现在还不发出）"
        ),
    )
    text: str = Field(title="结果说明")
    decided_at: datetime = Field(title="核实时间", description="UTC")

    @classmethod
    def of(cls, feedback: Feedback) -> FeedbackOut:
        """The event with its place; the department stands in the address."""
        return cls(position=feedback.position, event_id=feedback.event_id, **feedback.body)


class FeedbackPageOut(BaseModel):
    """按位置排列的一段反馈"""

    items: list[FeedbackOut] = Field(title="反馈")
    next: str = Field(title="游标", description="作为 after 继续读取；没有新反馈时也给出", examples=["1024"])
    retained_from: int = Field(title="保留自", description="仍保留的最小位置；游标比它前一位还小时答复 410")
    retention_days: int = Field(title="保留天数", description="反馈发布后至少保留这么多天")
