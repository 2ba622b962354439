"""Citizen identity numbers 公民身份号码 (GB 11643-1999): 6 digits of division, 8 of birth, 3 of sequence, 1 check.

Our own check, because the usual library raises on counties that it does not list (design: stack notes). The weight of
position i is 2^(17-i) mod 11, and the weighted sum of all 18 (X = 10) must be 1 mod 11. The three parts are looked up
in small caches, so that a number costs well under a microsecond.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.codes.errors import CodeError

WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(18))
_LENGTH = 18
CHECK_DIGITS = "0123456789X"
_NUMBER = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_CARD = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(B[0-9])?", re.ASCII)
_SPACE = re.compile(r"[\s\u200b\ufeff-]+")
_INSIDE = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])", re.ASCII)
EARLIEST_YEAR = 1880
_PROVINCES = frozenset(
    map(
        str,
        (
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Identity:
    """A valid number. `notes` are (code, Chinese text) of what was normalised or is odd, in order."""

    number: str
    birth_on: date
    sex: str
    """`male` or `female`, by the seventeenth digit."""
    notes: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=65_536)
def _birth(text: str) -> tuple[date, int] | None:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return (day, _weigh(text, 6)) if day.year >= EARLIEST_YEAR else None


@lru_cache(maxsize=8_192)
def _prefix(text: str) -> tuple[int, bool]:
    return _weigh(text, 0), text[:2] in _PROVINCES


@lru_cache(maxsize=11_264)
def _tail(text: str) -> tuple[int, str]:
    return _weigh(text, 14), "male" if int(text[2]) % 2 else "female"


def _weigh(text: str, offset: int) -> int:
    return sum(WEIGHTS[offset + i] * CHECK_DIGITS.index(digit) for i, digit in enumerate(text))


def check_digit(first_17: str) -> str:
    """The eighteenth character for 17 digits."""
    return CHECK_DIGITS[(1 - _weigh(first_17, 0)) % 11]


def birth_of(number: str) -> date | None:
    """The birth date of a number that is valid and needs no normalising and no note; None sends the caller to `parse`.

    The hot path of ingest: a third of the price of `parse`.
    """
    if len(number) != _LENGTH or not _NUMBER.fullmatch(number):
        return None
    birth = _birth(number[6:14])
    head, known = _prefix(number[:6])
    if birth is None or not known or (head + birth[1] + _tail(number[14:])[0]) % 11 != 1:
        return None
    return birth[0]


def parse(raw: str) -> Identity:
    """Read one identity number; `x`, full-width digits and spaces are normalised and noted.

    Raises CodeError: `disability_card_in_id_number`, `id_number_format`, `id_number_birth`, `id_number_check`.
    A province that we do not know is a note only (`id_number_division_unknown`).
    """
    if _NUMBER.fullmatch(raw):
        return _parse(raw, ())
    number = _SPACE.sub("", unicodedata.normalize("NFKC", raw)).upper()
    if _NUMBER.fullmatch(number):
        return _parse(number, (("id_number_normalised", "已统一写法（全角转半角、去空格、x 改为 X）"),))
    if _CARD.fullmatch(number):
        raise CodeError(
            "disability_card_in_id_number",
            "填的是残疾人证号（20 位或 22 位），这里要填 18 位身份证号（残疾人证号的前 18 位）",
        )
    if re.fullmatch(r"[0-9]{15}", number):
        raise CodeError("id_number_format", "是 15 位旧号码，已停止使用，请改填 18 位身份证号")
    raise CodeError("id_number_format", f"应为 18 位身份证号（前 17 位数字，末位数字或 X），现在是 {len(number)} 位")


def _parse(number: str, notes: tuple[tuple[str, str], ...]) -> Identity:
    birth = _birth(number[6:14])
    if birth is None:
        raise CodeError("id_number_birth", "第 7 至 14 位不是真实的出生日期，请对照证件核对")
    head, known = _prefix(number[:6])
    tail, sex = _tail(number[14:])
    if (head + birth[1] + tail) % 11 != 1:
        raise CodeError("id_number_check", "校验码不对，多为录错或少录一位，请对照证件核对")
    if not known:
        notes += (("id_number_division_unknown", "身份证号前两位不是已知的省级代码，请核对"),)
    return Identity(number, birth[0], sex, notes)


def contains(text: str) -> bool:
    """Whether a valid identity number (or a disability card number, which holds one) stands inside a text."""
    if len(text) < 18:
        return False
    if any(_valid(match.group().upper()) for match in _INSIDE.finditer(text)):
        return True
    return any(_valid(match.group(1)) for match in _CARD.finditer(text.upper()))


def resembles(text: str) -> bool:
    """Whether an identity number stands inside a text, or what was meant as one: a mistyped digit names a person too.
    For what people type; a department's own numbers may look like that by chance."""
    return contains(text) or any(_birth(match.group()[6:14]) is not None for match in _INSIDE.finditer(text))


def _valid(number: str) -> bool:
    birth = _birth(number[6:14])
    return birth is not None and (_prefix(number[:6])[0] + birth[1] + _tail(number[14:])[0]) % 11 == 1
