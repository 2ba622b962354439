"""Shapes of the room's answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from services.screening.runs.domain import KINDS, Run
from services.screening.runs.report import report
from shared.codes import divisions

Kind = Literal["live-day", "quarterly", "year-end"]
State = Literal["running", "completed", "cancelled", "failed"]
_KIND = "live-day 按日筛查全部农牧户 · quarterly 季度排查重点人群和农村牧区户 · year-end 年底排查，另加系统录入户"

_EXAMPLE: JsonDict = {"kind": "quarterly", "as_of": "2026-09-30", "division": "150621000000"}


def _text(value: object) -> object:
    """A date is written as one: a number, or one in quotes, would be read as seconds since 1970."""
    if value is None or (isinstance(value, str) and len(value) == len("2026-09-30")):
        return value
    raise PydanticCustomError("bad_date", "应为真实的日期，例如 2026-09-30")


class RunBody(BaseModel):
    """要运行的批次"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    kind: Kind = Field("live-day", title="批次种类", description=_KIND)
    as_of: Annotated[date | None, BeforeValidator(_text)] = Field(
        None, title="截至日期", description="不填为今天；不能在将来", examples=["2026-09-30"]
    )
    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位，或前 9 位、前 6 位；不填为本人管辖的整个范围",
        pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$",
        examples=["150621000000"],
    )


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class BannerCountOut(_Out):
    """一个旗区的数"""

    division_code: str = Field(title="行政区划代码")
    name: str = Field(title="名称")
    count: int = Field(title="户数")


class RuleHitsOut(_Out):
    """一条规则命中的户数"""

    rule_code: str = Field(title="规则代码")
    title: str = Field(title="规则名称")
    households: int = Field(title="命中户数")
    banners: list[BannerCountOut] = Field(title="按旗区")


class SilentFeedOut(_Out):
    """因一个部门的数据逾期未报而无法判断的"""

    department: str = Field(title="部门")
    department_title: str = Field(title="部门名称")
    kind: str = Field(title="数据种类")
    kind_title: str = Field(title="数据名称")
    households: int = Field(title="户数", description="至少有一条规则因此无法判断")
    verdicts: int = Field(title="判断数", description="一户一条规则计一个")
    banners: list[BannerCountOut] = Field(title="按旗区")


class LackingOut(_Out):
    """数据都按期到达，仍缺一项而无法判断的"""

    name: str = Field(title="指标或参数")
    title: str = Field(title="名称")
    reason: str = Field(title="原因", description="no_value 没有可用的数据 · parameter_missing 参数没有有效的值")
    verdicts: int = Field(title="判断数", description="一户一条规则计一个")


class ChangesOut(_Out):
    """预警的变更"""

    raised: int = Field(title="发出")
    updated: int = Field(title="更新")
    eased: int = Field(title="缓解")
    superseded: int = Field(title="数据更正撤销")
    by_rule: dict[str, dict[str, int]] = Field(title="按规则", description="规则代码 → 变更 → 件数")


class GroupOut(_Out):
    """排查对象中的一类；一户可属多类"""

    title: str = Field(title="类别")
    households: int = Field(title="户数")


class ItemOut(_Out):
    """一项监测内容"""

    title: str = Field(title="监测内容")
    facts: list[str] = Field(title="户情指标")
    known: int = Field(title="情况齐全的户数")
    hit: int = Field(title="其中规则命中的户数", description="至少有一条用到这些指标的规则命中")


class ReportOut(_Out):
    """批次报告；运行中为截至目前"""

    candidates: int = Field(title="要看的户数", description="曾在此区划的全部农牧户")
    seen: int = Field(title="已看的户数")
    households: int = Field(title="判断的户数", description="截至日期在此区划，且属于排查对象")
    uncertain: int = Field(title="对象不明的户数", description="不能确定是否属于排查对象，已一并排查")
    seconds: float = Field(title="用时（秒）", description="不计中断期间")
    document: str | None = Field(title="排查依据")
    quote: str | None = Field(title="依据原文")
    population: list[GroupOut] = Field(title="排查对象")
    hits: list[RuleHitsOut] = Field(title="命中")
    silent: list[SilentFeedOut] = Field(title="因数据逾期无法判断")
    lacking: list[LackingOut] = Field(title="因缺数据或参数无法判断")
    changes: ChangesOut = Field(title="预警变更")
    items: list[ItemOut] = Field(title="监测内容")


class RunOut(_Out):
    """一个批次"""

    run_id: UUID = Field(title="批次编号", description="由批次发出的预警带此编号")
    kind: Kind = Field(title="批次种类", description=_KIND)
    kind_title: str = Field(title="种类名称")
    as_of: date = Field(title="截至日期")
    division_code: str = Field(title="行政区划代码")
    division_name: str = Field(title="行政区划")
    known_at: datetime = Field(title="知悉时间", description="此时已知的数据都计入；运行中收到的也可能计入")
    nightly: bool = Field(title="夜间自动批次")
    state: State = Field(title="状态", description="running 运行中 · completed 完成 · cancelled 取消 · failed 没能完成")
    started_by: str = Field(title="启动人")
    started_at: datetime = Field(title="启动时间")
    ended_by: str | None = Field(title="取消人")
    finished_at: datetime | None = Field(title="结束时间")


class RunDetailOut(RunOut):
    """一个批次和它的报告"""

    report: ReportOut = Field(title="报告")

    @classmethod
    def of(cls, run: Run) -> Self:
        """The run with its report."""
        return cls(**summary(run), report=ReportOut.model_validate(report(run)))


class RunSummaryOut(RunOut):
    """清单中的一个批次"""

    seen: int = Field(title="已看的户数")
    candidates: int = Field(title="要看的户数")
    raised: int = Field(title="发出的预警")

    @classmethod
    def of(cls, run: Run) -> Self:
        """The run with the most needed of its numbers."""
        found = report(run)
        return cls(**summary(run), seen=found.seen, candidates=found.candidates, raised=found.changes.raised)


def summary(run: Run) -> dict[str, object]:
    """What both show of a run."""
    return {
        "run_id": run.run_id,
        "kind": run.kind,
        "kind_title": KINDS[run.kind],
        "as_of": run.as_of,
        "division_code": run.division_code,
        "division_name": divisions.path(run.division_code) or run.division_code,
        "known_at": run.known_at,
        "nightly": run.nightly,
        "state": run.state,
        "started_by": run.started_by,
        "started_at": run.started_at,
        "ended_by": run.ended_by,
        "finished_at": run.finished_at,
    }
