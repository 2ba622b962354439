"""大病专项救治 (kind 5): who has which disease of the dated list, and how far the treatment has come, a state."""

from __future__ import annotations

from typing import Annotated

from shared.codes import lists
from shared.feeds.across import not_before_birth
from shared.feeds.checks import read_day
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import OneOf, PastDay, Spelled, described
from shared.feeds.legal import legal_basis

_DISEASES = lists.get("major_disease")


class MajorDisease(PersonRecord):
    """一个人的一种大病及其救治。"""

    disease_code: Annotated[str, Spelled("major_disease")] = described(
        "专项救治病种", "填两位代码；填病名时按代码表换成代码并在回执中提示", example="23", required=True
    )
    diagnosed_on: PastDay = described("确诊日期", example="2026-01-16", required=True)
    treatment_status: Annotated[str, OneOf("treatment_status")] = described(
        "救治状态", example="in_treatment", required=True
    )


def check(draft: Draft) -> None:
    """The disease was on the list at some time since the diagnosis; nobody is diagnosed before birth."""
    code, day = draft.values["disease_code"], read_day(draft.values["diagnosed_on"])
    if day is not None and not _DISEASES.in_force(code, day, draft.today):
        first, last = _DISEASES.terms[code]
        until = f"至 {last}" if last else ""
        draft.refuse("disease_code", "code_not_in_force", f"（{_DISEASES.titles[code]}）只在 {first} 起{until}列入病种")
    not_before_birth(draft, "diagnosed_on")


FEED = Feed(
    number=5,
    department="health",
    kind="major-disease",
    title="大病专项救治",
    description="农牧民所患专项救治病种的确诊和救治进展，用于及时发现因病返贫致贫风险。",
    model=MajorDisease,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=lambda values: values["diagnosed_on"],
    own_date_text="确诊日期；救治状态变化时请填生效日期，否则视为对原记录的更正",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("health/major-disease"),
    examples=(
        {
            "source_id": "DJB-2026-000031",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "disease_code": "23",
            "diagnosed_on": "2026-01-16",
            "treatment_status": "in_treatment",
        },
    ),
)
