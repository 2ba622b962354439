"""Dwelling grades 房屋安全等级: A–D of the national appraisal guide, and the older wordings that files still carry."""

from __future__ import annotations

from shared.codes.errors import CodeError
from shared.codes.lists import get

GRADES = tuple(get("dwelling_grade").values())
UNSAFE = frozenset({"C", "D"})


def grade(raw: str) -> tuple[str, bool]:
    """The grade A–D and whether the spelling had to be changed.

    The other spellings stand in the list: `c级`, `C级危房`, the older `一级危房` (D), `二级危房` and
    `三级危房` (C: what is called 危房 is C or D, and a doubt leads to a visit). Raises CodeError `dwelling_grade` for
    anything else, a bare `四级` or an empty text included: never guessed.
    """
    if raw in GRADES:
        return raw, False
    found = get("dwelling_grade").find(raw)
    if found is None:
        raise CodeError("dwelling_grade", "应为 A、B、C、D 之一（旧写法“一级危房”为 D，“二级危房”“三级危房”为 C）")
    return found, True
