"""What the ledger refuses."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class ProjectNotFoundError(NotFoundError):
    """No such project, or none in the caller's division."""

    code = "project_not_found"
    title = "没有这个项目"


class ProjectRefusedError(InvalidError):
    """The project contradicts itself or the lists; `errors` name each place."""

    code = "project_refused"
    title = "项目信息不符合要求"


class ProjectCodeTakenError(ConflictError):
    """Another project has this code; a project keeps its code for ever."""

    code = "project_code_taken"
    title = "项目编码已被使用"
