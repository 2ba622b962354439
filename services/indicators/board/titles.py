"""Chinese titles of what the pages name, each from the room that gives it."""

from __future__ import annotations

from functools import cache

from services.indicators.definitions import methods
from services.indicators.definitions import service as definitions
from services.indicators.holdings import service as holdings
from services.indicators.values.words import BESIDE
from shared.codes import divisions
from shared.feeds.catalogue import FEEDS


@cache
def statuses() -> dict[str, str]:
    """Code → title, as the published method says them."""
    return {term.code: term.title for term in methods.methods().statuses}


def source(department: str, kind: str) -> str:
    """A feed's title; observed figures are the department's own filling in."""
    if kind == "observation":
        return f"{definitions.catalogue().departments[department]}填报"
    if f"{department}/{kind}" == holdings.FEED:
        return holdings.TITLE
    return FEEDS[department, kind].title


def observed(code: str) -> str:
    """An observed quantity's."""
    return definitions.catalogue().inputs[code].title


def beside(name: str) -> str:
    """Of a number beside a value."""
    inputs = definitions.catalogue().inputs
    return inputs[name].title if name in inputs else BESIDE[name]


def place(code: str) -> str:
    """A division with all that it lies in; a code that is none stays as it is."""
    return divisions.path(code) if divisions.get(code) else code
