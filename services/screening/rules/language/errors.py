"""What is wrong with a rule's text, and where."""

from __future__ import annotations

from shared.errors import FieldError, InvalidError


class RuleTextError(InvalidError):
    """The text of a rule is refused.

    `offset` counts characters from 0; `line` and `column` count from 1, as the Chinese detail does.
    """

    code = "rule_text_invalid"
    title = "规则表达式不符合要求"

    def __init__(self, reason: str, text: str, offset: int, part: tuple[str, str] = ("", "")) -> None:
        self.reason = reason
        self.text = text
        self.offset = min(max(offset, 0), len(text))
        before = text[: self.offset]
        self.line = before.count("\n") + 1
        self.column = self.offset - (before.rfind("\n") + 1) + 1
        pointer, title = part
        place = f"{title}第 {self.line} 行第 {self.column} 个字符"
        found = FieldError(pointer=pointer, code=self.code, message=reason, value_masked=None)
        super().__init__(
            f"{place}：{reason}",
            errors=[found] if pointer else (),
            extra={"line": self.line, "column": self.column},
        )

    def of(self, pointer: str, title: str) -> RuleTextError:
        """The same, said of one text of a rule: `/condition`, 条件."""
        return RuleTextError(self.reason, self.text, self.offset, (pointer, title))
