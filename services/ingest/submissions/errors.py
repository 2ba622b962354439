"""What a submission is refused with as a whole."""

from __future__ import annotations

from shared.errors import InvalidError


class StrictRejectedError(InvalidError):
    """`handling=strict` and a record did not pass: nothing was stored."""

    code = "strict_rejected"
    title = "严格模式下整批未保存"
