"""住房安全鉴定 (kind 9): the appraised grade of a household's house, an event."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import HeadRecord, PersonRetract
from shared.feeds.fields import Area, CreditCode, DwellingGrade, OneOf, PastDay, described
from shared.feeds.legal import legal_basis


class DwellingAppraisal(HeadRecord):
    """一户住房的一次安全鉴定。"""

    grade: DwellingGrade = described(
        "房屋安全等级",
        "A 安全、B 基本安全、C 局部危险、D 整幢危险；"
        "旧写法“一级危房”识别为 D，“二级危房”“三级危房”识别为 C，并在回执中提示",
        example="C",
        required=True,
    )
    appraised_on: PastDay = described("鉴定日期", "鉴定报告上的日期", example="2026-04-12", required=True)
    appraiser: CreditCode = described(
        "鉴定机构代码", "鉴定机构的统一社会信用代码", example="91150600MA0N00001W", required=True
    )
    floor_area_m2: Area | None = described("建筑面积", example="86.50")
    structure: Annotated[str, OneOf("dwelling_structure")] | None = described("房屋结构", example="brick_timber")


def check(_: Draft) -> None:
    """Nothing beyond the fields themselves."""


FEED = Feed(
    number=9,
    department="housing",
    kind="dwelling-appraisal",
    title="住房安全鉴定",
    description="农牧户住房安全鉴定的结果，以户主指明所属的户；C、D 级为不安全住房。",
    model=DwellingAppraisal,
    retract_model=PersonRetract,
    shape="event",
    subject="head",
    own_date=lambda values: values["appraised_on"],
    own_date_text="鉴定日期",
    cadence="每季",
    overdue_days=100,
    check=check,
    legal_basis=legal_basis("housing/dwelling-appraisal"),
    examples=(
        {
            "source_id": "JD-2026-000123",
            "source_updated_at": "2026-04-15T11:00:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "grade": "C",
            "appraised_on": "2026-04-12",
            "appraiser": "91150600MA0N00001W",
            "floor_area_m2": "86.50",
            "structure": "brick_timber",
        },
    ),
)
