"""Project assets (扶贫项目资产) that stopped yielding, on `assets.ledger.v1` beside the projects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.base import Event, Short

MOST_HOUSEHOLDS = 10_000
"""More households than this no plan has paid: the plan's whole city counts 7,176 lifted ones."""


class IncomeStoppedV1(Event):
    """Income of an operating asset was due and did not come. `households` are those of the last paid
    distribution plan, who lose what it gave them; none when no plan was ever paid."""

    TYPE: ClassVar[str] = "xianjie.income.stopped.v1"
    TITLE: ClassVar[str] = "资产收益已中断"
    TOPIC: ClassVar[str] = "assets.ledger.v1"

    asset_id: Short = Field(title="资产编号")
    project_id: Short | None = Field(None, title="项目编号")
    division_code: Short | None = Field(None, title="行政区划代码", description="where the asset is")
    stopped_on: date = Field(
        title="中断日期", description="the day after the last day on which it could be paid in time"
    )
    reason: Short = Field(title="中断原因", description="overdue, lost, disposed or ended")
    plan_id: Short | None = Field(None, title="最近一次已支付的分配方案")
    households: Annotated[list[Short], Field(max_length=MOST_HOUSEHOLDS)] = Field(
        title="受影响农牧户", description="household numbers, each once, sorted"
    )
    known_at: datetime = Field(title="平台知悉时间")
