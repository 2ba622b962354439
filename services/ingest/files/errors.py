"""The refusals of this room."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class UnknownFileError(NotFoundError):
    """No such upload, or another department's."""

    code = "unknown_file"
    title = "没有这个文件"


class NoFileError(InvalidError):
    """The request holds no file."""

    code = "no_file"
    title = "没有收到文件"


class NoWorkbookError(NotFoundError):
    """There is nothing to put right, or not yet, or no longer."""

    code = "no_error_workbook"
    title = "没有问题清单"


class StrictTooLargeError(InvalidError):
    """All or nothing is one transaction, and the file is too large for one."""

    code = "strict_too_large"
    title = "严格模式的文件过大"


class GivenUpError(InvalidError):
    """Reading the file ended the worker again and again."""

    code = "file_failed"
    title = "文件处理失败"
