"""What a stream is refused with as a whole."""

from __future__ import annotations

from shared.errors import AppError, InvalidError


class StrictNeedsJsonError(InvalidError):
    """All or nothing needs one transaction, and a stream has many."""

    status = 400
    code = "strict_needs_json"
    title = "严格模式只能用 JSON 报送"


class CutOffError(AppError):
    """The sender went away; nobody reads this answer. What is stored stays, the receipt says `interrupted`."""

    status = 400
    code = "cut_off"
    title = "报送中断"
