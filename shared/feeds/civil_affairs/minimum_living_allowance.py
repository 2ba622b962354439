"""最低生活保障 (kind 1): which members of a household the allowance covers, and since when, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import in_order
from shared.feeds.civil_affairs import benefits
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HeadRecord, PersonRetract
from shared.feeds.fields import IdNumbers, Money, Month, OneOf, Spelled, Text, described
from shared.feeds.legal import legal_basis


class MinimumLivingAllowance(HeadRecord):
    """一户的最低生活保障。"""

    certificate_no: Text = described(
        "低保证号", "低保证上的编号，不是身份证号", example="NB150625000123", required=True
    )
    covered_members: IdNumbers = benefits.covered_members("低保")
    monthly_amount: Money = described("月保障金额", "全户每月发放的低保金", example="1860.00", required=True)
    category: Annotated[str, Spelled("allowance_category")] = described(
        "低保类别", "A 为重点保障", example="B", required=True
    )
    status: benefits.Status = benefits.status()
    start_month: Month = benefits.start_month("低保")
    exit_month: Month | None = benefits.exit_month()
    exit_reason: Annotated[str, OneOf("allowance_exit_reason")] | None = described("退出原因", "已退出时填写")
    tapering_until: Month | None = described("渐退期至", "收入超过标准后继续发放到哪个月（渐退期）；没有渐退期不填")


def check(draft: Draft) -> None:
    """Besides the months: a reason only of those who left, and the 渐退期 does not end before the exit."""
    benefits.check_months(draft)
    if draft.values["exit_reason"] is not None and draft.values["status"] != "exited":
        draft.refuse("exit_reason", "reason_without_exited", "只在“享受状态”为已退出（exited）时填写")
    in_order(draft, "start_month" if draft.values["exit_month"] is None else "exit_month", "tapering_until")


FEED = Feed(
    number=1,
    department="civil-affairs",
    kind="minimum-living-allowance",
    title="低保",
    description="农村牧区最低生活保障对象，以户主指明所属的户，列出享受低保的人员；用于核对应保尽保和退出后的渐退期。",
    model=MinimumLivingAllowance,
    retract_model=PersonRetract,
    shape="state",
    subject="head",
    own_date=benefits.first_day,
    own_date_text=benefits.OWN_DATE,
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("civil-affairs/minimum-living-allowance"),
    examples=(
        {
            "source_id": "DB-2024-000123",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "certificate_no": "NB150625000123",
            "covered_members": ["150625197001019948"],
            "monthly_amount": "1860.00",
            "category": "B",
            "status": "active",
            "start_month": "2024-05",
        },
    ),
)
