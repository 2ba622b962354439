"""The refusal of this room."""

from __future__ import annotations

from shared.errors import AppError


class DepartmentBusyError(AppError):
    """The department's own share of this process is in use; nothing was read or stored."""

    status = 429
    code = "department_busy"
    title = "本部门请求过多"
