"""Values that a field of each kind must refuse, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo

from shared import clock
from shared.feeds.checks import AHEAD, CLOCK_SLACK, FAR_AHEAD
from shared.feeds.fields import bounds, kind_of, list_of, nested
from tests.unit.feeds.generated import is_list

NUMBER = "150625197001019948"
BAD_CHECK = "150625197001019947"
UNBORN = "150625209901019945"
ABSENT = object()
"""Stands for a field that is left out."""
_NO_TEXTS = (5, 2.5, True, ["x"], {"x": "x"}, "")
_NO_INTEGERS = ("3", "", 2.5, True, [3], {"x": 3}, -1, 10**30, 10**9)
_NO_DAYS = (*_NO_TEXTS, "2026-02-30", "2026-13-01", "20260301", "2026-3-1", "2026/03/01", "1949-09-30", "昨天")
_NO_MONTHS = (*_NO_TEXTS, "2026-13", "2026-00", "2026-3", "202603", "2026-03-01", "1949-09")


def _after(ahead: timedelta) -> str:
    return (clock.today() + ahead + timedelta(days=1)).isoformat()


def _next_month(ahead: timedelta = timedelta()) -> str:
    """The month after the last that is allowed: also at the end of a month, when `ahead` reaches into the next."""
    return ((clock.today() + ahead).replace(day=1) + timedelta(days=32)).isoformat()[:7]


_WRONG: Mapping[str, Callable[[], tuple[Any, ...]]] = MappingProxyType(
    {
        "money": lambda: (*_NO_TEXTS, "-1.00", "1.234", "1,000.00", "100000000.01", "1e3", "１２", " 1", "1元", "01"),
        "day": lambda: (*_NO_DAYS, _after(AHEAD)),
        "past_day": lambda: (*_NO_DAYS, _after(timedelta())),
        "far_day": lambda: (*_NO_DAYS, _after(FAR_AHEAD)),
        "month": lambda: (*_NO_MONTHS, _next_month(AHEAD)),
        "past_month": lambda: (*_NO_MONTHS, _next_month()),
        "school_year": lambda: (*_NO_TEXTS, "2025", "2025-2027", "2025/2026", "2026-2025", "1940-1941", "2099-2100"),
        "instant": lambda: (
            *_NO_TEXTS,
            "2026-03-05",
            "2026-03-05T09:30:00",
            "2026-02-30T09:30:00+08:00",
            "1989-12-31T23:59:59+00:00",
            (clock.now() + CLOCK_SLACK + timedelta(minutes=5)).isoformat(),
        ),
        "source_id": lambda: (*_NO_TEXTS, " a", "a ", "a\nb", "x" * 65, NUMBER, f"户{NUMBER}"),
        "household_no": lambda: (*_NO_TEXTS, "12345", "一二三四五六", "1" * 33, "150 625", NUMBER),
        "id_number": lambda: (*_NO_TEXTS, NUMBER[:-1], BAD_CHECK, UNBORN, f"{NUMBER}43", "150625700101994", "某某"),
        "disability_card": lambda: (*_NO_TEXTS, "43", NUMBER, f"{BAD_CHECK}43", f"{NUMBER}93", f"{NUMBER}45"),
        "person_name": lambda: (*_NO_TEXTS, "  ", "某1", NUMBER, "某\n某", "某" * 61),
        "division": lambda: (*_NO_TEXTS, "999999999999", "没有这个地方", "15062510020", "110000000000"),
        "credit_code": lambda: (*_NO_TEXTS, "91150600MA0N00001X", "91150600MA0N00001", NUMBER),
        "institution_code": lambda: (*_NO_TEXTS, "abc", "H 1234", "医院0001", "1" * 33, NUMBER),
        "text": lambda: (*_NO_TEXTS, " x", "x ", "x\ny", "x\x00", "字" * 201, NUMBER, f"号码{NUMBER}"),
        "area": lambda: (*_NO_TEXTS, "1.234", "-1", "很大", "100000"),
        "flag": lambda: ("true", "是", 1, 0, [True], {}, ""),
    }
)


def values(field: FieldInfo) -> Iterator[Any]:
    """What the field refuses: wrong types, wrong shapes, what lies just outside; for a required one its absence."""
    if field.is_required():
        yield from (ABSENT, None)
    low, high = bounds(field)
    kind = kind_of(field)
    if nested(field) or is_list(field):
        yield from ("x", 5, True, {}, [], [5], [None], [[]])
        if list_of(field):
            yield from (["no_such"], "no_such", ["no_such", "no_such"])
        if kind == "id_numbers":
            yield from ([NUMBER, NUMBER], [BAD_CHECK], [NUMBER] * 21)
    elif list_of(field):
        yield from (5, True, ["x"], {}, "", "no_such", "x" * 100)
    elif make := _WRONG.get(kind or ""):
        yield from make()
    elif low is None:  # op
        yield from ("delete", 5, True, [], {}, "")
    else:
        yield from (*_NO_INTEGERS, low - 1, high + 1)
