"""Where in a payload something is wrong: a field of a body, or a cell of a file by row and Chinese heading."""

from __future__ import annotations

from typing import NamedTuple

from shared.errors import FieldError
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


class Spot(NamedTuple):
    """One observation's place: the JSON pointer `prefix` of a body, or the `row` of a file as Excel counts."""

    prefix: str
    row: int | None = None

    @classmethod
    def of_row(cls, row: int) -> Spot:
        """The place of a file's row."""
        return cls(f"/rows/{row}", row)

    def wrong(self, name: str, code: str, message: str, value: object = None) -> FieldError:
        """What is wrong with one field; `message` is a sentence, `value` what stood there: it is masked, for it
        may be a person's number in the wrong column."""
        shown = None if value is None else mask(str(value))
        if self.row is None:
            return FieldError(pointer=f"{self.prefix}/{name}", code=code, message=message, value_masked=shown)
        said = f"第 {self.row} 行“{TITLES[name]}”：{message}"
        return FieldError(pointer=f"{self.prefix}/{TITLES[name]}", code=code, message=said, value_masked=shown)
