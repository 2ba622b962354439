"""What the templates of this room say things with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.indicators.board import domain, pictures, reasons, titles
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import ATTRIBUTES
from services.indicators.values.words import reading_words
from shared import clock
from shared.feeds.catalogue import DEPARTMENTS

TEMPLATES = Path(__file__).parent / "templates"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def words() -> dict[str, Any]:
    """What the templates say things with."""
    return {
        "plan": definitions.catalogue().plan,
        "today": clock.today(),
        "attributes": ATTRIBUTES,
        "statuses": titles.statuses(),
        "marks": domain.MARKS,
        "methods": domain.METHODS,
        "tally": domain.tally,
        "beside_title": titles.beside,
        "number_words": domain.number_words,
        "plain_words": domain.plain_words,
        "target_words": domain.target_words,
        "parts_words": domain.parts_words,
        "age_words": domain.age_words,
        "reading_words": reading_words,
        "yuan_words": domain.yuan_words,
        "delta_words": domain.delta_words,
        "means": reasons.means,
        "part_title": reasons.part_title,
        "why_not": reasons.why_not,
        "bullet": pictures.bullet_of,
        "trend": pictures.trend_of,
        "trend_words": pictures.trend_words,
        "drawn": domain.drawn,
        "extremes_words": pictures.extremes_words,
        "bar": pictures.bar_of,
        "source_title": titles.source,
        "input_title": titles.observed,
        "departments": DEPARTMENTS,
        "place_of": titles.place,
        "instant_of": lambda version: _EPOCH + timedelta(microseconds=version),
        "minute_of": _minute,
        "decimal": _decimal,
    }


def _decimal(text: str | None) -> Decimal | None:
    """A frozen number as it was before it became text."""
    return None if text is None else Decimal(text)


def _minute(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
