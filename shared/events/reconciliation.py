"""Manifests (数据清单) and freshness (时效) of feeds on `ingest.reconciliation.v1`, keyed by department.

**Freshness must not overtake data**: these events travel beside the records, not behind them. Each carries
cumulative published totals; a consumer believes it once it has itself applied as many versions of that
department, kind and division. A record's division is `meta.division_code` cut to its banner; one without a
division, or placed in the city only, is counted as `unplaced`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, ClassVar, Literal

import orjson
from pydantic import Field

from shared.events.base import BigInt, Event, Part, Short

FreshnessState = Literal["never", "fresh", "overdue"]


class ClosedDelivery(Part):
    """What the department said when it closed the period for one division."""

    division_code: Short = Field(title="行政区划代码", description="a banner, or the city for all banners")
    records_sent: BigInt = Field(title="申报条数")
    revision: Annotated[int, Field(ge=1)] = Field(title="第几次申报")
    closed_at: datetime = Field(title="关闭时间")


class OutcomeCounts(Part):
    """Records by what became of them; their sum is what was received."""

    accepted: BigInt = Field(title="已接收")
    corrected: BigInt = Field(title="已更正")
    retracted: BigInt = Field(title="已撤回")
    stale: BigInt = Field(title="过时")
    duplicate: BigInt = Field(title="重复")
    rejected: BigInt = Field(title="未接收")


class Equation(Part):
    """One equation of a manifest. `holds` is null while it may still come right by itself."""

    equation: Short = Field(title="等式", description="sent, receipts, stored, published, counted or totals")
    expected: int = Field(title="应为")
    found: int = Field(title="实为")
    holds: bool | None = Field(title="是否成立")


class DivisionTotal(Part):
    """How many versions were ever published for a banner, and whether the feed is fresh there."""

    division_code: Short = Field(title="旗区代码")
    published: BigInt = Field(title="累计已发布")
    state: FreshnessState | Short = Field(title="时效状态")
    last_at: datetime | None = Field(None, title="最近到数时间")
    since: datetime | None = Field(None, title="状态起始时间")


class FeedReconciledV1(Event):
    """A feed was reconciled for a business day or for a period that the department closed.

    `sha256` is over the canonical JSON of all other members (sorted keys, no spaces, UTF-8); `previous_sha256`
    is that of the feed's manifest `number - 1`, so that a missing or altered one is seen.
    """

    TYPE: ClassVar[str] = "xianjie.feed.reconciled.v1"
    TITLE: ClassVar[str] = "数据清单已生成"
    TOPIC: ClassVar[str] = "ingest.reconciliation.v1"

    manifest_id: Short = Field(title="清单编号")
    department: Short = Field(title="部门")
    kind: Short = Field(title="数据种类")
    number: Annotated[int, Field(ge=1)] = Field(title="本类清单序号")
    scope: Literal["day", "period"] | Short = Field(title="范围", description="a Shanghai day, or a delivery's period")
    name: Short = Field(title="日期或报送期", description="2026-03-05, 2026-03, 2026-Q1 …")
    revision: Annotated[int, Field(ge=1)] = Field(title="本范围第几版")
    made_at: datetime = Field(title="生成时间")
    deliveries: list[ClosedDelivery] = Field(default_factory=list, title="各区划的关闭申报")
    complete: bool = Field(title="全部旗区已关闭")
    attribution: Literal["received_on", "named", "since_last_closing"] | Short = Field(
        title="归集方式", description="which submissions are counted: of the day, naming the period, or unnamed ones"
    )
    submissions: BigInt = Field(title="报送次数")
    sent: BigInt | None = Field(None, title="申报条数合计", description="null for a day")
    received: BigInt = Field(title="收到条数")
    counts: OutcomeCounts = Field(title="各处理结果条数")
    stored: BigInt = Field(title="已存版本数")
    published: BigInt = Field(title="已发布版本数")
    kept: BigInt = Field(title="只存不发的版本数", description="late history between two equal exports")
    waiting: BigInt = Field(title="待发布版本数")
    equations: list[Equation] = Field(title="等式")
    balanced: bool = Field(title="是否平衡", description="no equation fails")
    published_total: BigInt = Field(title="累计已发布", description="versions of the feed, in all divisions")
    unplaced_total: BigInt = Field(title="累计已发布（未注明旗区）")
    divisions: list[DivisionTotal] = Field(title="各旗区")
    previous_sha256: Short | None = Field(None, title="上一份清单的摘要")
    sha256: Short = Field(title="摘要")

    def canonical(self) -> bytes:
        """The bytes that `sha256` is over, which are also the file that can be downloaded."""
        return orjson.dumps(self.model_dump(mode="json", exclude={"sha256"}), option=orjson.OPT_SORT_KEYS)

    def sealed(self) -> FeedReconciledV1:
        """The same with its `sha256`."""
        return self.model_copy(update={"sha256": hashlib.sha256(self.canonical()).hexdigest()})


class FreshnessChangedV1(Event):
    """A feed became fresh or overdue for a division. Before its first event a feed was never delivered there.

    Believe `fresh` once as many versions have been applied as `published` (of this division; for the city: of all)
    and `unplaced` say.
    """

    TYPE: ClassVar[str] = "xianjie.freshness.changed.v1"
    TITLE: ClassVar[str] = "数据时效已变化"
    TOPIC: ClassVar[str] = "ingest.reconciliation.v1"

    department: Short = Field(title="部门")
    kind: Short = Field(title="数据种类")
    division_code: Short = Field(title="区划代码", description="a banner, or the city as a whole")
    state: Literal["fresh", "overdue"] | Short = Field(title="时效状态")
    was: FreshnessState | Short = Field(title="原状态")
    since: datetime = Field(title="起始时间")
    last_at: datetime = Field(title="最近到数时间")
    last_by: Literal["record", "delivery"] | Short = Field(
        title="最近到数方式", description="a record, or a closed period"
    )
    overdue_after_days: Annotated[int, Field(ge=1)] = Field(title="逾期天数")
    published: BigInt = Field(title="累计已发布")
    unplaced: BigInt = Field(title="累计已发布（未注明旗区）")
    known_at: datetime = Field(title="平台知悉时间")
