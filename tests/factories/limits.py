"""Values of the parameters that facts need: local, dated, corrected, an example, and here and there none at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from services.screening.parameters.domain import ParameterStatus, ParameterValue

CITY, HANGGIN, DONGSHENG = "150600000000", "150625000000", "150602000000"
_SOON, _LATE = datetime(2025, 1, 2, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def _value(
    name: str,
    place: str,
    since: date,
    until: date | None,
    value: int,
    *,
    version: int = 1,
    known: datetime = _SOON,
    status: ParameterStatus = "adopted",
) -> ParameterValue:
    kind, unit = ("count", "月") if name == "stable_months" else ("days", "天")
    return ParameterValue(name, place, since, until, version, Decimal(value), kind, unit, "仅供测试", status, known)


LIMITS = [
    _value("stable_months", CITY, date(2025, 6, 1), None, 3),
    _value("stable_months", CITY, date(2025, 6, 1), None, 4, version=2, known=_LATE),
    _value("stable_months", HANGGIN, date(2026, 1, 1), date(2026, 9, 30), 6),
    _value("insurance_grace_days", CITY, date(2025, 1, 1), date(2025, 12, 31), 31),
    _value("insurance_grace_days", DONGSHENG, date(2025, 1, 1), None, 10, status="demo"),
]
