"""慢性病签约随访 (kind 6): whether a family doctor looks after a chronic patient, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import not_before_birth
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import Flag, OneOf, PastDay, described
from shared.feeds.legal import legal_basis


class ChronicCare(PersonRecord):
    """一个慢性病患者的签约和随访。"""

    disease: Annotated[str, OneOf("chronic_disease")] = described("慢性病病种", example="hypertension", required=True)
    contracted: Flag = described("是否签约家庭医生", example=True, required=True)
    last_follow_up_on: PastDay | None = described("最近随访日期", "还没有随访过的不填", example="2026-02-20")


def check(draft: Draft) -> None:
    """A follow-up of somebody without a family doctor is odd but happens; none lies before birth."""
    values = draft.values
    if values["last_follow_up_on"] is None:
        return
    if not values["contracted"]:
        draft.note("contracted", "follow_up_without_contract", "为“否”，但填了随访日期，请核对")
    not_before_birth(draft, "last_follow_up_on")


FEED = Feed(
    number=6,
    department="health",
    kind="chronic-care",
    title="慢病签约随访",
    description="四种重点慢性病患者的家庭医生签约和随访，用于核对应签尽签。",
    model=ChronicCare,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=lambda values: values["last_follow_up_on"],
    own_date_text="最近随访日期；没有随访过的为数据变更时间当天（北京时间）",
    cadence="每季",
    overdue_days=100,
    check=check,
    legal_basis=legal_basis("health/chronic-care"),
    examples=(
        {
            "source_id": "MB-2026-000210",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "disease": "hypertension",
            "contracted": True,
            "last_follow_up_on": "2026-02-20",
        },
    ),
)
