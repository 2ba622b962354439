"""What became of a department's records (核实反馈), keyed by department on `screening.feedback.v1`.

A department learns of its own records only: neither household nor warning nor rule is named, because they
would tell what other departments know of whom.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.base import BigInt, Event, Part, Short


class FeedbackRecord(Part):
    """A record version as the department sent it."""

    kind: Short = Field(title="数据类别")
    source_id: Short = Field(title="来源编号")
    version: BigInt = Field(title="版本")
    event_id: Short = Field(title="记录的事件编号", description="ce_id of the record on feeds.<department>.v1")


class FeedbackGivenV1(Event):
    """A person verified a warning that stood on this record version. One event a warning and record version."""

    TYPE: ClassVar[str] = "xianjie.feedback.given.v1"
    TITLE: ClassVar[str] = "核实反馈"
    TOPIC: ClassVar[str] = "screening.feedback.v1"

    department: Short = Field(title="部门")
    feedback_owner: Short | None = Field(
        None, title="答复部门", description="who answers for this kind of fact where it is not the one that sends it"
    )
    record: FeedbackRecord = Field(title="数据")
    result: Literal["confirmed", "data_error", "already_helped", "not_confirmed", "monitored", "removed"] = Field(
        title="结果",
        description="confirmed: the risk is real; data_error: found on the spot to be otherwise than some record "
        "says, to be checked; already_helped; not_confirmed: for another reason; monitored, removed: of a case "
        "(not sent yet)",
    )
    text: Short = Field(title="结果说明")
    decided_at: datetime = Field(title="核实时间")
