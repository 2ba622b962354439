"""Project assets (扶贫项目资产) and what became of them, on `assets.ledger.v1` beside the projects.

Every event here is keyed by the asset. A person who holds a share is a person key; a household is its number.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import Event, Part, Short

AssetClass = Literal["operating", "public", "household"]
Right = Literal["ownership", "use", "income", "distribution", "disposal"]
HolderKind = Literal["household", "person", "collective", "state", "enterprise"]
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


class AssetRegisteredV1(Event):
    """An asset was entered in the ledger under its project."""

    TYPE: ClassVar[str] = "xianjie.asset.registered.v1"
    TITLE: ClassVar[str] = "资产已登记"
    TOPIC: ClassVar[str] = "assets.ledger.v1"

    asset_id: Short = Field(title="资产编号")
    project_id: Short = Field(title="项目编号")
    code: Short = Field(title="资产编码")
    name: Short = Field(title="资产名称")
    asset_class: AssetClass = Field(title="资产类别")
    division_code: Short = Field(title="行政区划代码")
    original_value: Decimal = Field(title="原值", ge=0, description="yuan")
    acquired_on: date = Field(title="取得日期")
    known_at: datetime = Field(title="平台知悉时间")


class AssetChangedV1(Event):
    """Where an asset is and whether it stands, from a day on: it turned out to be elsewhere, or an entry that said
    so or that it was disposed of was taken back."""

    TYPE: ClassVar[str] = "xianjie.asset.changed.v1"
    TITLE: ClassVar[str] = "资产登记已变动"
    TOPIC: ClassVar[str] = "assets.ledger.v1"

    asset_id: Short = Field(title="资产编号")
    project_id: Short = Field(title="项目编号")
    code: Short = Field(title="资产编码")
    asset_class: AssetClass = Field(title="资产类别")
    division_code: Short = Field(title="行政区划代码")
    standing: bool = Field(title="是否在册", description="false: disposed of")
    holds_on: date = Field(title="生效日期")
    known_at: datetime = Field(title="平台知悉时间")


class RightShare(Part):
    """A share of a right, as an exact fraction such as "1/3"; the shares of a right sum to 1."""

    holder_kind: HolderKind = Field(title="权利人类别")
    holder_key: Short = Field(title="权利人", description="household number, person key or credit code")
    share: Annotated[str, Field(pattern=r"^[1-9][0-9]*(/[1-9][0-9]*)?$")] = Field(title="份额")


class RightConfirmedV1(Event):
    """Who holds a right of an asset from a day on: after a confirmation or a transfer, or after one was taken back. No
    shares: the right ended, or there was none."""

    TYPE: ClassVar[str] = "xianjie.right.confirmed.v1"
    TITLE: ClassVar[str] = "权利已确认"
    TOPIC: ClassVar[str] = "assets.ledger.v1"

    asset_id: Short = Field(title="资产编号")
    asset_class: AssetClass = Field(title="资产类别")
    division_code: Short = Field(title="行政区划代码")
    right: Right = Field(title="权利")
    holds_on: date = Field(title="生效日期")
    shares: list[RightShare] = Field(title="份额")
    known_at: datetime = Field(title="平台知悉时间")


class IncomeDistributedV1(Event):
    """A line of an approved distribution plan was paid to a household, or paid back (negative)."""

    TYPE: ClassVar[str] = "xianjie.income.distributed.v1"
    TITLE: ClassVar[str] = "资产收益已分配"
    TOPIC: ClassVar[str] = "assets.ledger.v1"

    asset_id: Short = Field(title="资产编号")
    plan_id: Short = Field(title="分配方案编号")
    line_id: Short = Field(title="方案行号")
    household_no: Short = Field(title="户编号")
    amount: Decimal = Field(title="金额", description="yuan; negative when it was reversed")
    paid_on: date = Field(title="支付日期")
    basis: Literal["post", "labour", "reward", "hardship", "share"] = Field(title="依据")
    in_kind: bool = Field(False, title="是否实物")
    division_code: Short | None = Field(None, title="行政区划代码", description="where the asset is")
    known_at: datetime = Field(title="平台知悉时间")


class AssetDisposedV1(Event):
    """An asset was disposed of, with approval."""

    TYPE: ClassVar[str] = "xianjie.asset.disposed.v1"
    TITLE: ClassVar[str] = "资产已处置"
    TOPIC: ClassVar[str] = "assets.ledger.v1"

    asset_id: Short = Field(title="资产编号")
    project_id: Short = Field(title="项目编号")
    asset_class: AssetClass = Field(title="资产类别")
    division_code: Short = Field(title="行政区划代码")
    disposed_on: date = Field(title="处置日期")
    reason: Literal["end_of_life", "disaster", "accident", "planning", "equity_exit"] = Field(title="处置原因")
    appraisal: Decimal | None = Field(None, title="评估价值", description="yuan")
    known_at: datetime = Field(title="平台知悉时间")
