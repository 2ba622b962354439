"""Shapes of the facts room's answers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FactOut(_Out):
    """一项户情指标"""

    name: str = Field(title="指标代码")
    title: str = Field(title="指标名称")
    value: bool | int | str | None = Field(title="值", description="金额为元（十进制字符串）；null 表示未知，不是零")
    label: str | None = Field(None, title="值的中文", description="有代码的指标才有，例如灾害种类、等级")
    unit: str = Field(title="单位")
    complete: bool = Field(title="数据齐全", description="所需各部门数据都未逾期，所用参数也已设定")
    lacking: list[str] = Field(title="缺少的参数", description="当地没有设定这些参数，指标因此未知")


class DataAgeOut(_Out):
    """一个部门的数据有多旧"""

    department: str = Field(title="部门")
    kind: str = Field(title="数据种类")
    newest_known_at: datetime | None = Field(title="最近收到", description="精确到小时；null 表示本旗区从未报送")
    age_days: int | None = Field(title="距今天数", description="天")
    overdue: bool = Field(title="逾期未报")


class HouseholdFactsOut(_Out):
    """一户的全部户情指标"""

    household_no: str = Field(title="户编号")
    division_code: str = Field(title="行政区划代码")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间")
    facts: list[FactOut] = Field(title="户情指标")
    data_age: list[DataAgeOut] = Field(title="各部门数据的新旧")


class FactDeclarationOut(_Out):
    """一项户情指标的定义"""

    name: str = Field(title="指标代码", description="规则中所用的名字")
    title: str = Field(title="指标名称")
    group: str = Field(title="分组", description="一起计算的一组指标")
    type: str = Field(
        title="类型", description="count 计数 · fen 金额 · boolean 是否 · grade 等级 · text 文字 · days 天数"
    )
    unit: str = Field(title="单位")
    labels: dict[str, str] = Field(title="值的中文", description="等级和文字的各个值是什么意思；其他类型为空")
    feeds: list[str] = Field(title="所需数据", description="部门/种类")
    silence: str = Field(
        title="数据逾期时",
        description="clear：已知达到的仍成立，未达到的变为未知 · latest：按最近一条成立的仍成立，不成立的变为未知 · "
        "both：一律未知 · none：不受影响",
    )
    parameters: list[str] = Field(title="所用参数", description="当地没有设定的，指标未知")
    definition: str = Field(title="定义", description="怎样算出来的")


class FactCatalogueOut(_Out):
    """户情指标目录"""

    items: list[FactDeclarationOut] = Field(title="指标")
    next: None = Field(None, title="下一页", description="总是 null，目录一次给全")
