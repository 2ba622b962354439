"""参保 (kind 7): whether a person is insured in a year, a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import Flag, OneOf, Year, described
from shared.feeds.legal import legal_basis

_FIRST_YEAR = 2003
"""新型农村合作医疗 began: no enrolment is older."""


class Enrolment(PersonRecord):
    """一个人一个年度的参保状态。"""

    insurance_year: Year = described("参保年度", "保障待遇所属的年度", example=2026, required=True)
    scheme: Annotated[str, OneOf("insurance_scheme")] = described("参保险种", example="resident", required=True)
    status: Annotated[str, OneOf("insurance_status")] = described("参保状态", example="enrolled", required=True)
    subsidised: Flag | None = described("是否享受参保资助", "个人缴费由财政全额或定额资助", example=True)


def check(draft: Draft) -> None:
    """The year lies between the scheme's beginning and next year: enrolment for next year opens in autumn."""
    year, latest = draft.values["insurance_year"], draft.today.year + 1
    if not _FIRST_YEAR <= year <= latest:
        draft.refuse("insurance_year", "out_of_range", f"应在 {_FIRST_YEAR} 至 {latest} 之间")


def own_date(values: Mapping[str, Any]) -> str | None:
    """An enrolment holds from the year's first day; when a person is suspended or terminated only the change tells."""
    return f"{values['insurance_year']}-01-01" if values["status"] == "enrolled" else None


FEED = Feed(
    number=7,
    department="medical-insurance",
    kind="enrolment",
    title="参保",
    description="每个人每个年度参加基本医疗保险的状态，用于发现应参未参的脱贫人口和监测对象。",
    model=Enrolment,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=own_date,
    own_date_text="参保为参保年度的 1 月 1 日；暂停或终止为数据变更时间当天（北京时间）",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("medical-insurance/enrolment"),
    examples=(
        {
            "source_id": "CB-2026-000123",
            "source_updated_at": "2026-01-08T16:00:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "insurance_year": 2026,
            "scheme": "resident",
            "status": "enrolled",
            "subsidised": True,
        },
    ),
)
