"""What a department sees of its refused records (隔离记录)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.ingest.quarantine.domain import ID_PATTERN
from shared.http.problems import ProblemField

_EXAMPLE = "018f3c1e-7b0a-7c11-9d4e-0f2f6b1c2a33.17"


class Correction(BaseModel):
    """关闭这条隔离记录的那条记录"""

    submission_id: UUID = Field(title="报送编号", description="其回执见 `GET /v1/submissions/{编号}`")
    index: int = Field(title="序号", description="在那次报送中的位置，从 0 起；回执这一行的 `corrects` 指回本条")
    closed_at: datetime = Field(title="关闭时间")


class Entry(BaseModel):
    """一条未接收的记录；内容已脱敏"""

    quarantine_id: str = Field(title="隔离记录编号", pattern=ID_PATTERN, examples=[_EXAMPLE])
    feed: str = Field(title="数据种类", examples=["medical-insurance/settlement"])
    feed_title: str = Field(title="数据种类名称", examples=["医疗费用结算"])
    submission_id: UUID | None = Field(title="报送编号", description="系统升级期间退回的记录为空")
    index: int = Field(title="序号", description="在那次报送中的位置，从 0 起", examples=[17])
    source_id: str | None = Field(
        title="记录主键", description="记录本身无法读出主键时为空", examples=["YB-2026-000123"]
    )
    state: Literal["open", "closed", "expired"] = Field(
        title="状态",
        description="`open` 待更正；`closed` 更正（或同一主键更新的记录）已接收；`expired` 满 90 天未更正，内容已删除",
    )
    refused_at: datetime = Field(title="退回时间")
    content_until: datetime = Field(title="内容保留到", description="到期后内容删除，本条说明仍保留")
    errors: list[ProblemField] = Field(
        title="为什么没有接收", description="`pointer` 从记录本身算起，例如 `/self_paid`"
    )
    record_masked: dict[str, str] | None = Field(
        title="内容（已脱敏）", description="内容已删除，或者不是一个 JSON 对象时为空", examples=[{"self_paid": "-1"}]
    )
    resubmitted_as: Correction | None = Field(title="更正为", description="尚未接收更正时为空")


class WholeEntry(Entry):
    """一条未接收的记录，连同报送时的原文"""

    record: Any = Field(
        title="报送的原文",
        description="与报送时一样，仅本部门有报送权限的账号可见，每次查看都记入日志；其他情况、内容已删除时为空",
    )
