"""Where in a payload something is wrong: a field of a body, or a cell of a file by row and Chinese heading."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from shared.errors import FieldError
from shared.numbers import plain
from shared.privacy import mask

TITLES: dict[str, str] = {
    "input": "观测项",
    "indicator": "指标",
    "division_code": "区划代码",
    "division_name": "区划名称",
    "period": "期间",
    "value": "数值",
    "unit": "单位",
    "numerator": "分子",
    "denominator": "分母",
    "document": "依据文件",
    "document_on": "文件日期",
    "supersedes": "更正的观测值编号",
    "restatement_reason": "重报原因",
}
"""The fields of an observation as people read them, in the order of the sheet's columns."""


_NUMBER = re.compile(r"[-+]?[0-9][0-9,.]*%?")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_UNIT = re.compile(
    r"[十百千万亿]*(元|角|分|人次|人|户|个|处|村|项|件|家|条|台|种|次|吨|公斤|亩|公顷|(平方|立方)?米|公里|年|月|日|百分点|[%％‰])"
    r"([/／·](人|户|亩|年|月|日))*"
)
_SHAPES = {
    "input": _CODE,
    "indicator": _CODE,
    "division_code": re.compile(r"[0-9]{1,12}"),
    "period": re.compile(r"[0-9]{4}([-年][-0-9QqHh季度月年第半]{0,6})?"),
    "value": _NUMBER,
    "numerator": _NUMBER,
    "denominator": _NUMBER,
    "unit": _UNIT,
    "document_on": re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
}
"""What each field looks like when it holds what belongs there, right or wrong: no secret."""
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_DIGITS_OF_A_PERSON = 15
"""Identity numbers had 15 and have 18, cards have 16 to 19."""


def as_typed(name: str, value: object) -> str:
    """What stood in a field, whole where it has the shape of the field; what could be a person's (as many digits as an
    identity number, a telephone number, a text in the wrong column) is masked."""
    text = plain(value) if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < _LONG else str(value)
    shape = _SHAPES.get(name)
    digits = sum(character.isdigit() for character in text.split(".")[0])
    person = digits >= _DIGITS_OF_A_PERSON or (name != "division_code" and _PHONE.fullmatch(text))
    return text if shape is not None and shape.fullmatch(text) and not person else mask(text)


_LONG = 100
"""A number of more digits than that is not written out."""


class Spot(NamedTuple):
    """One observation's place: the JSON pointer `prefix` of a body, or the `row` of a file as Excel counts."""

    prefix: str
    row: int | None = None

    @classmethod
    def of_row(cls, row: int) -> Spot:
        """The place of a file's row."""
        return cls(f"/rows/{row}", row)

    def wrong(self, name: str, code: str, message: str, value: object = None) -> FieldError:
        """What is wrong with one field; `message` is a sentence, `value` what stood there: see `as_typed`."""
        shown = None if value is None else as_typed(name, value)
        if self.row is None:
            return FieldError(pointer=f"{self.prefix}/{name}", code=code, message=message, value_masked=shown)
        said = f"第 {self.row} 行“{TITLES[name]}”：{message}"
        return FieldError(pointer=f"{self.prefix}/{TITLES[name]}", code=code, message=said, value_masked=shown)
