"""户与成员 (kind 17): a household, where it lives and who belongs to it, a state."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from pydantic import Field

from shared.codes import divisions
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HouseholdRecord, HouseholdRetract, Model
from shared.feeds.fields import DivisionCode, Flag, IdNumber, OneOf, PersonName, Text, Year, described
from shared.feeds.legal import legal_basis

MAX_MEMBERS = 20
_LIFTED_YEARS = (2014, 2020)
_ABLE = ("ordinary", "skilled")
Months = Annotated[int, Field(ge=0, le=12)]


class Member(Model):
    """一名家庭成员。"""

    id_number: IdNumber = described("身份证号", "18 位公民身份号码", example="150625197001019948", required=True)
    name: PersonName = described("姓名", "与证件一致", example="某某", required=True)
    relation: Annotated[str, OneOf("relation", spellings=True)] = described(
        "与户主关系", "填代码或全国系统中的中文名（如“之子”）", example="head", required=True
    )
    health: Annotated[list[Annotated[str, OneOf("health")]], Field(min_length=1, max_length=4)] | None = described(
        "健康状况", "可多选；健康不与其他并选", example=["healthy"]
    )
    labour: Annotated[str, OneOf("labour")] = described("劳动技能", example="ordinary", required=True)
    education: Annotated[str, OneOf("education")] | None = described("文化程度", example="junior")
    in_school_stage: Annotated[str, OneOf("school_stage")] | None = described("在读学段", "在校生填写")
    works_away_months: Months | None = described("外出务工月数", "最近 12 个月", example=6)
    insurance_exempt: Flag | None = described(
        "无需参保", "参军、长期在境外等依规不参加本地基本医疗保险的人填 true", example=False
    )


class Household(HouseholdRecord):
    """一户及其成员。"""

    division_code: DivisionCode = described(
        "行政区划代码",
        "户所在嘎查村或社区的 12 位代码；填名称时按别名表换成代码并在回执中提示",
        example="150625100201",
        required=True,
    )
    base_status: Annotated[str, OneOf("base_status")] = described("户基础类型", example="lifted", required=True)
    lifted_year: Year | None = described("脱贫年度", "脱贫户填写，2014 至 2020", example=2018)
    policy_entitled: Flag | None = described("是否享受帮扶政策", example=True)
    resettlement: Annotated[str, OneOf("resettlement")] = described("易地搬迁", example="none", required=True)
    resettled_site: Text | None = described("安置区名称", "集中安置时填写")
    no_labour_household: Flag | None = described("整户无劳动能力", example=False)
    members: Annotated[list[Member], Field(min_length=1, max_length=MAX_MEMBERS)] = described(
        "家庭成员", "1 至 20 人，其中户主恰好一人", required=True
    )


def check(draft: Draft) -> None:
    """A village, one head, nobody twice, at most one spouse; what is odd but possible is noted."""
    values = draft.values
    place = divisions.get(values["division_code"])
    if place is not None and place.level != "village":
        draft.refuse("division_code", "division_not_village", f"应到嘎查村或社区，现在只到“{place.name}”")
    _check_status(draft)
    members: list[dict[str, Any]] = values["members"]
    for position, member in enumerate(members):
        _check_member(draft, position, member)
    _check_family(draft, members)


def _check_status(draft: Draft) -> None:
    values = draft.values
    year, (first, last) = values["lifted_year"], _LIFTED_YEARS
    if year is not None and values["base_status"] != "lifted":
        draft.refuse("lifted_year", "lifted_year_without_lifted", "只有脱贫户（lifted）才填，请核对“户基础类型”")
    elif year is not None and not first <= year <= last:
        draft.refuse("lifted_year", "out_of_range", f"应在 {first} 至 {last} 之间")
    if values["resettled_site"] is not None and values["resettlement"] != "site":
        draft.refuse("resettled_site", "site_without_resettlement", "只在“易地搬迁”为集中安置（site）时填写")
    if values["no_labour_household"] and any(member["labour"] in _ABLE for member in values["members"]):
        draft.note("no_labour_household", "labour_contradiction", "为“是”，但有成员填了普通或技能劳动力，请核对")


def _check_member(draft: Draft, position: int, member: dict[str, Any]) -> None:
    health = member["health"]
    if health is None:
        return
    if len(set(health)) < len(health):
        draft.refuse(f"members/{position}/health", "health_repeated", "有重复的选项")
    if "healthy" in health and len(health) > 1:
        draft.refuse(f"members/{position}/health", "health_contradiction", "中“健康”不能与其他选项并选")


def _check_family(draft: Draft, members: list[dict[str, Any]]) -> None:
    by_relation = Counter(member["relation"] for member in members)
    if by_relation["head"] != 1:
        found = "没有户主" if not by_relation["head"] else f"有 {by_relation['head']} 个户主"
        draft.refuse("members", "one_head", f"中户主应恰好一人，现在{found}")
    if by_relation["spouse"] > 1:
        draft.refuse("members", "one_spouse", f"中配偶至多一人，现在有 {by_relation['spouse']} 人")
    seen: dict[str, int] = {}
    for position, member in enumerate(members):
        earlier = seen.setdefault(member["id_number"], position)
        if earlier != position:
            draft.refuse(
                f"members/{position}/id_number", "member_twice", f"与第 {earlier + 1} 位成员相同，同一人不能列两次"
            )
    pair = {member["relation"]: member["sex"] for member in members if member["relation"] in ("head", "spouse")}
    if len(pair) == 2 and len(set(pair.values())) == 1:
        draft.note("members", "couple_of_one_sex", "中户主与配偶的身份证号显示为同一性别，请核对号码")


FEED = Feed(
    number=17,
    department="rural-revitalization",
    kind="household",
    title="户与成员",
    description="农牧户的基本情况和全部成员；其他部门的记录通过成员的身份证号归到户。",
    model=Household,
    retract_model=HouseholdRetract,
    shape="state",
    subject="household",
    own_date=lambda _: None,
    own_date_text="数据变更时间当天（北京时间）",
    cadence="每季",
    overdue_days=100,
    check=check,
    legal_basis=legal_basis("rural-revitalization/household"),
    examples=(
        {
            "source_id": "HU-150625000001",
            "source_updated_at": "2026-02-10T10:00:00+08:00",
            "household_no": "150625000001",
            "division_code": "150625100201",
            "base_status": "lifted",
            "lifted_year": 2018,
            "policy_entitled": True,
            "resettlement": "none",
            "no_labour_household": False,
            "members": [
                {
                    "id_number": "150625197001019948",
                    "name": "某某",
                    "relation": "head",
                    "health": ["healthy"],
                    "labour": "ordinary",
                    "education": "junior",
                    "works_away_months": 6,
                    "insurance_exempt": False,
                },
            ],
        },
    ),
)
