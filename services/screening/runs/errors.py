"""What the room refuses."""

from __future__ import annotations

from shared.errors import AppError, NotFoundError


class RunNotFoundError(NotFoundError):
    """No run of that id, or it covers more than the caller may see."""

    code = "run_not_found"
    title = "没有这个批次"


class RunBusyError(AppError):
    """Another run is running; `run_id`, `started_by` and `started_at` of it are members of the problem."""

    status = 409
    code = "run_in_progress"
    title = "已有批次正在运行"


class RunEndedError(AppError):
    """The run has ended already; `state` of the problem says how."""

    status = 409
    code = "run_ended"
    title = "批次已经结束"
