"""Changes of warnings (预警), keyed by household on `screening.warnings.v1`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import BigInt, Event, Part, Short


class WarningBody(Part):
    """A warning as `GET /v1/warnings` shows it (contracts.md)."""

    warning_id: Short = Field(title="预警编号")
    household_no: Short = Field(title="户编号")
    division_code: Short | None = Field(None, title="行政区划代码")
    rule_code: Short = Field(title="规则代码")
    rule_version: Annotated[int, Field(ge=1)] = Field(title="规则版本")
    risk_type: Short | None = Field(title="风险类型", description="工作核查类规则没有风险类型")
    severity: Short = Field(title="等级")
    state: Literal["open", "verifying", "confirmed", "not_confirmed", "superseded"] = Field(title="状态")
    eased: bool = Field(False, title="已缓解")
    demo: bool = Field(False, title="演示参数")
    snoozed_until: date | None = Field(None, title="暂缓至")
    raised_at: datetime = Field(title="发出时间")
    updated_at: datetime = Field(title="更新时间")
    as_of: date | None = Field(None, title="发出时的业务日期", description="补发过去某日的预警，是那一日")
    run_id: Short | None = Field(None, title="筛查编号", description="由某次筛查发出的，是那次筛查的编号")


class WarningChange(Event):
    """What the four have in common. `household_seq` counts a household's changes without a gap."""

    TOPIC: ClassVar[str] = "screening.warnings.v1"

    household_seq: BigInt = Field(title="户内序号")
    reason: str | None = Field(None, title="原因")
    occurred_at: datetime = Field(title="发生时间")
    warning: WarningBody = Field(title="预警")


class WarningRaisedV1(WarningChange):
    """A rule was newly hit by a household."""

    TYPE: ClassVar[str] = "xianjie.warning.raised.v1"
    TITLE: ClassVar[str] = "预警已发出"


class WarningUpdatedV1(WarningChange):
    """An open warning changed: other evidence, eased, verifying, snoozed (`reason` says which)."""

    TYPE: ClassVar[str] = "xianjie.warning.updated.v1"
    TITLE: ClassVar[str] = "预警已更新"


class WarningClosedV1(WarningChange):
    """A person closed the warning: confirmed or not confirmed."""

    TYPE: ClassVar[str] = "xianjie.warning.closed.v1"
    TITLE: ClassVar[str] = "预警已核实"


class WarningSupersededV1(WarningChange):
    """The warning would not have been raised: a record was corrected, retracted or came late."""

    TYPE: ClassVar[str] = "xianjie.warning.superseded.v1"
    TITLE: ClassVar[str] = "预警已撤销"
