"""Freshness as it is answered."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from services.ingest.freshness.domain import By, State
from services.ingest.freshness.service import Row
from shared.codes import divisions


class FreshnessOut(BaseModel):
    """一类数据在一个旗区（或全市）的时效"""

    department: str = Field(title="部门", examples=["medical-insurance"])
    kind: str = Field(title="数据种类", examples=["settlement"])
    title: str = Field(title="名称", examples=["医疗费用结算"])
    division_code: str = Field(title="旗区代码", description="旗区，或全市 `150600000000`")
    division_name: str = Field(title="旗区")
    state: State = Field(
        title="状态", description="`fresh` 正常；`overdue` 逾期；`never` 从未报送（同样按逾期对待）", examples=["fresh"]
    )
    since: datetime | None = Field(title="状态起始时间", description="从未报送的为空")
    last_at: datetime | None = Field(title="最近到数时间", description="从未报送的为空")
    last_by: By | None = Field(
        title="最近到数方式", description="`record` 收到并发布了记录；`delivery` 部门关闭了报送期（含零报告）"
    )
    age_days: int | None = Field(title="距今天数", description="北京时间的天数；学籍只计学期内的天数", examples=[3])
    overdue_after_days: int = Field(title="逾期天数", description="距今天数超过它即为逾期", examples=[15])
    cadence: str = Field(title="报送频率")
    published: int = Field(title="累计已发布", description="版本数；全市一行为各旗区与未注明旗区的合计")
    closing_pending: bool = Field(title="关闭待生效", description="报送期已关闭，待此前的数据全部发布后生效")

    @classmethod
    def of(cls, row: Row) -> FreshnessOut:
        """`row` as it is answered."""
        place, standing, feed = divisions.get(row.division_code), row.standing, row.feed
        return cls(
            department=feed.department,
            kind=feed.kind,
            title=feed.title,
            division_code=row.division_code,
            division_name=place.name if place else row.division_code,
            state=row.state,
            since=standing.since if standing else None,
            last_at=standing.last_at if standing else None,
            last_by=standing.last_by if standing else None,
            age_days=row.age_days,
            overdue_after_days=feed.overdue_days,
            cadence=feed.cadence,
            published=row.published,
            closing_pending=row.pending,
        )


class FreshnessList(BaseModel):
    """数据时效"""

    items: list[FreshnessOut] = Field(title="内容", description="按数据种类、旗区排列；每类数据先全市、后各旗区")
    next: str | None = Field(title="下一页", description="总是一页，恒为空")
