"""家庭收入 (kind 18): a household's income and cost over twelve months, an event."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from typing import Any

from shared.feeds.across import unit_suspect
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HouseholdRecord, HouseholdRetract
from shared.feeds.fields import Money, PastMonth, People, described
from shared.feeds.legal import legal_basis


class Income(HouseholdRecord):
    """一户十二个月的收入；纯收入 = 工资 + 经营收入 − 经营支出 + 财产 + 转移，可以为负。"""

    period_end_month: PastMonth = described(
        "截止月份", "统计截至这个月的十二个月，例如 2025-10 至 2026-09 填 2026-09", example="2026-03", required=True
    )
    wage: Money = described("工资性收入", "全家十二个月的合计，单位为元；没有填 0", example="18600.00", required=True)
    operating: Money = described("生产经营性收入", "未扣除支出的毛收入；没有填 0", example="52000.00", required=True)
    operating_cost: Money = described(
        "生产经营性支出", "为取得经营收入发生的费用，填正数；没有填 0", example="21500.00", required=True
    )
    property: Money = described("财产性收入", "流转租金、分红、利息等；没有填 0", example="2400.00", required=True)
    transfer: Money = described(
        "转移性收入", "养老金、低保金、各项补贴等，不含保险理赔；没有填 0", example="9300.00", required=True
    )
    insurance_payout: Money | None = described("理赔收入", "医疗、农业等保险的理赔", example="0.00")
    members_counted: People = described("计算人数", "计算人均收入时所用的家庭人数", example=3, required=True)


def check(draft: Draft) -> None:
    """A wage of a few yuan a year is noted; every other mix is possible, a negative net included."""
    unit_suspect(draft, "wage")


def own_date(values: Mapping[str, Any]) -> str:
    """The last day of the twelve months."""
    year, month = values["period_end_month"].split("-")
    return f"{year}-{month}-{monthrange(int(year), int(month))[1]}"


FEED = Feed(
    number=18,
    department="rural-revitalization",
    kind="income",
    title="家庭收入",
    description="一户十二个月的各项收入和经营支出，用于计算人均纯收入并与监测线比较。",
    model=Income,
    retract_model=HouseholdRetract,
    shape="event",
    subject="household",
    own_date=own_date,
    own_date_text="截止月份的最后一天",
    cadence="每季",
    overdue_days=100,
    check=check,
    legal_basis=legal_basis("rural-revitalization/income"),
    examples=(
        {
            "source_id": "SR-2026-000123",
            "source_updated_at": "2026-04-08T10:00:00+08:00",
            "household_no": "150625000001",
            "period_end_month": "2026-03",
            "wage": "18600.00",
            "operating": "52000.00",
            "operating_cost": "21500.00",
            "property": "2400.00",
            "transfer": "9300.00",
            "insurance_payout": "0.00",
            "members_counted": 3,
        },
    ),
)
