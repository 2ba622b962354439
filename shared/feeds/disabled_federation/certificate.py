"""残疾人证 (kind 13): who is disabled, how and how severely, a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from shared.codes import disability
from shared.feeds.across import not_before_birth
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import DisabilityCard, OneOf, PastDay, Spelled, described
from shared.feeds.legal import legal_basis


class Certificate(PersonRecord):
    """一本残疾人证。"""

    certificate_no: DisabilityCard = described(
        "残疾人证号",
        "20 位：身份证号 18 位、类别 1 位、等级 1 位；补办的末尾多“B”和次数，共 22 位",
        example="15062519700101994843",
        required=True,
    )
    category: Annotated[str, Spelled("disability_category")] = described("残疾类别", example="4", required=True)
    grade: Annotated[str, Spelled("disability_grade")] = described(
        "残疾等级", "1 最重；“肆级”“四级”等写法换成 4 并在回执中提示", example="3", required=True
    )
    event: Annotated[str, OneOf("certificate_event")] = described("办证事项", example="issued", required=True)
    issued_on: PastDay = described(
        "发证日期", "证上的发证日期；变更填新证的，注销填所注销的证的", example="2021-06-10", required=True
    )


def check(draft: Draft) -> None:
    """The number says whose certificate it is, of which category and grade: it must agree with all three fields."""
    values = draft.values
    card = disability.parse_card(values["certificate_no"])
    if card.id_number != draft.identities[0][1]:
        draft.refuse("certificate_no", "certificate_of_another", "前 18 位与“身份证号”不一致，请核对是否填串了人")
    for field, place, shown in (("category", 19, card.category), ("grade", 20, card.grade)):
        if values[field] != shown:
            titled = draft.titles["certificate_no"]
            draft.refuse(field, f"certificate_{field}", f"与“{titled}”第 {place} 位（{shown}）不一致，请核对证件")
    not_before_birth(draft, "issued_on")


def own_date(values: Mapping[str, Any]) -> str | None:
    """A certificate holds from its issue; that it was cancelled only the change tells."""
    return None if values["event"] == "cancelled" else str(values["issued_on"])


FEED = Feed(
    number=13,
    department="disabled-federation",
    kind="certificate",
    title="残疾人证",
    description="持证残疾人的类别和等级；证号只用于核对，不进入总线，也不提供给其他部门。",
    model=Certificate,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=own_date,
    own_date_text="发证日期；注销为数据变更时间当天（北京时间）",
    cadence="每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("disabled-federation/certificate"),
    examples=(
        {
            "source_id": "CJ-2021-000310",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "certificate_no": "15062519700101994843",
            "category": "4",
            "grade": "3",
            "event": "issued",
            "issued_on": "2021-06-10",
        },
    ),
)
