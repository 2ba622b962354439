"""特困人员救助供养 (kind 2): who is supported, where, and how much care is needed, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.civil_affairs import benefits
from shared.feeds.domain import Feed
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import Money, Month, OneOf, described
from shared.feeds.legal import legal_basis


class ExtremeHardshipSupport(PersonRecord):
    """一个人的特困供养。"""

    mode: Annotated[str, OneOf("hardship_mode")] = described("供养方式", example="dispersed", required=True)
    self_care: Annotated[str, OneOf("self_care")] = described("生活自理能力", example="partial", required=True)
    monthly_amount: Money = described("月供养金额", "每月基本生活费与照料护理费合计", example="1420.00", required=True)
    status: benefits.Status = benefits.status()
    start_month: Month = benefits.start_month("特困供养")
    exit_month: Month | None = benefits.exit_month()


FEED = Feed(
    number=2,
    department="civil-affairs",
    kind="extreme-hardship-support",
    title="特困供养",
    description="特困人员救助供养对象及其供养方式和自理能力；特困人员不再重复享受低保和护理补贴。",
    model=ExtremeHardshipSupport,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=benefits.first_day,
    own_date_text=benefits.OWN_DATE,
    cadence="每月",
    overdue_days=40,
    check=benefits.check_months,
    legal_basis=legal_basis("civil-affairs/extreme-hardship-support"),
    examples=(
        {
            "source_id": "TK-2023-000045",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "mode": "dispersed",
            "self_care": "partial",
            "monthly_amount": "1420.00",
            "status": "active",
            "start_month": "2023-09",
        },
    ),
)
