"""因灾损失 (kind 15): what one household lost in one disaster, an event."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HeadRecord, PersonRetract
from shared.feeds.fields import Money, OneOf, PastDay, described
from shared.feeds.legal import legal_basis

LOSSES = ("livestock_loss", "crop_loss", "other_loss")


class DisasterLoss(HeadRecord):
    """一户在一次灾害中的损失。"""

    disaster_type: Annotated[str, OneOf("disaster_type")] = described("灾害种类", example="snow", required=True)
    occurred_on: PastDay = described(
        "受灾日期", "灾害发生的日期；持续多日的填第一天", example="2026-02-12", required=True
    )
    house_damage: Annotated[str, OneOf("house_damage")] = described("房屋损坏程度", example="minor", required=True)
    livestock_loss: Money | None = described("牲畜损失", "死亡牲畜折合的金额", example="12000.00")
    crop_loss: Money | None = described("农作物损失", "减产、绝收折合的金额", example="0.00")
    other_loss: Money | None = described("其他损失", "棚圈、农机、草料等折合的金额，不含房屋", example="1500.00")
    relief_given: Money | None = described("救助金额", "已发放的灾害救助款物折合金额", example="2000.00")
    insurance_payout: Money | None = described("保险赔付", "农业保险、房屋保险等已赔付的金额", example="6000.00")


def check(draft: Draft) -> None:
    """A loss without any loss is noted: a month without disasters is a zero report, not a record."""
    if draft.values["house_damage"] == "none" and not any(draft.fen.get(name) for name in LOSSES):
        draft.note("house_damage", "no_loss", "为无损坏，又没有填任何损失；没有受灾的户不用报送，当月无灾情请做零报告")


FEED = Feed(
    number=15,
    department="emergency",
    kind="disaster-loss",
    title="因灾损失",
    description="农牧户在自然灾害中的房屋、牲畜、农作物等损失和已得到的救助、赔付，以户主指明所属的户。",
    model=DisasterLoss,
    retract_model=PersonRetract,
    shape="event",
    subject="head",
    own_date=lambda values: values["occurred_on"],
    own_date_text="受灾日期",
    cadence="随灾情报送，每月零报告",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("emergency/disaster-loss"),
    examples=(
        {
            "source_id": "ZQ-2026-000123",
            "source_updated_at": "2026-02-20T16:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "disaster_type": "snow",
            "occurred_on": "2026-02-12",
            "house_damage": "minor",
            "livestock_loss": "12000.00",
            "other_loss": "1500.00",
            "relief_given": "2000.00",
            "insurance_payout": "6000.00",
        },
    ),
)
