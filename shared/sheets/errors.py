"""What is refused of a file as a whole; what is wrong in one row is refused of that row alone."""

from __future__ import annotations

from shared.errors import InvalidError


class UnreadableFileError(InvalidError):
    """Neither CSV nor XLSX, or damaged, or with a password."""

    code = "file_unreadable"
    title = "文件读不出来"


class EncodingError(InvalidError):
    """A CSV in neither UTF-8 nor GB18030, or with NUL bytes."""

    code = "file_encoding"
    title = "文件编码不对"


class FileTooLargeError(InvalidError):
    """More rows, columns or unpacked bytes than one file may hold."""

    status = 413
    code = "file_too_large"
    title = "文件过大"


class LayoutError(InvalidError):
    """The titles are not those of the template, or cells are merged; `errors` name each place."""

    code = "sheet_layout"
    title = "表格的列与模板不一致"


class WrongTemplateError(InvalidError):
    """The template of another feed."""

    code = "wrong_template"
    title = "用错了模板"


class EmptySheetError(InvalidError):
    """No row below the titles, or nothing at all."""

    code = "empty_sheet"
    title = "表格里没有数据"
