"""Closings as they are asked for and answered."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.ingest.deliveries.domain import CITY, Attribution, Delivery, Wanted, declared, explanation
from services.ingest.deliveries.service import Period
from services.ingest.outcomes.domain import PERIOD
from services.ingest.receipts.schemas import Counts
from shared.codes import divisions
from shared.feeds.domain import Feed

MAX_SENT = 10**9
_PERIOD_TEXT = "年 `2026`、半年 `2026-H1`、季 `2026-Q1`、月 `2026-03`、旬 `2026-03-D1`（上旬）"


class DeliveryBody(BaseModel):
    """关闭一个报送期"""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"period": "2026-02", "division_code": "150625000000", "records_sent": 1204},
                {"period": "2026-02", "records_sent": 0},
            ]
        },
    )

    period: str = Field(title="报送期", description=_PERIOD_TEXT, pattern=PERIOD, max_length=12)
    division_code: str = Field(
        default=CITY,
        title="行政区划代码",
        description="全市（默认，覆盖全部旗区）或一个旗区的 12 位代码",
        pattern=r"^[0-9]{12}$",
    )
    records_sent: int = Field(
        title="申报条数",
        description="本期一共报送了多少条记录（含被拒的）；没有发生填 0，零报告也是报告。全市关闭时填全市合计",
        ge=0,
        le=MAX_SENT,
    )

    def wanted(self) -> Wanted:
        """In the domain's terms."""
        return Wanted(self.period, self.division_code, self.records_sent)


class DeliveryOut(BaseModel):
    """一个区划对本期的关闭申报"""

    division_code: str = Field(title="行政区划代码")
    division_name: str = Field(title="行政区划")
    records_sent: int = Field(title="申报条数")
    revision: int = Field(title="第几次申报", description="大于 1 表示更正过")
    first_closed_at: datetime = Field(title="首次关闭时间")
    closed_at: datetime = Field(title="本次申报时间")

    @classmethod
    def of(cls, one: Delivery) -> DeliveryOut:
        """`one` as it is answered."""
        place = divisions.get(one.division_code)
        return cls(
            division_code=one.division_code,
            division_name=place.name if place else one.division_code,
            records_sent=one.records_sent,
            revision=one.revision,
            first_closed_at=one.first_closed_at,
            closed_at=one.closed_at,
        )


class ClosedPeriod(BaseModel):
    """一个已关闭的报送期"""

    period: str = Field(title="报送期", examples=["2026-02"])
    deliveries: list[DeliveryOut] = Field(title="各区划的申报")
    sent: int = Field(title="申报条数合计", description="全市关闭的以全市申报为准，否则为各旗区之和")
    complete: bool = Field(title="全部旗区已关闭")
    period_url: str = Field(title="本期详情", description="与收到条数的对照")

    @classmethod
    def of(cls, feed: Feed, period: str, deliveries: list[Delivery]) -> ClosedPeriod:
        """A period in the list."""
        said = declared(deliveries)
        return cls(
            period=period,
            deliveries=[DeliveryOut.of(one) for one in deliveries],
            sent=said.sent,
            complete=said.complete,
            period_url=f"/v1/feeds/{feed.name}/deliveries/{period}",
        )


class PeriodOut(ClosedPeriod):
    """一个已关闭的报送期与收到的条数对照"""

    feed: str = Field(title="数据种类", examples=["medical-insurance/settlement"])
    title: str = Field(title="名称")
    attribution: Attribution = Field(
        title="归集方式",
        description="`named`：注明 `?delivery=本期` 的报送；`since_last_closing`：没有一次注明本期时，上一期关闭之后、"
        "本期关闭之前未注明报送期的报送",
    )
    submissions: int = Field(title="报送次数")
    received: int = Field(title="收到条数")
    difference: int = Field(title="差额", description="收到减申报；负数表示少收")
    counts: Counts = Field(title="各处理结果条数")
    explanation: str = Field(title="说明", examples=["申报 1,204 条，收到 1,204 条，一致。"])
    manifests_url: str = Field(title="数据清单", description="关闭后数秒内生成")

    @classmethod
    def seen(cls, found: Period) -> PeriodOut:
        """A period with what was received for it."""
        feed, received = found.feed, sum(found.counts.values())
        return cls(
            **dict(ClosedPeriod.of(feed, found.period, found.deliveries)),
            feed=feed.name,
            title=feed.title,
            attribution=found.selection.attribution,
            submissions=found.submissions,
            received=received,
            difference=received - found.declared.sent,
            counts=Counts(**found.counts),
            explanation=explanation(found.declared, received, found.period),
            manifests_url=f"/v1/manifests?department={feed.department}&kind={feed.kind}&period={found.period}",
        )
