"""What the room refuses."""

from __future__ import annotations

from shared.errors import AppError, InvalidError, NotFoundError


class RunNotFoundError(NotFoundError):
    """No run of that id, or it covers more than the caller may see."""

    code = "run_not_found"
    title = "没有这个批次"


class RunBusyError(AppError):
    """Another run is running; `run_id`, `started_by` and `started_at` of it are members of the problem."""

    status = 409
    code = "run_in_progress"
    title = "已有批次正在运行"


class NothingKnownError(InvalidError):
    """Of the day of the run no household is recorded: it would say of nobody that all is well."""

    code = "nothing_known"
    title = "那一天没有记载"


class RunEndedError(AppError):
    """The run has ended already; `state` of the problem says how."""

    status = 409
    code = "run_ended"
    title = "批次已经结束"
