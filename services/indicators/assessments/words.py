"""What people read in a snapshot where a program reads codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from services.indicators.definitions.domain import Method
from services.indicators.definitions.methods import methods
from shared import clock

METHOD_WORDS: Final[dict[Method, str]] = {"plan": "规划原文", "practice": "统计年鉴惯例", "ours": "本平台"}


def statuses() -> dict[str, str]:
    """Title of every status in the order of the published method; a code may stand there more than once."""
    return {term.code: term.title for term in methods().statuses}


def paths() -> dict[str, str]:
    """Title of every path."""
    return {term.code: term.title for term in methods().paths}


def minute(moment: datetime | None) -> str | None:
    """An instant as a clerk in Ordos reads it."""
    return None if moment is None else f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def day(found: date | None) -> str | None:
    """A day as it is written."""
    return None if found is None else found.isoformat()
