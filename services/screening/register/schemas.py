"""Shapes of the register's answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


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
