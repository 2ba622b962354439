"""Assessments on the wire. Numbers are texts, so that 71.4 stays 71.4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.indicators.assessments.domain import KINDS, Assessment, Head, Kind, Row, Tally, Wish, tallies
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Attribute, Comparison, Family, Method, Path
from services.indicators.observations.schemas import ONE_LINE
from services.indicators.restatements.domain import Restated
from services.indicators.values.domain import Status
from services.indicators.values.schemas import STATUS, DataAgeOut, ReadingOut
from shared.codes import divisions
from shared.numbers import Plain

_KIND = " · ".join(f"{code} {title}" for code, title in KINDS.items())


class AssessmentIn(BaseModel):
    """考核快照（生成）"""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"kind": "yearly", "year": 2025, "title": "2025年度督导考核"}]},
    )

    kind: Kind = Field(title="种类", description=_KIND)
    year: int = Field(
        title="年度",
        description=f"{definitions.catalogue().plan.first_year} 年（规划首年）至本年；"
        "中期评估在规划期之内，总结评估不早于规划末年",
    )
    title: str = Field(title="名称", min_length=2, max_length=100, pattern=ONE_LINE)

    def wish(self) -> Wish:
        """As the room works with it."""
        return Wish(self.kind, self.year, self.title)


class HeadOut(BaseModel):
    """考核快照的抬头"""

    assessment_id: UUID = Field(title="快照编号")
    kind: Kind = Field(title="种类", description=_KIND)
    kind_title: str = Field(title="种类名称")
    year: int = Field(title="年度")
    title: str = Field(title="名称")
    made_by: str = Field(title="生成人")
    made_at: datetime = Field(title="生成时间")
    rows: int = Field(title="行数", description="全部指标和区划的行数，不论本人能看到多少")
    sha256: str = Field(title="摘要（SHA-256）", description="对全部内容的规范化 JSON 计算，十六进制")

    @classmethod
    def of(cls, head: Head) -> HeadOut:
        """From the room's own."""
        copied = {name: getattr(head, name) for name in cls.model_fields if name != "kind_title"}
        return cls(kind_title=KINDS[head.kind], **copied)


class PublishedOut(BaseModel):
    """官方公布值：与计算值分列，不参与状态判定"""

    period: str = Field(title="期间")
    value: Plain = Field(title="公布值")
    unit: str = Field(title="单位")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    document: str = Field(title="依据文件")
    document_on: date | None = Field(title="文件日期")


class RowOut(BaseModel):
    """一项指标在一个区划的冻结内容"""

    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    family: Family = Field(title="类别", description="main 专栏1 · other 规划的其他目标")
    title: str = Field(title="指标")
    place: str = Field(title="规划出处")
    attribute: Attribute = Field(title="属性代码")
    department: str = Field(title="责任部门")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    unit: str = Field(title="单位")
    value: Plain | None = Field(title="数值")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    baseline: Plain | None = Field(title="基期值")
    comparison: Comparison = Field(title="与目标比较")
    target: Plain | None = Field(title="本年度目标值")
    status: Status = Field(title="状态", description=STATUS)
    reason: str | None = Field(title="不可计算的原因")
    basis: str | None = Field(title="口径说明")
    as_of: date | None = Field(title="截至日期", description="空表示没有数值")
    known_at: datetime | None = Field(title="知悉时间")
    formula_version: int = Field(title="公式版本")
    data_age: list[DataAgeOut] = Field(title="数据时效", description="生成时的数据时效")
    beside: dict[str, Plain] = Field(title="旁列", description="无记录人数、户数、已保障户数等")
    readings: list[ReadingOut] = Field(title="其他读法", description="规划前后不一致时，另一种读法的目标和状态")
    official: PublishedOut | None = Field(title="官方公布值", description="本年度的公布值；空表示没有")
    value_id: UUID | None = Field(
        title="数值编号", description="供查问“为什么是这个数”；是系统的编号，不在摘要计算之内；空表示没有数值"
    )


class MethodOut(BaseModel):
    """生成时采用的公式"""

    code: str = Field(title="指标代码")
    version: int = Field(title="公式版本")
    method: Method = Field(title="公式来源")
    text: str = Field(title="公式")
    numerator: str = Field(title="分子")
    denominator: str = Field(title="分母")
    precision: int = Field(title="小数位数")
    path: Path = Field(title="路径")


class TallyOut(BaseModel):
    """一个区划或部门的状态合计"""

    key: str = Field(title="区划代码或部门名称")
    title: str = Field(title="名称")
    targets: int = Field(title="指标数")
    statuses: dict[str, int] = Field(title="各状态的指标数", description=STATUS)

    @classmethod
    def of(cls, tally: Tally) -> TallyOut:
        """From the room's own."""
        division = divisions.get(tally.key)
        return cls(
            key=tally.key,
            title=division.name if division else tally.key,
            targets=tally.targets,
            statuses=dict(tally.statuses),
        )


class RestatedOut(BaseModel):
    """冻结之后的重述"""

    value_id: UUID = Field(title="重述后的数值编号")
    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    before: Plain | None = Field(title="重述前", description="这一次重述之前的数值")
    after: Plain | None = Field(title="重述后")
    delta: Plain | None = Field(title="差", description="两者之一没有数值的为空")
    reason: str = Field(title="原因")
    published_at: datetime = Field(title="重述时间")

    @classmethod
    def of(cls, item: Restated) -> RestatedOut:
        """From the restatement."""
        return cls(
            value_id=item.now.value_id,
            before=item.previous.value if item.previous else None,
            after=item.now.value,
            delta=item.since_previous.value,
            **{name: getattr(item, name) for name in ("number", "code", "division_code", "period", "reason")},
            published_at=item.published_at,
        )


_HEADER = ("document", "known_at", "period_closed_at", "waiting", "definitions", "method_version")


class AssessmentOut(HeadOut):
    """考核快照：冻结的指标、采用的方法，以及冻结之后的重述"""

    document: str = Field(title="规划")
    known_at: datetime = Field(title="知悉时间", description="冻结的是此刻已发布的数值")
    period_closed_at: datetime | None = Field(title="期间审定时间", description="空表示生成时该年度尚未审定")
    waiting: int = Field(title="尚待计算的变动", description="生成时已收到、尚未算入数值的变动，0 为没有")
    definitions: str = Field(title="定义版本", description="全部指标定义的摘要")
    method_version: int = Field(title="状态判定方法的版本", description="见 `/v1/methods`")
    verified: Literal[True] = Field(default=True, title="已核对摘要", description="读取时重新计算，不符的不予显示")
    divisions: list[TallyOut] = Field(title="按区划合计")
    departments: list[TallyOut] = Field(title="按责任部门合计")
    items: list[RowOut] = Field(title="冻结的指标", description="按序号、区划排列，只含本人权限范围和所选条件内的")
    methods: list[MethodOut] = Field(title="采用的方法")
    restated: list[RestatedOut] = Field(
        title="冻结之后的重述", description="读取时查得，不在摘要计算之内；冻结的内容不变"
    )
    next: str | None = Field(default=None, title="下一页位置", description="总为空：一页给全")

    @classmethod
    def shown(cls, found: Assessment, rows: Sequence[Row], restated: Iterable[Restated]) -> AssessmentOut:
        """What a caller sees of a snapshot: these `rows` of it, and what was restated of them since."""
        content = found.content
        return cls(
            **HeadOut.of(found.head).model_dump(),
            **{name: content[name] for name in _HEADER},
            divisions=[TallyOut.of(tally) for tally in tallies(rows, "division_code")],
            departments=[TallyOut.of(tally) for tally in tallies(rows, "department")],
            items=[
                RowOut.model_validate({**row, "value_id": found.values.get((row["number"], row["division_code"]))})
                for row in rows
            ],
            methods=content["methods"],
            restated=[RestatedOut.of(item) for item in restated],
        )
