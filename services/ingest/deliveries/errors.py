"""What a closing is refused with."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class DeliveryRefusedError(InvalidError):
    """The period has not begun, or the division is neither the city nor a banner."""

    code = "delivery_refused"
    title = "关闭报送期的内容不符合要求"


class UnknownPeriodError(NotFoundError):
    """Nobody has closed this period of this feed."""

    code = "unknown_period"
    title = "这一报送期尚未关闭"
