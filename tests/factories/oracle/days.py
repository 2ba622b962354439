"""Days, months and amounts as the definitions speak of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last one: 31 May less three months is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_start(month: str | None) -> date | None:
    """The first day of `YYYY-MM`."""
    return None if month is None else date.fromisoformat(f"{month}-01")


def month_end(month: str | None) -> date | None:
    """The last day of `YYYY-MM`."""
    first = month_start(month)
    return None if first is None else first.replace(day=monthrange(first.year, first.month)[1])


def day_of(written: str | None) -> date | None:
    """A date as it stands in a record."""
    return None if written is None else date.fromisoformat(written)


def months_between(first: date, last: date) -> int:
    """How many calendar months lie between the months of two days."""
    return last.year * 12 + last.month - first.year * 12 - first.month


def in_year_before(own: date, day: date) -> bool:
    """own ∈ (day − 12 months, day]."""
    return months_before(day, 12) < own <= day


def in_window(own: date, first_known: date, day: date, days: int) -> bool:
    """W(n): within a year, and it happened in the last n days or was first heard of in them."""
    since = day - timedelta(days=days)
    return in_year_before(own, day) and (own > since or since < first_known <= day)


def age_on(born: date, day: date) -> int:
    """Completed years; who is born on 29 February completes one on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def fen(yuan: str | None) -> int | None:
    """Integer fen of an amount in yuan; what is not said stays None."""
    return None if yuan is None else int(Decimal(yuan) * 100)


def rounded(amount: int, heads: int) -> int:
    """`amount` for each of so many heads, a half going away from zero."""
    return int((Decimal(amount) / Decimal(heads)).quantize(Decimal(1), ROUND_HALF_UP))
