"""What a submission is refused with as a whole."""

from __future__ import annotations

from shared.errors import InvalidError


class EverythingRejectedError(InvalidError):
    """No record passed; the problem carries the receipt. The refused records are in the quarantine."""

    code = "all_rejected"
    title = "全部记录未通过校验"


class StrictRejectedError(InvalidError):
    """`handling=strict` and a record did not pass: nothing was stored."""

    code = "strict_rejected"
    title = "严格模式下整批未保存"
