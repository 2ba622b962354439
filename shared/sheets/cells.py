"""From a cell to the value of its field. What the template itself offers (Chinese names of codes, 是/否, date cells,
number cells) is read without a word; whatever else is put right is said; what cannot be is left for the feed to refuse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from shared.codes.lists import CodeList
from shared.sheets import dates, numbers
from shared.sheets.domain import MAX_CELL, Cell, Column, Form, Said, Unreadable, shown

Read = Callable[[Cell], Any]
"""A field's value, a Said or an Unreadable; None for a cell that holds only blanks."""
_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"
_FORMULA_LIKE = re.compile(r"'+[=+\-@\t\r]|''+[0-9]")
_STARTS_FORMULA = re.compile(r"'*[=+\-@\t\r]|'+[0-9]")
_QUOTED = re.compile(r"'+(?=[0-9])")
"""How exports keep a number a text."""
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_AS_TEXT = re.compile(r'="([^"]*)"')
_SEPARATORS = re.compile(r"[、,，;；\n]+")
_TRIMMED = ("cell_trimmed", "首尾的空格或换行已去掉")
_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "t", "true", "1"})
_NO = frozenset({"否", "无", "不", "×", "✗", "✘", "n", "no", "f", "false", "0"})
_NEVER = re.compile(r"(?!)")
_PLAIN: Mapping[Form, re.Pattern[str]] = MappingProxyType(
    {
        "text": re.compile(r"[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿·（）_-]{0,199}"),
        "code": re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,99}"),
        "amount": numbers.PLAIN,
        "day": dates.DAY,
        "month": dates.MONTH,
        "instant": dates.ZONED,
    }
)


def reader(column: Column, *, from_1904: bool) -> Read:
    """How the column's cells are read, in the workbook's date system."""
    if column.form == "choice" and column.codes:
        return _Choice(column.codes)
    if column.form == "list":
        return _List(_Choice(column.codes) if column.codes else _code)
    unit = column.unit
    read: dict[str, Read] = {
        "text": _text,
        "code": _code,
        "flag": _trimmed(_flag),
        "amount": _trimmed(lambda cell: numbers.amount(cell, unit)),
        "integer": _trimmed(lambda cell: numbers.integer(cell, unit)),
        "day": _trimmed(partial(dates.day, from_1904=from_1904)),
        "month": _trimmed(partial(dates.month, from_1904=from_1904)),
        "instant": _trimmed(partial(dates.instant, from_1904=from_1904)),
    }
    return read[column.form]


def plain(column: Column) -> Callable[[str], object]:
    """What tells a text that is the field's value as it stands, for speed: `reader` says the same of it."""
    return _PLAIN.get(column.form, _NEVER).fullmatch


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before what begins like one. Numbers stay."""
    return f"'{text}" if _STARTS_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The same without the apostrophe that `guarded` put there."""
    return text[1:] if _FORMULA_LIKE.match(text) else text


def tidy(cell: str) -> str | Said | Unreadable:
    """A text without what exports leave around it: blanks, the apostrophe before a formula, `="…"`."""
    if len(cell) > MAX_CELL:
        return Unreadable(cell, "cell_too_long", f"有 {len(cell)} 个字，一格最多 {MAX_CELL} 个字")
    own = unguarded(cell)
    text = own.strip(_BLANKS)
    if own is cell and (found := _AS_TEXT.fullmatch(text)):
        return Said(found[1], "cell_unwrapped", '外面的 ="…" 已去掉')
    if own is cell and (quote := _QUOTED.match(text)):
        return Said(text[quote.end() :], "cell_unwrapped", "前面的单引号已去掉")
    if not text.replace("\n", "").replace("\t", "").isprintable() and _has_control(text):
        return Unreadable(text, "cell_control_character", "含有看不见的控制字符（如 NUL），请重新填写这一格")
    return text if text == own else Said(text, *_TRIMMED)


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t\r" for character in text)


def _trimmed(read: Read) -> Read:
    """Reads a text without what exports leave around it; what `read` itself says comes first."""

    def outer(cell: Cell) -> Any:
        if not isinstance(cell, str):
            return read(cell)
        text = tidy(cell)
        if not isinstance(text, Said):
            return text if isinstance(text, Unreadable) else read(text)
        value = read(text.value) if text.value else None
        return value if isinstance(value, Said | Unreadable) else text._replace(value=value)

    return outer


def _text(cell: Cell) -> Any:
    if not isinstance(cell, str):
        return numbers.number_text(cell) if isinstance(cell, float) else shown(cell)
    return tidy(cell)


def _code(cell: Cell) -> Any:
    """A number that is a name: from a number cell only while no digit is lost, half-width."""
    if isinstance(cell, str):
        return _written_code(cell)
    if not isinstance(cell, float):
        return shown(cell)
    text = numbers.number_text(cell)
    if isinstance(text, Unreadable):
        return text
    return Said(text, "number_as_text", "存成了数字，已按文本读入；请核对开头的 0 有没有丢")


def _written_code(cell: str) -> Any:
    text = tidy(cell)
    bare = text.value if isinstance(text, Said) else text
    if isinstance(bare, Unreadable):
        return bare
    if numbers.is_scientific(bare):
        return numbers.lost(bare)
    half = unicodedata.normalize("NFKC", bare)
    if half != bare and half.isascii():
        return Said(half, "half_width", "全角字符已换成半角")
    return text


def _flag(cell: Cell) -> Any:
    if isinstance(cell, bool):
        return cell
    if cell == "是":
        return True
    if cell == "否":
        return False
    text = unicodedata.normalize("NFKC", shown(cell)).strip().lower()
    if text in _YES or text in _NO:
        return Said(text in _YES, "flag_normalised", f"已按“{'是' if text in _YES else '否'}”读入")
    return shown(cell).strip()


class _Choice:
    """A code by its Chinese name, by itself, or by another spelling of its list, which is said."""

    def __init__(self, codes: CodeList) -> None:
        own = {code: code for code in codes.values()}
        self._known = own | {title: code for code, title in codes.titles.items()}
        self._codes = codes
        self._other = lru_cache(maxsize=1_024)(self._spelled)

    def __call__(self, cell: Cell) -> Any:
        text = cell if isinstance(cell, str) else shown(cell)
        found = self._known.get(text)
        return found if found is not None else self._other(text)

    def _spelled(self, raw: str) -> Any:
        bare = tidy(raw)
        text = bare.value if isinstance(bare, Said) else bare
        if isinstance(text, Unreadable):
            return text
        found = self._known.get(text) or self._codes.find(text)
        if found is None:
            return bare
        return Said(found, "code_normalised", f"已按代码表换成“{self._codes.titles[found]}”，请核对")


class _List:
    """Several values in one cell; what is said of one is said of the cell."""

    def __init__(self, item: Read) -> None:
        self._item = item

    def __call__(self, cell: Cell) -> Any:
        if not isinstance(cell, str):
            return self._of([cell])
        return self._of([part for part in _SEPARATORS.split(cell.strip(_BLANKS)) if part.strip(_BLANKS)])

    def _of(self, parts: list[Any]) -> Any:
        values, said = [], None
        for part in parts:
            value = self._item(part.strip(_BLANKS) if isinstance(part, str) else part)
            if isinstance(value, Unreadable):
                return value
            if isinstance(value, Said):
                said, value = value, value.value
            values.append(value)
        return said._replace(value=values) if said else values
