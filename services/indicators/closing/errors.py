"""Refusals of this room."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class PeriodInvalidError(InvalidError):
    """No period of the plan, or one that has not ended: what still changes cannot be closed."""

    code = "period_invalid"
    title = "期间不能审定"


class ClosingNotFoundError(NotFoundError):
    """No closing of this id."""

    code = "closing_not_found"
    title = "没有这次审定"


class ClosingStateError(ConflictError):
    """The period is closed or proposed already, the closing is decided, or its proposer would decide it."""

    code = "closing_state"
    title = "期间的状态不允许此操作"


class PeriodUnsettledError(ConflictError):
    """Something that arrived for the period is not computed yet; `Retry-After` says when to try again."""

    code = "period_unsettled"
    title = "期间还有数据待计算"
