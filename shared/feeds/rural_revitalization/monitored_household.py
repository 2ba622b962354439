"""监测对象 (kind 23): that the national system holds a household as monitored, and how it stands, a state."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from shared.feeds.across import in_order
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HouseholdRecord, HouseholdRetract
from shared.feeds.fields import Flag, OneOf, PastMonth, described
from shared.feeds.legal import legal_basis

MAX_RISKS = 5
Risks = Annotated[list[Annotated[str, OneOf("risk_type")]], Field(min_length=1, max_length=MAX_RISKS)]


class MonitoredHousehold(HouseholdRecord):
    """一户在全国系统中的监测状态。"""

    monitored_kind: Annotated[str, OneOf("monitored_kind")] = described(
        "监测对象类别", example="unstable", required=True
    )
    identified_month: PastMonth = described(
        "识别月份", "在全国系统中识别为监测对象的月份", example="2026-02", required=True
    )
    risk_types: Risks = described("风险类型", "1 至 5 种，主要的在前", example=["illness"], required=True)
    disaster_item: Annotated[str, OneOf("disaster_item")] | None = described(
        "自然灾害子项", "风险类型含因自然灾害时填写，其他不填", example=None
    )
    state: Annotated[str, OneOf("monitoring_state")] = described("监测状态", example="monitored", required=True)
    removal_way: Annotated[str, OneOf("removal_way")] | None = described(
        "风险消除方式", "监测状态为风险消除时必填，其他状态不填", example=None
    )
    removed_month: PastMonth | None = described("风险消除月份", "监测状态为风险消除时必填，其他状态不填", example=None)
    whole_household_no_labour: Flag | None = described("是否整户无劳动能力", example=False)


def check(draft: Draft) -> None:
    """How and when the risk was removed are told of a removed household only, and then both; risks stand once."""
    values = draft.values
    risks: list[str] = values["risk_types"]
    if len(set(risks)) < len(risks):
        draft.refuse("risk_types", "risk_repeated", "有重复的选项")
    if values["disaster_item"] is not None and "natural_disaster" not in risks:
        draft.refuse("disaster_item", "item_without_disaster", "只在“风险类型”含因自然灾害（natural_disaster）时填写")
    removed = values["state"] == "removed"
    for field in ("removal_way", "removed_month"):
        if removed and values[field] is None:
            draft.refuse(field, "removed_incomplete", "在“监测状态”为风险消除（removed）时必填")
        elif not removed and values[field] is not None:
            draft.refuse(field, "removal_without_removed", "只在“监测状态”为风险消除（removed）时填写")
    in_order(draft, "identified_month", "removed_month")


def own_date(values: Mapping[str, Any]) -> str | None:
    """Monitored from the first day of the month of identification, removed from the last day of the month of removal:
    nobody is left out for what the month does not say. When the tracking began only the change tells."""
    if values["state"] == "monitored":
        return f"{values['identified_month']}-01"
    if values["state"] == "tracked":
        return None
    year, month = values["removed_month"].split("-")
    return f"{year}-{month}-{monthrange(int(year), int(month))[1]}"


FEED = Feed(
    number=23,
    department="rural-revitalization",
    kind="monitored-household",
    title="监测对象",
    description="全国系统中已录入的监测对象：类别、风险类型、监测状态和风险消除情况。",
    model=MonitoredHousehold,
    retract_model=HouseholdRetract,
    shape="state",
    subject="household",
    own_date=own_date,
    own_date_text="监测中为识别月份的 1 日；风险消除为消除月份的最后一天；跟踪观察为数据变更时间当天（北京时间）",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("rural-revitalization/monitored-household"),
    examples=(
        {
            "source_id": "JC-2026-000123",
            "source_updated_at": "2026-02-26T17:00:00+08:00",
            "household_no": "150625000001",
            "monitored_kind": "unstable",
            "identified_month": "2026-02",
            "risk_types": ["illness"],
            "state": "monitored",
            "whole_household_no_labour": False,
        },
    ),
)
