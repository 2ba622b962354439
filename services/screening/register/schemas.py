"""Shapes of the register's answers, and the day and instant that a question may ask for."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared import clock
from shared.http.errors import FutureDayError


class MomentQuery(BaseModel):
    """哪一天的情况，以哪一刻所知为准"""

    model_config = ConfigDict(extra="forbid")

    as_of: date | None = Field(None, title="截至日期", description="北京时间的一天；缺省为今天")
    known_at: AwareDatetime | date | None = Field(
        None,
        title="知悉时间",
        description=(
            "只看平台在此刻之前收到的数据，缺省为现在；带时区的时刻（例如 2026-06-30T12:00:00+08:00），"
            "或一个日期（指北京时间当天结束时）"
        ),
    )

    def day(self) -> date:
        """D. FutureDayError for a day that has not come: nobody knows its facts."""
        today = clock.today()
        if self.as_of is not None and self.as_of > today:
            raise FutureDayError(f"截至日期 {self.as_of} 还没有到；今天是 {today}。")
        return self.as_of or today

    def instant(self) -> datetime:
        """T."""
        if self.known_at is None:
            return clock.now()
        return self.known_at if isinstance(self.known_at, datetime) else clock.end_of_day(self.known_at)


class MemberOut(BaseModel):
    """家庭成员；人以标识指代，不含姓名和号码"""

    model_config = ConfigDict(from_attributes=True)

    person_key: str = Field(title="人员标识")
    relation: str = Field(title="与户主关系")
    labour: str = Field(title="劳动能力")


class HouseholdOut(BaseModel):
    """农牧户"""

    model_config = ConfigDict(from_attributes=True)

    household_no: str = Field(title="户编号")
    division_code: str = Field(title="行政区划代码", description="12 位，嘎查村或社区")
    base_status: str = Field(title="户类型", description="general 一般农牧户 · lifted 脱贫户")
    lifted_year: int | None = Field(title="脱贫年度")
    policy_entitled: bool | None = Field(title="享受帮扶政策")
    members: list[MemberOut] = Field(title="家庭成员")


class UnmatchedQuery(BaseModel):
    """未归户人员的筛选"""

    model_config = ConfigDict(extra="forbid")

    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位，或前 6 位；按部门数据自己写明的区划",
        pattern=r"^([0-9]{6}|[0-9]{12})$",
        examples=["150621000000"],
    )
    after: str | None = Field(
        None, title="续页位置", description="上一页的 `next`；不填从头开始。", min_length=1, max_length=512
    )
    limit: int = Field(100, title="每页条数", ge=1, le=500)


class UnmatchedOut(BaseModel):
    """一名未归户人员"""

    model_config = ConfigDict(from_attributes=True)

    person_key: str = Field(title="人员标识")
    division_code: str | None = Field(title="旗区代码", description="部门数据写明的旗区；都没有写的为 null")
    feeds: list[str] = Field(title="数据种类", description="有此人数据的各类，部门/种类")
    records: int = Field(title="数据条数")
    first_known_at: datetime = Field(title="最早收到时间")
    newest_known_at: datetime = Field(title="最近收到时间")


class UnmatchedCountOut(BaseModel):
    """一个旗区的未归户人数"""

    model_config = ConfigDict(from_attributes=True)

    division_code: str | None = Field(title="旗区代码", description="部门数据没有写明区划的为 null")
    name: str = Field(title="名称")
    persons: int = Field(title="人数")


class UnmatchedPageOut(BaseModel):
    """未归户人员"""

    items: list[UnmatchedOut] = Field(title="内容")
    next: str | None = Field(title="下一页位置", description="作为 `after` 传入；null 表示已到末尾")
    totals: list[UnmatchedCountOut] = Field(title="合计", description="同一筛选条件下各旗区的人数")
