"""Refusals of this room."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class ObservationsRefusedError(InvalidError):
    """At least one observation cannot be taken; none was stored."""

    code = "observations_refused"
    title = "观测值不符合要求"


class AlreadyObservedError(ConflictError):
    """Another observation of the same input, division and period is in force and was not superseded by name."""

    code = "already_observed"
    title = "已有观测值"


class AlreadyProposedError(ConflictError):
    """Another observation of the same input, division and period waits for its approval."""

    code = "already_proposed"
    title = "已有待审核的观测值"


class NotInForceError(ConflictError):
    """The observation to supersede is not the one in force for this input, division and period."""

    code = "superseded_not_in_force"
    title = "被更正的观测值不是现行的"


class PeriodClosedError(ConflictError):
    """The period is closed: only what says why it restates is taken, and a second person approves it."""

    code = "period_closed"
    title = "期间已经审定"


class ObservationStateError(ConflictError):
    """The observation is decided already, or would be by the person who sent it."""

    code = "observation_state"
    title = "观测值的状态不允许此操作"


class ObservationNotFoundError(NotFoundError):
    """No such observation, or not in the caller's division."""

    code = "observation_not_found"
    title = "未找到观测值"
