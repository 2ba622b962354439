"""企业利益联结 (kind 21): how an enterprise is tied to a household's income, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import in_order
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HouseholdRecord, HouseholdRetract
from shared.feeds.fields import CreditCode, FarDay, Flag, OneOf, PastDay, described
from shared.feeds.legal import legal_basis


class InterestLinkage(HouseholdRecord):
    """一户与一家企业或合作社的一项利益联结。"""

    enterprise_code: CreditCode = described(
        "经营主体代码", "企业、合作社等的统一社会信用代码", example="91150625MA0N000027", required=True
    )
    form: Annotated[str, OneOf("linkage_form")] = described("联结方式", example="order", required=True)
    tight: Flag = described("是否紧密型", "有合同、股份等稳定约定并实际带来收入的填 true", example=True, required=True)
    since: PastDay = described("联结开始日期", "合同或约定生效的日期", example="2026-01-01", required=True)
    until: FarDay | None = described("联结结束日期", "合同到期或解除的日期；未定期限的不填", example="2028-12-31")


def check(draft: Draft) -> None:
    """A linkage does not end before it begins."""
    in_order(draft, "since", "until")


FEED = Feed(
    number=21,
    department="rural-revitalization",
    kind="interest-linkage",
    title="企业利益联结",
    description="龙头企业、合作社等以订单、流转、务工、入股等方式带动一户增收的约定及其期限。",
    model=InterestLinkage,
    retract_model=HouseholdRetract,
    shape="state",
    subject="household",
    own_date=lambda values: values["since"],
    own_date_text="联结开始日期",
    cadence="每年",
    overdue_days=400,
    check=check,
    legal_basis=legal_basis("rural-revitalization/interest-linkage"),
    examples=(
        {
            "source_id": "LJ-2026-000123",
            "source_updated_at": "2026-01-15T09:30:00+08:00",
            "household_no": "150625000001",
            "enterprise_code": "91150625MA0N000027",
            "form": "order",
            "tight": True,
            "since": "2026-01-01",
            "until": "2028-12-31",
        },
    ),
)
