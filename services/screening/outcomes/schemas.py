"""Shapes of verdicts, snoozes, and what became of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.screening.outcomes.domain import NOTE_LENGTH, Act, Outcome, Reason, Snooze, Verdict
from services.screening.warnings.schemas import WarningOut
from shared import clock

MAX_LIST = 1_000
_EXAMPLE: dict[str, Any] = {"outcome": "not_confirmed", "reason": "already_helped", "note": "已享受大病救助"}
_ID = "01a210b5-dd5b-7ceb-86fc-2b9056a3e76b"


def _text(value: object) -> object:
    """A day is written; pydantic alone would take a number for seconds since 1970."""
    if isinstance(value, str) and len(value) == len("2026-12-01"):
        return value
    raise PydanticCustomError("bad_date", "应为真实的日期，例如 2026-12-01")


def _snooze_example() -> dict[str, Any]:
    until = clock.today() + timedelta(days=14)
    return {"until": until.isoformat(), "reason": "户主外出务工，约定回来时入户"}


class OutcomeBody(BaseModel):
    """核实结果"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    outcome: Outcome = Field(title="结果", description="verifying 核实中 · confirmed 属实 · not_confirmed 不属实")
    reason: Reason | None = Field(
        None,
        title="原因",
        description=(
            "不属实时必填，其他情况不填：already_helped 已经得到帮扶 · below_impact 影响不大，基本生活不受影响 ·"
            " data_error 部门数据有误 · family_support 家庭成员或亲属能够承担 ·"
            " duplicate 与已处理的情况重复 · other 其他"
        ),
    )
    note: str | None = Field(
        None, title="说明", description="原因为 other 时必填；不要写姓名和证件号码", max_length=NOTE_LENGTH
    )

    def verdict(self) -> Verdict:
        """As the service takes it."""
        return Verdict(self.outcome, self.reason, self.note)


class ListedOutcomeBody(OutcomeBody):
    """一件预警的核实结果"""

    warning_id: UUID = Field(title="预警编号")


class OutcomeListBody(BaseModel):
    """一批核实结果"""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"outcomes": [{"warning_id": _ID, **_EXAMPLE}]}]},
    )

    outcomes: list[ListedOutcomeBody] = Field(title="核实结果", min_length=1, max_length=MAX_LIST)


class SnoozeBody(BaseModel):
    """暂缓"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_snooze_example()]})

    until: Annotated[date, BeforeValidator(_text)] = Field(
        title="暂缓至",
        description="到这一天恢复提醒；须晚于今天，最晚为今天起第 180 天",
    )
    reason: str = Field(title="原因", max_length=NOTE_LENGTH)

    def snooze(self) -> Snooze:
        """As the service takes it."""
        return Snooze(self.until, self.reason)


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FateOut(_Out):
    """一件预警登记得怎样"""

    warning_id: UUID = Field(title="预警编号")
    result: Literal["done", "conflict", "not_found"] = Field(
        title="结果", description="done 已登记 · conflict 所处的状态不允许，没有登记 · not_found 没有，或不在管辖范围内"
    )
    warning: WarningOut | None = Field(title="预警", description="现在的样子；not_found 时为 null")
    text: str = Field(title="说明")


class FatesOut(_Out):
    """逐件的登记结果，次序与请求相同"""

    items: list[FateOut] = Field(title="逐件结果")
    done: int = Field(title="已登记件数")
    conflict: int = Field(title="状态不允许的件数")
    not_found: int = Field(title="没有找到的件数")


class EntryOut(_Out):
    """人对预警所作的一次登记"""

    outcome_id: UUID = Field(title="登记编号")
    warning_id: UUID = Field(title="预警编号")
    rule_code: str = Field(title="规则代码")
    act: Act = Field(
        title="登记",
        description=(
            "verifying 核实中 · confirmed 属实 · not_confirmed 不属实 · snoozed 暂缓 · snooze_lifted 取消暂缓"
        ),
    )
    reason: str | None = Field(title="原因", description="不属实的原因代码；暂缓时为所写的原因")
    note: str | None = Field(title="说明")
    until: date | None = Field(title="暂缓至")
    decided_by: str = Field(title="登记人")
    decided_at: datetime = Field(title="登记时间", description="UTC")


class EntriesOut(_Out):
    """一件预警的全部登记，新的在前"""

    items: list[EntryOut] = Field(title="登记")
