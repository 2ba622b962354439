"""What became of a file, row by row, and how a route that takes one is declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

from shared.errors import AppError, FieldError
from shared.http.uploads import NoFileError
from shared.sheets.errors import EmptySheetError, EncodingError, FileTooLargeError, LayoutError, UnreadableFileError

SHEET_REFUSALS: tuple[type[AppError], ...] = (
    NoFileError, UnreadableFileError, EncodingError, FileTooLargeError, LayoutError, EmptySheetError,
)  # fmt: skip
"""What is refused of a file as a whole."""
Outcome = Literal["accepted", "duplicate", "rejected"]


class Taken(NamedTuple):
    """What became of a row: `stored` is the id of what it says, also where it was there already."""

    number: int
    code: str | None
    outcome: Outcome
    stored: UUID | None
    errors: Sequence[FieldError]
    notes: Sequence[FieldError]


class CellOut(BaseModel):
    """一格或一行的问题"""

    pointer: str = Field(title="位置", examples=["/rows/17/原值"])
    code: str = Field(title="问题代码")
    message: str = Field(title="说明")
    value_masked: str | None = Field(title="原来的内容", description="只显示部分字符")


class RowOut(BaseModel):
    """一行的处理结果"""

    row: int = Field(title="行号", description="与表格软件显示的一致，列名为第 1 行")
    code: str | None = Field(title="编码")
    outcome: Outcome = Field(
        title="处理结果", description="`accepted` 已登记，`duplicate` 已有相同内容，`rejected` 未登记"
    )
    id: UUID | None = Field(title="平台编号", description="空表示未登记")
    errors: list[CellOut] = Field(title="问题")
    notes: list[CellOut] = Field(title="已自动更正的写法")


class FileReport(BaseModel):
    """一个文件的处理结果"""

    name: str = Field(title="文件名")
    accepted: int = Field(title="已登记")
    duplicate: int = Field(title="已有相同内容")
    rejected: int = Field(title="未登记")
    rows: list[RowOut] = Field(title="逐行结果")

    @classmethod
    def of(cls, name: str, taken: Sequence[Taken]) -> FileReport:
        """The report."""
        counts = Counter(one.outcome for one in taken)
        rows = [
            RowOut(
                row=one.number,
                code=one.code,
                outcome=one.outcome,
                id=one.stored,
                errors=[CellOut(**error) for error in one.errors],
                notes=[CellOut(**note) for note in one.notes],
            )
            for one in taken
        ]
        return cls(
            name=name[:200],
            accepted=counts["accepted"],
            duplicate=counts["duplicate"],
            rejected=counts["rejected"],
            rows=rows,
        )
