"""What the groups' SQL takes from shared code lists, as words of `wording`: made at assembly, never copied by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.codes import disability
from shared.codes.school_calendar import CALENDAR, YEAR_BEGINS
from shared.versions import kinds

SCHOOL_YEARS = range(2000, 2100)
"""The school years whose terms the statements know; before the first, the days into term are NULL."""


def _code(_in_set: bool, *names: str) -> str:
    """The codes of values of one list of `shared.versions.kinds` (`SCHOOLING_STATUS returned enrolled`), in brackets
    where there are several, for IN."""
    codes = _codes(names[0])
    found = ", ".join(str(codes[name]) for name in names[1:])
    return found if len(names) == 2 else f"({found})"


def _texts(_in_set: bool, name: str) -> str:
    """The values of a list as an array: the value of a code is `({texts DISASTER_TYPE})[code]`."""
    listed = sorted(_codes(name).items(), key=lambda item: item[1])
    if [code for _, code in listed] != list(range(1, len(listed) + 1)):
        raise ValueError(f"{name} does not count from 1")
    return "ARRAY[" + ", ".join(f"'{value}'" for value, _ in listed) + "]"


def _codes(name: str) -> Mapping[str, int]:
    found = getattr(kinds, name, None)
    if not isinstance(found, Mapping):
        raise KeyError(name)
    return found


def _is_severe(_in_set: bool, purpose: disability.Purpose, category: str, grade: str) -> str:
    """That a category and a grade (both smallint) count as severe 重度 on D for a purpose."""
    cases = []
    for term in disability.terms(purpose):
        until = "" if term["valid_to"] is None else f" AND $1::date <= date '{term['valid_to']}'"
        severe = [f"{grade} IN ({', '.join(term['grades'])})"]
        severe += [f"({category} = {key} AND {grade} IN ({', '.join(more)}))" for key, more in term["also"].items()]
        cases.append(f"($1::date >= date '{term['valid_from']}'{until} AND ({' OR '.join(severe)}))")
    return f"({' OR '.join(cases)})"


def _school_year(_in_set: bool) -> str:
    """The year in which D's school year began."""
    month, day = YEAR_BEGINS
    return f"extract(year FROM $1::date - interval '{month - 1} months {day - 1} days')::int"


def _term_starts(_in_set: bool) -> str:
    """The first days of all terms, as an array."""
    days = sorted(first for year in SCHOOL_YEARS for first, _ in CALENDAR.terms(year))
    return "'{" + ",".join(day.isoformat() for day in days) + "}'::date[]"


WORDS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "code": _code,
        "texts": _texts,
        "is_severe": _is_severe,
        "school_year": _school_year,
        "term_starts": _term_starts,
    }
)
