"""What is wrong with a rule's text, and where."""

from __future__ import annotations

from shared.errors import InvalidError


class RuleTextError(InvalidError):
    """The text of a rule is refused.

    `offset` counts characters from 0; `line` and `column` count from 1, as the Chinese detail does.
    """

    code = "rule_text_invalid"
    title = "规则表达式不符合要求"

    def __init__(self, reason: str, text: str, offset: int) -> None:
        self.reason = reason
        self.offset = min(max(offset, 0), len(text))
        before = text[: self.offset]
        self.line = before.count("\n") + 1
        self.column = self.offset - (before.rfind("\n") + 1) + 1
        super().__init__(
            f"第 {self.line} 行第 {self.column} 个字符：{reason}",
            extra={"line": self.line, "column": self.column},
        )
