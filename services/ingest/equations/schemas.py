"""Incidents as they are answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.ingest.equations.domain import TITLES, Scope, Word
from services.ingest.equations.repository import Incident
from shared.feeds.catalogue import BY_NUMBER

IncidentState = Literal["open", "resolved"]
IS_OPEN: Mapping[IncidentState | None, bool | None] = MappingProxyType({None: None, "open": True, "resolved": False})


class IncidentOut(BaseModel):
    """一处对账异常"""

    incident_id: UUID = Field(title="异常编号")
    department: str = Field(title="部门", examples=["medical-insurance"])
    kind: str = Field(title="数据种类", examples=["settlement"])
    title: str = Field(title="名称", examples=["医疗费用结算"])
    scope: Scope = Field(title="范围", description="`day` 北京时间的一天；`period` 一个已关闭的报送期")
    name: str = Field(title="日期或报送期", examples=["2026-03-05"])
    equation: Word = Field(title="等式")
    equation_title: str = Field(title="不成立的等式", examples=[TITLES["receipts"]])
    expected: int = Field(title="应为")
    found: int = Field(title="实为")
    submissions: list[UUID] = Field(title="涉及的报送", description="至多十个编号；不涉及具体报送的为空")
    state: IncidentState = Field(title="状态", description="`open` 尚未恢复；`resolved` 已恢复")
    opened_at: datetime = Field(title="发现时间")
    seen_at: datetime = Field(title="最近核对时间")
    resolved_at: datetime | None = Field(title="恢复时间")

    @classmethod
    def of(cls, one: Incident) -> IncidentOut:
        """`one` as it is answered."""
        feed = BY_NUMBER[one.feed]
        return cls(
            incident_id=one.incident_id,
            department=feed.department,
            kind=feed.kind,
            title=feed.title,
            scope=one.scope,
            name=one.name,
            equation=one.equation,
            equation_title=TITLES[one.equation],
            expected=one.expected,
            found=one.found,
            submissions=list(one.submissions),
            state="open" if one.resolved_at is None else "resolved",
            opened_at=one.opened_at,
            seen_at=one.seen_at,
            resolved_at=one.resolved_at,
        )
