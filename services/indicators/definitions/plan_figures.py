"""Arithmetic on the plan's own numbers: what they say when taken together. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


def compound_growth(first: Decimal, last: Decimal, years: Decimal) -> Decimal:
    """Growth a year in percent that leads from `first` to `last` in so many `years`, to a tenth."""
    return _percent((last / first) ** (1 / years) - 1)


def simple_growth(first: Decimal, last: Decimal, years: Decimal) -> Decimal:
    """The whole growth divided by the years, in percent to a tenth: what only looks like growth a year."""
    return _percent((last / first - 1) / years)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """A part of a whole in percent, to a tenth."""
    return _percent(part / whole)


def total(*numbers: Decimal) -> Decimal:
    """The sum."""
    return sum(numbers, Decimal(0))


def excess(more: Decimal, less: Decimal) -> Decimal:
    """By how much the first is more than the second."""
    return more - less


def _percent(ratio: Decimal) -> Decimal:
    return (ratio * 100).quantize(_TENTH, ROUND_HALF_UP)


_FIGURES: Mapping[str, Callable[..., Decimal]] = {
    "compound_growth": compound_growth,
    "excess": excess,
    "share": share,
    "simple_growth": simple_growth,
    "total": total,
}


def figure(name: str, numbers: Sequence[Decimal]) -> Decimal:
    """A figure by its name; KeyError for an unknown one."""
    return _FIGURES[name](*numbers)
