"""Shapes of the worklist's answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.screening.outcomes.schemas import EntryOut
from services.screening.warnings.schemas import DivisionQuery, Severity, TotalsOut, WarningOut, WhyOut
from shared.http.paging import DEFAULT_LIMIT, MAX_LIMIT


class ClueQuery(DivisionQuery):
    """线索清单的筛选"""

    severity: Severity | None = Field(None, title="等级", description="这一户最急的一件预警的等级")
    snoozed: bool = Field(False, title="看暂缓的", description="true 只列全部预警都已暂缓的户，缺省只列其余的")
    after: str | None = Field(None, title="续页位置", description="上一页的 `next`；不填从头开始", max_length=512)
    limit: int = Field(DEFAULT_LIMIT, title="每页条数", ge=1, le=MAX_LIMIT)


class CountQuery(DivisionQuery):
    """线索合计按哪一级分列"""

    level: Literal["banner", "township", "village"] | None = Field(
        None, title="分列到", description="旗区 banner、苏木乡镇 township 或嘎查村 village；缺省为所看区划的下一级"
    )


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ClueOut(_Out):
    """一户待核实的预警，一次入户一并核实"""

    household_no: str = Field(title="户编号", description="也是线索的编号")
    division_code: str = Field(title="行政区划代码", description="12 位")
    severity: Severity = Field(title="等级", description="其中最急的一件")
    state: Literal["open", "verifying"] = Field(title="状态", description="open 还有待核实的 · verifying 都在核实中")
    raised_at: datetime = Field(title="最早发出时间", description="UTC")
    due_at: datetime | None = Field(
        title="应核实时间",
        description="其中最早到期的一件：紧急 24 小时、高 3 日、一般 10 日内；提示没有时限，为 null",
    )
    overdue: bool = Field(title="已超时")
    eased: bool = Field(title="已缓解", description="全部预警的条件都已不再满足，仍须核实")
    snoozed_until: date | None = Field(title="暂缓至", description="全部预警都已暂缓时，最早恢复提醒的一天")
    rules: list[str] = Field(title="规则代码", description="急的在前")
    titles: list[str] = Field(title="规则名称", description="与规则代码一一对应")


class CluePageOut(_Out):
    """一页线索：等级高的在前，同级先到期的在前"""

    items: list[ClueOut] = Field(title="线索")
    next: str | None = Field(title="下一页位置", description="作为 `after` 传入；null 表示已到末尾")


class SeverityCountsOut(TotalsOut):
    """各等级的户数"""


class CountOut(_Out):
    """一个区划的线索合计；暂缓的户只计在暂缓户数里"""

    division_code: str = Field(title="行政区划代码")
    name: str = Field(title="区划名称")
    counts: SeverityCountsOut = Field(title="各等级户数", description="按每户最急的一件")
    clues: int = Field(title="户数")
    overdue: int = Field(title="超时户数")
    snoozed: int = Field(title="暂缓户数")
    warnings: int = Field(title="预警件数")


class CountsOut(_Out):
    """各区划的线索合计，没有线索的区划不列"""

    items: list[CountOut] = Field(title="各区划")
    clues: int = Field(title="总户数")
    overdue: int = Field(title="超时总户数")
    snoozed: int = Field(title="暂缓总户数")
    warnings: int = Field(title="预警总件数")


class ClueWarningOut(_Out):
    """一件预警和它的依据"""

    warning: WarningOut = Field(title="预警")
    why: WhyOut = Field(title="为什么", validation_alias=AliasChoices("why", "evidence"))


class ClueDetailOut(_Out):
    """一户的线索、全部有效预警及其依据、以往的登记"""

    clue: ClueOut = Field(title="线索")
    warnings: list[ClueWarningOut] = Field(title="有效预警", description="待核实的在前，已核实为属实的在后")
    acts: list[EntryOut] = Field(title="以往的登记", description="新的在前，最近 100 次")
