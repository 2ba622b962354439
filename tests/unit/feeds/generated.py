"""Values generated from the models of the feeds: right ones by the kind of field, and wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from types import MappingProxyType
from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared import clock
from shared.codes import credit, divisions, identity
from shared.feeds import checks
from shared.feeds.checks import AHEAD, EARLIEST, FAR_AHEAD
from shared.feeds.fields import bounds, kind_of, list_of, nested

Values = st.SearchStrategy[Any]
_LETTERS = st.characters(exclude_categories=["C", "Z"])
_CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_REGIONS = ("150625", "150602", "110105", "654202", "820000")
_ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
DIVISIONS = tuple(place.code for place in divisions.all_divisions())
VILLAGES = tuple(place.code for place in divisions.all_divisions() if place.level == "village")


@cache
def numbers(latest: date | None = None) -> Values:
    """Identity numbers of people born by `latest`, by today if it is None."""
    born = st.dates(date(1900, 1, 1), latest or clock.today())
    parts = st.tuples(st.sampled_from(_REGIONS), born, st.integers(0, 999))
    heads = parts.map(lambda part: f"{part[0]}{part[1]:%Y%m%d}{part[2]:03d}")
    return heads.map(lambda head: head + identity.check_digit(head))


def money(highest_fen: int = 10_000_000_000) -> Values:
    """Amounts as the bus carries them."""
    return st.integers(0, highest_fen).map(checks.yuan)


def days(first: date = EARLIEST, last: date | None = None) -> Values:
    """Days as text, until today if `last` is None."""
    return st.dates(first, last or clock.today()).map(date.isoformat)


def months(last: date | None = None) -> Values:
    """Months as text, until this one if `last` is None."""
    return days(last=last).map(lambda day: day[:7])


def _instants() -> Values:
    moments = st.datetimes(datetime(1990, 1, 2), datetime(clock.today().year, 1, 1))  # noqa: DTZ001 (drawn below)
    return st.builds(lambda moment, zone: moment.replace(tzinfo=UTC).astimezone(zone).isoformat(), moments, _ZONES)


def _texts(longest: int) -> Values:
    return st.text(_LETTERS, min_size=1, max_size=longest).filter(lambda text: not identity.contains(text))


def _credit_codes() -> Values:
    heads = st.text(st.sampled_from(credit.ALPHABET), min_size=17, max_size=17)
    return heads.map(lambda head: head + credit.check_character(head))


def _school_years() -> Values:
    return st.integers(EARLIEST.year, clock.today().year + 1).map(lambda year: f"{year}-{year + 1}")


def _hundredths(highest: int) -> Values:
    return st.integers(0, highest).map(lambda number: f"{number // 100}.{number % 100:02d}")


_RIGHT: Mapping[str, Callable[[], Values]] = MappingProxyType(
    {
        "money": money,
        "day": lambda: days(last=clock.today() + AHEAD),
        "past_day": days,
        "far_day": lambda: days(last=clock.today() + FAR_AHEAD),
        "month": lambda: months(clock.today() + AHEAD),
        "past_month": months,
        "school_year": _school_years,
        "instant": _instants,
        "source_id": lambda: _texts(64),
        "household_no": lambda: st.from_regex(r"\A[0-9A-Za-z-]{6,17}\Z"),
        "id_number": numbers,
        "id_numbers": lambda: st.lists(numbers(), min_size=1, max_size=6, unique=True),
        "disability_card": numbers,
        "person_name": lambda: st.text(_CHINESE, min_size=1, max_size=60),
        "division": lambda: st.sampled_from(DIVISIONS),
        "credit_code": _credit_codes,
        "institution_code": lambda: st.from_regex(r"\A[0-9A-Za-z]{4,32}\Z"),
        "text": lambda: _texts(200),
        "area": lambda: _hundredths(9_999_999),
        "flag": st.booleans,
    }
)


def right(field: FieldInfo) -> Values:
    """Values that the field takes as they are, None where it may be left out."""
    found = _right(field)
    return found if field.is_required() else st.none() | found


def _right(field: FieldInfo) -> Values:
    low, high = bounds(field)
    if inner := nested(field):
        return st.lists(objects(inner), min_size=low, max_size=4)
    if codes := list_of(field):
        one = st.sampled_from(codes.codes.values())
        return st.lists(one, min_size=low, max_size=high, unique=True) if is_list(field) else one
    if make := _RIGHT.get(kind_of(field) or ""):
        return make()
    return st.sampled_from(get_args(field.annotation)) if low is None else st.integers(low, high)


def is_list(field: FieldInfo) -> bool:
    """Whether the field's value is a list, looked up through `| None`."""
    hints = (field.annotation, *getattr(field.annotation, "__args__", ()))
    return any(get_origin(getattr(hint, "__origin__", hint)) is list or get_origin(hint) is list for hint in hints)


@cache
def objects(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects each field of which is right by itself."""
    return st.fixed_dictionaries({name: right(field) for name, field in model.model_fields.items()})
