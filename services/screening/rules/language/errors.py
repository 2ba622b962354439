"""What is wrong with a rule's text, and where."""

from __future__ import annotations

from collections.abc import Sequence

from shared.errors import FieldError, InvalidError


class TextFault(FieldError):  # noqa: N818  # a fault that is told, not raised
    """A fault with its place in a text; both count from 1."""

    line: int
    column: int


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
        super().__init__(
            f"{title}第 {self.line} 行第 {self.column} 个字符：{reason}",
            errors=[self._place(pointer)] if pointer else (),
            extra={"line": self.line, "column": self.column},
        )

    def _place(self, pointer: str) -> TextFault:
        return TextFault(
            pointer=pointer,
            code=self.code,
            message=self.reason,
            value_masked=None,
            line=self.line,
            column=self.column,
        )

    @classmethod
    def together(cls, faults: Sequence[RuleTextError], others: Sequence[FieldError]) -> RuleTextError:
        """One refusal that names all of `faults`, each `of` its text, and what else is wrong; `line` and
        `column` of the whole are the first one's."""
        first = faults[0]
        one = cls(first.reason, first.text, first.offset)
        one.detail = "；".join([*(fault.detail for fault in faults), *(other["message"] for other in others)]) + "。"
        one.errors = [place for fault in faults for place in fault.errors] + list(others)
        one.args = (one.detail,)
        return one

    def of(self, pointer: str, title: str) -> RuleTextError:
        """The same, said of one text of a rule: `/condition`, 条件."""
        return RuleTextError(self.reason, self.text, self.offset, (pointer, title))
