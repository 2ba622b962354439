"""Shapes of the room's answers (contracts.md: Warning, Why)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["urgent", "high", "normal", "info"]
State = Literal["open", "verifying", "confirmed", "not_confirmed", "superseded"]
Value = bool | int | str | None


class DivisionQuery(BaseModel):
    """看哪里的"""

    model_config = ConfigDict(extra="forbid")

    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位，或前 9 位、前 6 位；只看此区划之内的",
        pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$",
        examples=["150621000000"],
    )


class ScopeQuery(DivisionQuery):
    """What both the list and the change feed may be narrowed to."""

    rule: list[Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}[a-z]?$")]] | None = Field(
        None, title="规则代码", description="可重复", examples=[["M01"]], max_length=64
    )
    severity: list[Severity] | None = Field(None, title="等级", description="可重复", max_length=4)


class WarningQuery(ScopeQuery):
    """预警清单的筛选"""

    household_no: str | None = Field(None, title="户编号", min_length=1, max_length=32)
    state: list[State] | None = Field(
        None,
        title="状态",
        description=(
            "可重复。缺省为全部，数据更正后撤销的（superseded）也在内；只看待处理的，用 `state=open`。"
            "清单和两种合计都按同一筛选条件"
        ),
        examples=[["open"]],
        max_length=5,
    )
    after: UUID | None = Field(None, title="上一页的 next")
    limit: int = Field(50, title="条数", ge=1, le=500)


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WarningOut(_Out):
    """预警"""

    warning_id: UUID = Field(title="预警编号")
    household_no: str = Field(title="户编号")
    division_code: str = Field(title="行政区划代码", description="12 位")
    rule_code: str = Field(title="规则代码", examples=["M01"])
    rule_version: int = Field(title="规则版本")
    risk_type: str | None = Field(title="风险类型", examples=["因病"])
    severity: Severity = Field(title="等级", description="urgent 24 小时 · high 3 天 · normal 10 天 · info")
    state: State = Field(
        title="状态",
        description="open 待核实 · verifying 核实中 · confirmed 属实 · not_confirmed 不属实 · superseded 数据更正撤销",
    )
    eased: bool = Field(title="已缓解", description="此后的变化使条件不再满足；须经人核实，数据不会自行关闭预警")
    demo: bool = Field(title="使用演示参数", description="判定用到了演示参数，不是已采用的标准")
    snoozed_until: date | None = Field(title="暂缓至", description="到这一天恢复提醒；没有暂缓则为 null")
    raised_at: datetime = Field(title="发出时间", description="UTC")
    updated_at: datetime = Field(title="更新时间", description="UTC")
    as_of: date | None = Field(None, title="发出时的业务日期", description="早期版本的变更中没有")
    run_id: UUID | None = Field(
        None, title="筛查编号", description="由某次筛查发出的，是那次筛查；随数据到达发出的为 null"
    )


class RecordOut(_Out):
    """作为依据的一条部门数据，及其来处"""

    event_id: str = Field(title="事件编号", description="Kafka 消息的 ce_id")
    department: str = Field(title="部门")
    kind: str = Field(title="数据种类")
    source_id: str = Field(title="部门记录编号")
    version: int = Field(title="版本", description="部门最后更改时间，1970 年以来的微秒数（UTC）")
    topic: str = Field(title="主题")
    partition: int = Field(title="分区")
    offset: int = Field(title="偏移量")
    submission_id: str = Field(title="提交编号", description="凭此在接入服务查回执")


class WarningDetailOut(WarningOut):
    """预警，以及撤销它的那条数据"""

    as_of: date = Field(title="发出时的业务日期")
    superseded_by: RecordOut | None = Field(title="撤销依据", description="更正、撤回或迟到的那条数据")


class TotalsOut(_Out):
    """各等级的件数"""

    urgent: int = Field(title="紧急")
    high: int = Field(title="高")
    normal: int = Field(title="一般")
    info: int = Field(title="提示")


class StatesOut(_Out):
    """各状态的件数"""

    open: int = Field(title="待核实")
    verifying: int = Field(title="核实中")
    confirmed: int = Field(title="属实")
    not_confirmed: int = Field(title="不属实")
    superseded: int = Field(title="数据更正撤销")


class WarningPageOut(_Out):
    """一页预警，新的在前"""

    items: list[WarningOut] = Field(title="预警")
    next: UUID | None = Field(title="下一页", description="作为 after 参数取下一页；没有则为 null")
    totals: TotalsOut = Field(title="合计", description="同一筛选条件下全部预警按等级的件数")
    states: StatesOut = Field(title="状态合计", description="同一筛选条件下全部预警按状态的件数")


class MissingOut(_Out):
    """使判断未知的一项"""

    name: str = Field(title="指标或参数")
    reason: str = Field(title="原因", description="no_value · feed_silent · parameter_missing · not_computable")
    text: str = Field(title="说明")


class RuleOut(_Out):
    """判定所用的规则版本"""

    code: str = Field(title="规则代码")
    version: int = Field(title="规则版本")
    title: str = Field(title="规则名称")


class FactOut(_Out):
    """户情指标的取值"""

    name: str = Field(title="指标")
    title: str = Field(title="指标名称")
    value: Value = Field(title="取值", description="金额为以元计的十进制字符串；null 为未知")
    unit: str = Field(title="单位")
    complete: bool = Field(title="数据齐全", description="所依据的各部门数据均按期到达")


class LeafOut(_Out):
    """条件中的一个判断"""

    text: str = Field(title="判断")
    value: Value = Field(title="取值")
    truth: bool | None = Field(title="是否成立", description="null 为未知")


class ParameterOut(_Out):
    """判定所用的参数"""

    name: str = Field(title="参数")
    value: Value = Field(title="取值")
    unit: str = Field(title="单位")
    document: str = Field(title="依据文件")
    status: str = Field(title="性质", description="adopted 已采用 · demo 演示")
    division: str = Field(title="适用区划")
    valid_from: str = Field(title="生效日期")


class DataAgeOut(_Out):
    """一个部门数据的新旧"""

    department: str = Field(title="部门")
    kind: str = Field(title="数据种类")
    newest_known_at: str | None = Field(title="最近一次收到", description="null 为从未收到")
    age_days: int | None = Field(title="距今天数")
    overdue: bool = Field(title="已逾期")


class WhyOut(_Out):
    """为什么：判定所依据的一切，照发出时所存"""

    verdict: Literal["hit", "clear", "unknown"] = Field(title="判定")
    missing: list[MissingOut] = Field(title="缺什么")
    as_of: date = Field(title="业务日期")
    known_at: datetime = Field(title="截至何时所知")
    rule: RuleOut = Field(title="规则")
    facts: list[FactOut] = Field(title="户情指标")
    leaves: list[LeafOut] = Field(title="各个判断")
    parameters: list[ParameterOut] = Field(title="参数")
    records: list[RecordOut] = Field(title="依据的数据")
    data_age: list[DataAgeOut] = Field(title="数据新旧")
    text: str | None = Field(None, title="一句话说明", description="早期版本所存的依据没有这一句")


class WhyNotOut(WhyOut):
    """为什么有、为什么没有：对所问的一天和时刻现算的判定，及其所依据的一切"""

    text: str = Field(
        title="一句话说明", description="判定和原因；问现在的情况时，也说明预警处在什么状态、为什么没有发出"
    )
    warnings: list[WarningOut] = Field(
        title="预警", description="这一户这条规则现有和曾有的预警，新的在前；状态是现在的，不是所问时刻的"
    )
