"""低保边缘家庭 (kind 3): which households stand just above the allowance, a state."""

from __future__ import annotations

from shared.feeds.civil_affairs import benefits
from shared.feeds.domain import Feed
from shared.feeds.envelope import HeadRecord, PersonRetract
from shared.feeds.fields import IdNumbers, Month
from shared.feeds.legal import legal_basis


class LowIncomeMargin(HeadRecord):
    """一户低保边缘家庭的认定。"""

    covered_members: IdNumbers = benefits.covered_members("低保边缘")
    status: benefits.Status = benefits.status()
    start_month: Month = benefits.start_month("低保边缘家庭待遇")
    exit_month: Month | None = benefits.exit_month()


FEED = Feed(
    number=3,
    department="civil-affairs",
    kind="low-income-margin",
    title="低保边缘",
    description="经认定的低保边缘家庭及其人员；其中的重病、重残人员可以按单人户纳入低保。",
    model=LowIncomeMargin,
    retract_model=PersonRetract,
    shape="state",
    subject="head",
    own_date=benefits.first_day,
    own_date_text=benefits.OWN_DATE,
    cadence="每月",
    overdue_days=40,
    check=benefits.check_months,
    legal_basis=legal_basis("civil-affairs/low-income-margin"),
    examples=(
        {
            "source_id": "BY-2025-000077",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "covered_members": ["150625197001019948"],
            "status": "active",
            "start_month": "2025-01",
        },
    ),
)
