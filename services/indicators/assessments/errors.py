"""Refusals of this room."""

from __future__ import annotations

from shared.errors import AppError, InvalidError, NotFoundError


class AssessmentInvalidError(InvalidError):
    """The year does not suit the kind of assessment; nothing was stored."""

    code = "assessment_invalid"
    title = "考核快照不符合要求"


class AssessmentNotFoundError(NotFoundError):
    """No such assessment."""

    code = "assessment_not_found"
    title = "未找到考核快照"


class AssessmentAlteredError(AppError):
    """The stored content is not what was hashed when it was made: it is not shown as if it were."""

    status = 500
    code = "assessment_altered"
    title = "考核快照的内容与摘要不符"


class DepartmentNotFoundError(NotFoundError):
    """No target of the assessment is that department's."""

    code = "department_not_found"
    title = "未找到责任部门"
