"""The one mask 脱敏: the same everywhere, so that two masked forms can never be spliced together.

An identity or card number shows its first 6 and nothing else, a name its surname. The number of stars is fixed: the
length tells nothing.
"""

from __future__ import annotations

import re
import unicodedata

_STARS = "********"
_DIGITS_OF_A_PERSON = 9
_LETTERS_OF_A_DATE = 3
_SHOWN = 32
_PLAIN = re.compile(r"[\x20-\x7e]*")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9:]{4,5})?")
_LONGEST_BITS = 1_000
_WORD = re.compile(r"[a-z]+(_[a-z]+)*|[A-Z]", re.ASCII)


def mask_id(number: str) -> str:
    """`150602********`: the first 6 characters of a number, whatever its length. What begins like no number may be a
    name in the wrong column, alone or in front of the number, and is masked as a name."""
    first = "".join(unicodedata.normalize("NFKC", number).split())[:6]
    if not first.isascii() or sum(character.isalpha() for character in first) > 1:
        return mask_name(number)
    return first + _STARS


def mask_name(name: str) -> str:
    """`张**`: the first character of a name."""
    return name.strip()[:1] + "**"


def mask(value: object) -> str:
    """Any refused value as it may be shown: short harmless ones (amounts, dates, codes) whole, whatever could be a
    number of a person or a name masked, structures and very long texts by their size only. Never raises."""
    if value is None or isinstance(value, bool):
        return {None: "空", True: "true", False: "false"}[value]
    if isinstance(value, dict | list | tuple):
        return f"（{'对象' if isinstance(value, dict) else '列表'}，{len(value)} 项）"
    if isinstance(value, int) and value.bit_length() > _LONGEST_BITS:
        return "（数值过大）"
    return _mask_text(str(value))


def _mask_text(whole: str) -> str:
    text = "".join(character if character.isprintable() else "?" for character in whole[:200])
    if sum(character.isdigit() for character in text) >= _DIGITS_OF_A_PERSON and not _INSTANT.fullmatch(text):
        return mask_id(text)
    if len(whole) > _SHOWN:
        return f"{text[:1]}**（共 {len(whole)} 个字符）"
    if not text.strip():
        return "（空白）"
    return text if _harmless(text) else mask_name(text)


def _harmless(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    if not _PLAIN.fullmatch(text):
        return False
    return letters <= min(digits, _LETTERS_OF_A_DATE) or _WORD.fullmatch(text) is not None
