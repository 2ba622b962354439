"""What the department of education's kinds have in common: the pupil and the stage."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.envelope import PersonRecord
from shared.feeds.fields import IdNumber, OneOf, PersonName, described

Stage = Annotated[str, OneOf("school_stage")]


class PupilRecord(PersonRecord):
    """关于一名学生的记录。"""

    id_number: IdNumber = described(
        "学生身份证号", "学生本人的 18 位公民身份号码，不是监护人的", example="150625201403159942", required=True
    )
    name: PersonName = described("学生姓名", "与证件一致", example="某某", required=True)
