"""学籍与控辍 (kind 11): whether and where a child goes to school, a state."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from shared.feeds.across import not_before_birth
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.education.pupil import PupilRecord, Stage
from shared.feeds.envelope import PersonRetract
from shared.feeds.fields import Flag, GradeYear, InstitutionCode, OneOf, PastDay, described
from shared.feeds.legal import legal_basis

GRADES: Mapping[str, int] = MappingProxyType(
    {
        "preschool": 4,
        "primary": 6,
        "junior": 4,
        "senior": 3,
        "secondary_vocational": 5,
        "college": 5,
        "university": 8,
        "postgraduate": 8,
    }
)
"""The highest grade of each stage; five-year primary with four-year junior school included."""
DROPOUT = ("suspected_dropout", "dropped_out")


class Schooling(PupilRecord):
    """一名学生或适龄儿童的就学状态。"""

    school_code: InstitutionCode = described(
        "学校标识码",
        "教育部统一的学校（机构）标识码；未在校的填应入学或原就读的学校",
        example="2115001234",
        required=True,
    )
    stage: Stage = described("在读学段", "未在校的填应就读的学段", example="primary", required=True)
    grade_year: GradeYear | None = described("年级", "在本学段内的年级：小学一年级填 1，初中一年级也填 1", example=6)
    status: Annotated[str, OneOf("schooling_status")] = described("就学状态", example="enrolled", required=True)
    absence_reason: Annotated[str, OneOf("absence_reason")] | None = described(
        "失学辍学原因", "就学状态为疑似辍学或已辍学时填写，其他状态不填", example=None
    )
    as_of: PastDay = described("状态日期", "核实这一状态的日期", example="2026-03-31", required=True)
    special_school: Flag | None = described("是否特殊教育学校", "在特殊教育学校或特教班就读填 true", example=False)


def check(draft: Draft) -> None:
    """A reason goes with a dropout only; a grade fits its stage; nothing is known from before the birth."""
    values = draft.values
    reason, dropout = values["absence_reason"], values["status"] in DROPOUT
    if reason is not None and not dropout:
        draft.refuse(
            "absence_reason",
            "reason_without_dropout",
            "只在“就学状态”为疑似辍学（suspected_dropout）或已辍学（dropped_out）时填写",
        )
    elif dropout and reason is None:
        draft.note("absence_reason", "dropout_without_reason", "没有填；请尽快核实失学辍学的原因")
    grade, highest = values["grade_year"], GRADES[values["stage"]]
    if grade is not None and grade > highest:
        draft.refuse("grade_year", "grade_above_stage", f"超过“在读学段”的最高年级 {highest}；请填本学段内的年级")
    not_before_birth(draft, "as_of")


FEED = Feed(
    number=11,
    department="education",
    kind="schooling",
    title="学籍与控辍",
    description="学生的学籍和适龄儿童少年的就学状态，用于及时发现失学辍学；身体原因失学的应有送教上门或经批准延缓入学。",
    model=Schooling,
    retract_model=PersonRetract,
    shape="state",
    subject="person",
    own_date=lambda values: values["as_of"],
    own_date_text="状态日期",
    cadence="学期内每月",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("education/schooling"),
    examples=(
        {
            "source_id": "XJ-2026-000123",
            "source_updated_at": "2026-04-01T09:00:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625201403159942",
            "name": "某某",
            "school_code": "2115001234",
            "stage": "primary",
            "grade_year": 6,
            "status": "enrolled",
            "as_of": "2026-03-31",
            "special_school": False,
        },
    ),
    due_in_term=True,
)
