"""Disability certificates 残疾人证: the number, and which grades count as severe 重度 (dated, `disability.yaml`).

A number has 20 places: the 18 of the identity number, the category, the grade; a reissued certificate carries `B` and
how often behind them, 22 in all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from shared.codes import identity
from shared.codes.errors import CodeError

Purpose = Literal["severe", "single_person_allowance"]
_NUMBER = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(B[0-9])?", re.ASCII)
_IGNORED = re.compile(r"[\s\u200b\ufeff-]+")
_TERMS = yaml.safe_load(files(__package__).joinpath("disability.yaml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Card:
    """A valid number in its canonical writing, and what it says. `category` is 1–7, `grade` 1–4, 1 the most severe."""

    number: str
    id_number: str
    category: str
    grade: str


@lru_cache(maxsize=4_096)
def parse_card(raw: str) -> Card:
    """Read a certificate's number; full-width digits, spaces and small letters are put right.

    Raises CodeError: `disability_card_format`, `disability_card_check` (the identity number in it is wrong).
    """
    number = _IGNORED.sub("", unicodedata.normalize("NFKC", raw)).upper()
    parts = _NUMBER.fullmatch(number)
    if parts is None:
        raise CodeError(
            "disability_card_format",
            "应为 20 位残疾人证号（18 位身份证号、类别 1 至 7、等级 1 至 4），补办的末尾多“B”和次数，"
            f"共 22 位；现在是 {len(number)} 位",
        )
    try:
        identity.parse(parts[1])
    except CodeError as wrong:
        raise CodeError("disability_card_check", f"前 18 位不是有效的身份证号：{wrong.message}") from None
    return Card(number, parts[1], parts[2], parts[3])


def terms(purpose: Purpose) -> tuple[Mapping[str, Any], ...]:
    """The rules of a purpose, oldest first, each with `valid_from`, `valid_to` (None: open), the `grades` that are
    severe in every category, and in `also` by category those that are severe in it besides."""
    return tuple(_TERMS[purpose])


def is_severe(category: str, grade: str, on: date, purpose: Purpose = "severe") -> bool:
    """Whether a disability counts as severe on a day, for a purpose; False before the first known rule."""
    for term in terms(purpose):
        if term["valid_from"] <= on and (term["valid_to"] is None or on <= term["valid_to"]):
            return grade in term["grades"] or grade in term["also"].get(category, ())
    return False
