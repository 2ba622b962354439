"""From published values to the content of a snapshot: every target of every division it is set for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.indicators.assessments.domain import Content, Wish
from services.indicators.definitions.domain import Catalogue, Indicator, Plan
from services.indicators.definitions.methods import methods
from services.indicators.observations.domain import Observation
from services.indicators.values.ages import data_age
from services.indicators.values.closable import NEVER_PUBLISHED
from services.indicators.values.domain import ReadingStatus, Stored
from services.indicators.values.status import readings_of
from shared.codes.divisions import Division

Standing = Mapping[tuple[int, str, str], Stored]
"""Current values by (number, division, period)."""
Official = Mapping[tuple[str | None, str], Observation]
"""The year's published figures by (indicator, division)."""

_COPIED = ("number", "code", "family", "title", "place", "attribute", "unit", "comparison", "baseline")
_MEASURED = ("value", "numerator", "denominator", "status", "basis", "as_of", "known_at", "formula_version", "beside")
_PUBLISHED = ("period", "value", "unit", "numerator", "denominator", "document", "document_on")


@dataclass(frozen=True, slots=True)
class Moment:
    """When the values were read, on which day, by whose order, when the period was closed (None: it is not), and
    how many changes of records no pass has computed yet."""

    known_at: datetime
    today: date
    made_by: str
    period_closed_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to be frozen: values of the year and of the one before, published figures of the year, and
    why there is no value, by (number, division)."""

    standing: Standing
    official: Official
    reasons: Mapping[tuple[int, str], str]


def freeze(wish: Wish, moment: Moment, catalogue: Catalogue, divisions: Sequence[Division], found: Found) -> Content:
    """The content of a snapshot: its head, the method of every target, and one row a target and division.

    A target without a value is in it as not computable, with the reason.
    """
    pairs = [(i, d) for i in catalogue.indicators for d in divisions if d.level in i.levels and _holds(i, d)]
    return {
        "kind": wish.kind,
        "year": wish.year,
        "title": wish.title,
        "document": catalogue.plan.document,
        "known_at": moment.known_at,
        "made_by": moment.made_by,
        "period_closed_at": moment.period_closed_at,
        "waiting": moment.waiting,
        "definitions": catalogue.digest,
        "method_version": methods().version,
        "methods": [_method(indicator) for indicator in catalogue.indicators],
        "rows": [
            _row(indicator, division, wish.year, catalogue.plan, found, moment.today) for indicator, division in pairs
        ],
    }


def _holds(indicator: Indicator, division: Division) -> bool:
    return not indicator.divisions or division.code in indicator.divisions


def _method(indicator: Indicator) -> dict[str, Any]:
    formula = indicator.formula
    return {
        "code": indicator.code,
        "version": formula.version,
        "method": formula.method,
        "text": formula.text,
        "numerator": formula.numerator,
        "denominator": formula.denominator,
        "precision": indicator.precision,
        "path": indicator.path,
    }


def _row(indicator: Indicator, division: Division, year: int, plan: Plan, found: Found, today: date) -> dict[str, Any]:
    stored = found.standing.get((indicator.number, division.code, f"{year:04d}"))
    before = found.standing.get((indicator.number, division.code, f"{year - 1:04d}"))
    official = found.official.get((indicator.code, division.code))
    readings = [] if stored is None else readings_of(indicator, plan, stored.value, today)
    target = indicator.target_of(year, plan, before.value.value if before else None)
    return {
        **{name: getattr(indicator, name) for name in _COPIED},
        "department": indicator.owner,
        "division_code": division.code,
        "period": f"{year:04d}",
        "target": target,
        **_measured(indicator, stored, found.reasons.get((indicator.number, division.code))),
        "data_age": [] if stored is None else list(_ages(stored, today)),
        "readings": [_reading(one) for one in readings],
        "official": None if official is None else {name: getattr(official, name) for name in _PUBLISHED},
    }


def _reading(one: ReadingStatus) -> dict[str, Any]:
    names = ("code", "title", "place", "comparison", "target", "population")
    return {**{name: getattr(one.reading, name) for name in names}, "status": one.status}


def _measured(indicator: Indicator, stored: Stored | None, why: str | None) -> dict[str, Any]:
    if stored is None:
        empty: dict[str, Any] = dict.fromkeys(_MEASURED)
        reason = indicator.waiting or why or NEVER_PUBLISHED
        known = {"status": "not_computable", "formula_version": indicator.formula.version, "beside": {}}
        return {**empty, **known, "reason": reason}
    return {name: getattr(stored.value, name) for name in (*_MEASURED, "reason")}


def _ages(stored: Stored, today: date) -> Iterator[dict[str, Any]]:
    for age in data_age(stored.value.sources, today):
        yield {
            "department": age.department,
            "kind": age.kind,
            "newest_known_at": age.newest_known_at,
            "age_days": age.age_days,
            "overdue": age.overdue,
        }
