"""The dated status of households (农户状态), on `screening.households.v1`, keyed by household number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import Event, Short


class HouseholdStatusChangedV1(Event):
    """What a household counts as, when that changed: of households that are or were lifted or monitored.

    It holds from `status_on` on and replaces what was said before of that day and all later ones: what a household
    counts as on a day is said by the greatest `status_seq` of those with `status_on` not after it, in whatever order
    they come. `status_seq` counts a household's messages without a gap; a record that comes late makes several, from
    the first day that it changes. No name and no person: `members` is a number.
    """

    TYPE: ClassVar[str] = "xianjie.household.changed.v1"
    TITLE: ClassVar[str] = "农户状态已变化"
    TOPIC: ClassVar[str] = "screening.households.v1"

    household_no: Short = Field(title="户编号")
    status_seq: Annotated[int, Field(ge=1)] = Field(title="本户变化序号")
    division_code: Short | None = Field(None, title="行政区划代码")
    status_on: date = Field(
        title="状态日期", description="the first day on which it is so, by what is known at `known_at`"
    )
    base_status: Literal["general", "lifted"] | None = Field(
        None, title="户类型", description="null: no household record says it of that day"
    )
    monitored: bool = Field(title="是否监测对象")
    monitored_kind: Literal["unstable", "marginal", "sudden"] | None = Field(None, title="监测对象类别")
    identified_on: date | None = Field(
        None,
        title="识别日期",
        description="first day of the month, by the record that counts; kept when the risk is removed",
    )
    removed_on: date | None = Field(None, title="风险消除日期", description="last day of the month")
    returned_on: date | None = Field(None, title="认定返贫日期", description="filled once cases exist")
    active_measures: list[Short] = Field(
        default_factory=list, title="在享帮扶措施", description="kinds of measure in force, each once, sorted"
    )
    members: Annotated[int, Field(ge=0)] = Field(title="家庭人口")
    known_at: datetime = Field(title="平台知悉时间")
