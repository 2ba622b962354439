"""What the parameters room refuses."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class UnknownParameterError(NotFoundError):
    """No parameter of this name is declared."""

    code = "unknown_parameter_name"
    title = "没有这个参数"


class ProposalNotFoundError(NotFoundError):
    """No proposal of this id."""

    code = "proposal_not_found"
    title = "没有这份起草"


class ParameterInvalidError(InvalidError):
    """The value, its unit or its days are not what this parameter takes; the places are named."""

    code = "parameter_invalid"
    title = "参数值不符合要求"


class ProposalStateError(ConflictError):
    """The proposal is decided, is another person's, or is decided by the one who wrote it."""

    code = "proposal_state"
    title = "起草的状态不允许此操作"
