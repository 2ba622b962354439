"""临时救助 (kind 4): one payment to a household in sudden need, an event."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HeadRecord, PersonRetract
from shared.feeds.fields import Money, OneOf, PastDay, described
from shared.feeds.legal import legal_basis


class TemporaryRelief(HeadRecord):
    """一次临时救助。"""

    relief_kind: Annotated[str, OneOf("relief_kind")] = described("救助类型", example="emergency", required=True)
    amount: Money = described("救助金额", "本次发放的金额，实物折价计入", example="3000.00", required=True)
    paid_on: PastDay = described("发放日期", example="2026-02-18", required=True)
    cause: Annotated[str, OneOf("relief_cause")] = described("救助事由", example="illness", required=True)


def check(draft: Draft) -> None:
    """A payment of nothing was none."""
    if draft.fen["amount"] == 0:
        draft.refuse("amount", "amount_zero", "为 0；没有发放的救助不用报送，发错的请撤回")


FEED = Feed(
    number=4,
    department="civil-affairs",
    kind="temporary-relief",
    title="临时救助",
    description="对遭遇突发性、紧迫性、临时性困难的户发放的一次救助，以户主指明所属的户。",
    model=TemporaryRelief,
    retract_model=PersonRetract,
    shape="event",
    subject="head",
    own_date=lambda values: values["paid_on"],
    own_date_text="发放日期",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("civil-affairs/temporary-relief"),
    examples=(
        {
            "source_id": "LS-2026-000012",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "relief_kind": "emergency",
            "amount": "3000.00",
            "paid_on": "2026-02-18",
            "cause": "illness",
        },
    ),
)
