"""Shapes of the change feed (contracts.md: Warning change)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.screening.warnings.schemas import RecordOut, ScopeQuery, WarningOut


class PlaceQuery(ScopeQuery):
    """从变更流的哪里读起，读哪些"""

    after: str = Field("0", title="游标", description="从头读取用 0", pattern=r"^[0-9]{1,18}$")


class ChangeQuery(PlaceQuery):
    """变更流的读取位置和筛选"""

    limit: int = Field(100, title="条数", ge=1, le=1000)
    wait: float = Field(0, title="等待秒数", description="没有新变更时最多等这么久", ge=0, le=30)


class SnapshotQuery(ScopeQuery):
    """快照的筛选和续页位置"""

    after: str | None = Field(
        None, title="续页位置", description="上一页的 `next`；不填从头开始", min_length=1, max_length=512
    )
    limit: int = Field(500, title="条数", ge=1, le=1000)


class ChangeOut(BaseModel):
    """预警变更"""

    model_config = ConfigDict(from_attributes=True)

    position: int = Field(title="位置", description="全部变更的先后顺序")
    event_id: str = Field(title="事件编号", description="同 Kafka 消息的 ce_id")
    type: Literal["raised", "updated", "closed", "superseded"] = Field(title="变更")
    occurred_at: datetime = Field(title="发生时间", description="UTC")
    household_seq: int = Field(title="户内序号", description="同一户的变更从 1 连续编号；有筛选时只见其中一部分")
    reason: str = Field(
        title="原因",
        description=(
            "hit 新命中 · evidence_changed 依据的取值变了 · eased 已缓解 · hit_again 缓解后再次命中 ·"
            " moved 户迁移 · rule_changed 规则或参数变了 · record_changed 数据更正、撤回或迟到 · verifying 核实中 ·"
            " snoozed 暂缓 · snooze_lifted 取消暂缓；closed 时为 confirmed 属实，或不属实的原因：already_helped ·"
            " below_impact · data_error · family_support · duplicate · other"
        ),
    )
    warning: WarningOut = Field(title="预警", description="变更之后的样子")
    record: RecordOut | None = Field(title="撤销依据", description="superseded 时指明是哪一条数据")


class ChangePageOut(BaseModel):
    """按位置排列的一段变更"""

    model_config = ConfigDict(from_attributes=True)

    items: list[ChangeOut] = Field(title="变更")
    next: str = Field(title="游标", description="作为 after 继续读取；没有新变更时也给出", examples=["1024"])
    retained_from: int = Field(title="保留自", description="仍保留的最小位置；游标比它前一位还小时答复 410")
    retention_days: int = Field(title="保留天数", description="变更发布后至少保留这么多天")


class SnapshotItemOut(WarningOut):
    """现行的一件预警"""

    household_seq: int = Field(
        title="户内序号",
        description="已包含这一户到此为止的变更：变更流中这件预警的变更，户内序号不大于它的不必再处理",
    )


class SnapshotPageOut(BaseModel):
    """一页现行预警，按户编号和规则排列"""

    items: list[SnapshotItemOut] = Field(title="预警")
    next: str | None = Field(title="下一页", description="作为 after 取下一页；没有则为 null")
    cursor: str = Field(
        title="变更流游标",
        description="取第一页之前的位置，各页相同；读完各页后作为变更流的 after，中间不会有遗漏",
        examples=["1024"],
    )
