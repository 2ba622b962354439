"""危房改造 (kind 10): how far the repair of a household's house has come, a state."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.checks import read_day
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HeadRecord, PersonRetract
from shared.feeds.fields import Flag, Money, OneOf, PastDay, Year, described
from shared.feeds.legal import legal_basis

_FIRST_YEAR = 2008
"""The national pilot of rural dwelling renovation began."""
_YEARS_AHEAD = 2


class DwellingRenovation(HeadRecord):
    """一户危房改造的进度。"""

    plan_year: Year = described("计划年度", "列入哪一年的改造计划", example=2026, required=True)
    progress: Annotated[str, OneOf("renovation_progress")] = described("改造进度", example="started", required=True)
    accepted_on: PastDay | None = described("竣工验收日期", "进度为竣工验收合格时必填，其他进度不填", example=None)
    subsidy: Money | None = described("补助金额", example="35000.00")
    subsidy_paid: Flag | None = described("补助是否已发放", example=False)
    solution: Annotated[str, OneOf("renovation_solution")] = described("解决方式", example="rebuild", required=True)


def check(draft: Draft) -> None:
    """Accepted and its date go together; an acceptance does not precede its plan."""
    values = draft.values
    year, latest = values["plan_year"], draft.today.year + _YEARS_AHEAD
    if not _FIRST_YEAR <= year <= latest:
        draft.refuse("plan_year", "out_of_range", f"应在 {_FIRST_YEAR} 至 {latest} 之间")
    accepted, accepted_on = values["progress"] == "accepted", values["accepted_on"]
    if accepted and accepted_on is None:
        draft.refuse("accepted_on", "accepted_without_date", "在“改造进度”为竣工验收合格（accepted）时必填")
    elif accepted_on is not None and not accepted:
        draft.refuse("accepted_on", "date_without_accepted", "只在“改造进度”为竣工验收合格（accepted）时填写")
    elif accepted_on is not None and (day := read_day(accepted_on)) is not None and day.year < year:
        draft.refuse("accepted_on", "accepted_before_plan", f"早于“计划年度”（{year} 年），请核对")


FEED = Feed(
    number=10,
    department="housing",
    kind="dwelling-renovation",
    title="危房改造",
    description="农村牧区危房改造的计划、进度和验收，以户主指明所属的户。",
    model=DwellingRenovation,
    retract_model=PersonRetract,
    shape="state",
    subject="head",
    own_date=lambda values: values["accepted_on"],
    own_date_text="验收合格为竣工验收日期；其他进度为数据变更时间当天（北京时间）",
    cadence="每季",
    overdue_days=100,
    check=check,
    legal_basis=legal_basis("housing/dwelling-renovation"),
    examples=(
        {
            "source_id": "GZ-2026-000123",
            "source_updated_at": "2026-06-20T15:20:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "plan_year": 2026,
            "progress": "started",
            "subsidy": "35000.00",
            "subsidy_paid": False,
            "solution": "rebuild",
        },
    ),
)
