"""Refusals of this room."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError


class OutcomeInvalidError(InvalidError):
    """The verdict or the snooze is not filled in as it must be; nothing was done."""

    code = "outcome_invalid"
    title = "核实内容不完整"


class WarningStateError(ConflictError):
    """The warning is in a state that does not take this; the problem names it as `state`."""

    code = "warning_state"
    title = "预警的状态不允许此操作"
