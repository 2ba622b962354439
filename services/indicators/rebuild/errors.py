"""What the room refuses."""

from __future__ import annotations

from shared.errors import AppError


class RebuildBusyError(AppError):
    """Another rebuild is at work."""

    status = 409
    code = "rebuild_busy"
    title = "现在不能重建"
