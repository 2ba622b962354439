"""就业台账与需求 (kind 22): what a person works as, or that work is wanted, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import in_order, not_before_birth, unit_suspect
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import FarDay, Flag, Money, OneOf, PastDay, Text, described
from shared.feeds.legal import legal_basis


class Employment(PersonRecord):
    """一个人的一段就业，或就业需求。"""

    employment: Annotated[str, OneOf("employment_state")] = described(
        "就业情况", "没有工作而想就业的填 seeking（有就业需求）", example="away", required=True
    )
    started_on: PastDay = described("开始日期", "这段就业或就业需求从哪一天开始", example="2026-03-10", required=True)
    ended_on: FarDay | None = described("结束日期", "已结束或合同到期的日期；仍在就业且未定期限的不填", example=None)
    place: Text | None = described("就业地点", "市、旗县或单位名称；不要写个人姓名或电话", example="鄂尔多斯市东胜区")
    monthly_wage: Money | None = described("月工资", "税前月平均工资", example="4200.00")
    trained: Flag | None = described("是否参加过技能培训", "最近 12 个月", example=True)


def check(draft: Draft) -> None:
    """The end does not precede the start; a wage of a few yuan, or of somebody who seeks work, is noted."""
    in_order(draft, "started_on", "ended_on")
    not_before_birth(draft, "started_on")
    unit_suspect(draft, "monthly_wage")
    if draft.values["employment"] == "seeking" and draft.fen.get("monthly_wage"):
        draft.note("monthly_wage", "wage_while_seeking", "有金额，而“就业情况”为有就业需求（seeking），请核对")


FEED = Feed(
    number=22,
    department="rural-revitalization",
    kind="employment",
    title="就业台账与需求",
    description="脱贫人口和监测对象的就业去向、工资和就业需求，用于发现失业和工资骤降。",
    model=Employment,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=lambda values: values["started_on"],
    own_date_text="开始日期",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("rural-revitalization/employment"),
    examples=(
        {
            "source_id": "JY-2026-000123",
            "source_updated_at": "2026-03-15T10:40:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "employment": "away",
            "started_on": "2026-03-10",
            "place": "鄂尔多斯市东胜区",
            "monthly_wage": "4200.00",
            "trained": True,
        },
    ),
    feedback_owner="人社",
)
