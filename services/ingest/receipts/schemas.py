"""The receipt (回执): what a department reads to know exactly what was taken, and why not.

These models describe it for OpenAPI; `outcomes.domain.receipt` builds it, because a receipt has thousands of
lines and is written as bytes once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

OutcomeWord = Literal["accepted", "corrected", "retracted", "duplicate", "stale", "rejected"]


class Counts(BaseModel):
    """各处理结果的条数"""

    accepted: int = Field(title="已接收")
    corrected: int = Field(title="已更正")
    retracted: int = Field(title="已撤回")
    duplicate: int = Field(title="重复", description="这个版本已存；或内容与最新版本相同，只更新确认时间")
    stale: int = Field(title="过时", description="早于已存的最新版本，作为历史保存")
    rejected: int = Field(title="未接收", description="未通过校验，已转入隔离区，请更正后重报")


class Remark(BaseModel):
    """一处说明"""

    pointer: str = Field(title="位置", description="JSON 指针，例如 `/records/17/self_paid`")
    code: str = Field(title="代码", description="稳定的代码，程序据此判断")
    message: str = Field(title="说明")
    value_masked: str | None = Field(title="原值（已脱敏）")


class Place(BaseModel):
    """在总线上的位置"""

    topic: str = Field(title="主题", examples=["feeds.medical-insurance.v1"])
    partition: int = Field(title="分区")
    offset: int = Field(title="偏移量")


class ReceiptLine(BaseModel):
    """一条记录的处理结果"""

    index: int = Field(title="序号", description="在 `records` 中的位置，从 0 起")
    source_id: str | None = Field(title="记录主键", description="记录本身无法读出主键时为空")
    outcome: OutcomeWord = Field(title="处理结果")
    version: int | None = Field(title="版本", description="`source_updated_at` 的微秒数（1970 年起，UTC）")
    normalised: list[Remark] = Field(title="规范化说明")
    errors: list[Remark] = Field(title="错误")
    published: Place | None = Field(title="已发布到", description="尚未发布，或本条无需发布时为空")
    quarantine_id: str | None = Field(
        title="隔离记录编号", description="仅未接收的记录有；据此查看和更正：`GET /v1/quarantine/{编号}`"
    )
    corrects: list[str] = Field(title="更正的隔离记录", description="因这条记录被接收而关闭的隔离记录的编号")


class Receipt(BaseModel):
    """回执"""

    submission_id: UUID | None = Field(title="报送编号", description="试校验、或整批未保存时为空")
    feed: str = Field(title="数据种类", examples=["medical-insurance/settlement"])
    state: Literal["receiving", "complete", "interrupted"] = Field(title="状态")
    sha256: str = Field(title="请求体摘要", description="请求体的 SHA-256，十六进制")
    received_at: datetime = Field(title="收到时间")
    delivery: str | None = Field(title="报送期", description="报送时所写的 `delivery`，没有写则为空")
    counts: Counts = Field(title="条数")
    records_url: str | None = Field(
        title="逐条结果的地址", description="超过 5,000 条时，逐条结果不在回执里，按此地址分页读取；否则为空"
    )
    records: list[ReceiptLine] = Field(title="逐条结果", description="超过 5,000 条时为空列表，见 `records_url`")


class ReceiptLines(BaseModel):
    """回执逐条结果的一页"""

    items: list[ReceiptLine] = Field(title="逐条结果")
    next: str | None = Field(title="下一页", description="作为 `after` 传入；为空表示到末尾")
