"""帮扶措施 (kind 19): one measure for one household from when to when, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import in_order
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HouseholdRecord, HouseholdRetract
from shared.feeds.fields import FarDay, Money, OneOf, PastDay, Text, described
from shared.feeds.legal import legal_basis


class Assistance(HouseholdRecord):
    """一户的一项帮扶措施。"""

    measure: Annotated[str, OneOf("assistance_measure")] = described("帮扶措施", example="industry", required=True)
    started_on: PastDay = described("开始日期", "措施落实的日期；尚未落实的不报送", example="2026-03-20", required=True)
    ended_on: FarDay | None = described("结束日期", "措施结束或到期的日期；仍在进行且未定期限的不填", example=None)
    provider: Text = described("帮扶单位", "落实措施的单位名称；不要写个人姓名", example="杭锦旗农牧局", required=True)
    amount: Money | None = described("帮扶金额", "折合金额；不涉及资金的不填", example="3000.00")


def check(draft: Draft) -> None:
    """A measure does not end before it starts."""
    in_order(draft, "started_on", "ended_on")


FEED = Feed(
    number=19,
    department="rural-revitalization",
    kind="assistance",
    title="帮扶措施",
    description="对一户落实的每一项帮扶措施及其起止日期；同一户的多项措施分别报送。",
    model=Assistance,
    retract_model=HouseholdRetract,
    shape="state",
    subject="household",
    own_date=lambda values: values["started_on"],
    own_date_text="开始日期",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("rural-revitalization/assistance"),
    examples=(
        {
            "source_id": "BF-2026-000123",
            "source_updated_at": "2026-03-22T08:50:00+08:00",
            "household_no": "150625000001",
            "measure": "industry",
            "started_on": "2026-03-20",
            "provider": "杭锦旗农牧局",
            "amount": "3000.00",
        },
    ),
)
