"""学生资助 (kind 12): what a pupil was granted and paid in a school year, an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.education.pupil import PupilRecord, Stage
from shared.feeds.envelope import PersonRetract
from shared.feeds.fields import Money, SchoolYear, described
from shared.feeds.legal import legal_basis


class StudentAid(PupilRecord):
    """一名学生一个学年的资助和费用。"""

    school_year: SchoolYear = described("学年", "写成开始年份-结束年份", example="2025-2026", required=True)
    stage: Stage = described("在读学段", example="senior", required=True)
    aid_amount: Money = described(
        "资助金额", "本学年各项资助、减免的合计；没有资助填 0", example="2000.00", required=True
    )
    self_paid: Money = described(
        "学年自付",
        "家庭本学年为上学实际负担的学费、住宿费等，已扣除资助和减免；没有填 0",
        example="3600.00",
        required=True,
    )


def check(_: Draft) -> None:
    """Nothing beyond the fields themselves: aid may exceed what is paid, and both may be nothing."""


def own_date(values: Mapping[str, Any]) -> str:
    """A school year's figures belong to it from its first day, 1 September."""
    return f"{values['school_year'][:4]}-09-01"


FEED = Feed(
    number=12,
    department="education",
    kind="student-aid",
    title="学生资助",
    description="学生每个学年得到的资助和家庭自付的费用，用于发现教育支出负担过重和应助未助的学生。",
    model=StudentAid,
    retract_model=PersonRetract,
    shape="event",
    subject="person",
    own_date=own_date,
    own_date_text="学年开始的 9 月 1 日",
    cadence="每半年",
    overdue_days=200,
    check=check,
    legal_basis=legal_basis("education/student-aid"),
    examples=(
        {
            "source_id": "ZZ-2026-000123",
            "source_updated_at": "2026-03-20T14:00:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625201003159943",
            "name": "某某",
            "school_year": "2025-2026",
            "stage": "senior",
            "aid_amount": "2000.00",
            "self_paid": "3600.00",
        },
    ),
)
