"""What a code check says when it refuses."""

from __future__ import annotations


class CodeError(Exception):
    """A value is no valid code. `code` is stable for machines, `message` a Chinese predicate without its subject
    (such as “校验码不对”), so that the caller can put the field's own title in front. Neither shows the value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
