"""饮水安全 (kind 20): one check of a household's drinking water by the four standards, an event."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HouseholdRecord, HouseholdRetract
from shared.feeds.fields import Flag, OneOf, PastDay, described
from shared.feeds.legal import legal_basis


class DrinkingWater(HouseholdRecord):
    """一户饮水安全的一次核查；四项都达标才算饮水安全。"""

    quantity_ok: Flag = described("水量达标", "供水量满足正常生活需要", example=True, required=True)
    quality_ok: Flag = described("水质达标", "水质符合规定，长期饮用无不良反应", example=True, required=True)
    convenience_ok: Flag = described(
        "取水方便程度达标", "供水入户，或取水距离、时间在标准内", example=True, required=True
    )
    reliability_ok: Flag = described("供水保证率达标", "干旱季节和冬季也能保证供水", example=False, required=True)
    checked_on: PastDay = described("核查日期", "入户核查或水质检测的日期", example="2026-04-18", required=True)
    supply: Annotated[str, OneOf("water_supply")] | None = described("供水方式", example="well")


def check(_: Draft) -> None:
    """Nothing beyond the fields themselves: each standard is judged on the spot."""


FEED = Feed(
    number=20,
    department="rural-revitalization",
    kind="drinking-water",
    title="饮水安全",
    description="按水量、水质、取水方便程度、供水保证率四项核查一户的饮水安全；任何一项不达标都要解决。",
    model=DrinkingWater,
    retract_model=HouseholdRetract,
    shape="event",
    subject="household",
    own_date=lambda values: values["checked_on"],
    own_date_text="核查日期",
    cadence="每季",
    overdue_days=100,
    check=check,
    legal_basis=legal_basis("rural-revitalization/drinking-water"),
    examples=(
        {
            "source_id": "YS-2026-000123",
            "source_updated_at": "2026-04-20T09:10:00+08:00",
            "household_no": "150625000001",
            "quantity_ok": True,
            "quality_ok": True,
            "convenience_ok": True,
            "reliability_ok": False,
            "checked_on": "2026-04-18",
            "supply": "well",
        },
    ),
    feedback_owner="水利",
)
