"""What storing a part is refused with as a whole."""

from __future__ import annotations

from shared.errors import AppError, ConflictError


class ContendedError(AppError):
    """Others kept changing the same records; nothing was stored, sending again is safe."""

    status = 503
    code = "contended"
    title = "并发冲突"


class OutOfTurnError(ConflictError):
    """The submission takes no part that begins at this index: it is complete, or another request went on with it."""

    code = "out_of_turn"
    title = "报送已由另一请求续传"
