"""残疾人两项补贴 (kind 14): the living and the nursing allowance of disabled persons, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import in_order
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import Money, Month, OneOf, described
from shared.feeds.legal import legal_basis


class Benefit(PersonRecord):
    """一个人的一项残疾人补贴。"""

    benefit: Annotated[str, OneOf("disability_benefit")] = described("补贴种类", example="nursing", required=True)
    monthly_amount: Money = described("月补贴金额", example="120.00", required=True)
    start_month: Month = described("开始月份", "从哪个月开始发放", example="2024-01", required=True)
    end_month: Month | None = described("停发月份", "从哪个月起不再发放；仍在发放的不填")


def check(draft: Draft) -> None:
    """Nothing ends before it began."""
    in_order(draft, "start_month", "end_month")


FEED = Feed(
    number=14,
    department="disabled-federation",
    kind="benefit",
    title="残疾人两项补贴",
    description="困难残疾人生活补贴和重度残疾人护理补贴的发放；一个人同时享受两项的报两条。",
    model=Benefit,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=lambda values: f"{values['start_month']}-01",
    own_date_text="开始月份的第 1 天；金额调整时请填生效日期，否则视为对原记录的更正",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("disabled-federation/benefit"),
    examples=(
        {
            "source_id": "BT-2024-000310",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "benefit": "nursing",
            "monthly_amount": "120.00",
            "start_month": "2024-01",
        },
    ),
)
