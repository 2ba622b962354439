"""The surveys of the plan as data: whom each is about, and its items of content (规划专栏2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from services.screening.facts.domain import FACTS
from services.screening.rules.language import compile_predicate, parse
from services.screening.runs.domain import Kind
from services.screening.runs.repository.pages import NAMED


@dataclass(frozen=True, slots=True)
class Survey:
    """Conditions on the relation of facts by title (SQL), and facts by the title of their item."""

    groups: Mapping[str, str]
    items: Mapping[str, tuple[str, ...]]
    document: str | None = None
    quote: str | None = None


@cache
def survey(kind: Kind) -> Survey:
    """What a run of that kind looks at; a run of a day is about every household and has no items."""
    page = yaml.safe_load(files(__package__).joinpath("surveys.yaml").read_text("utf-8"))
    entry = page["surveys"].get(kind)
    if entry is None:
        return Survey({}, {})
    chosen = [page["groups"][name] for name in entry["population"]]
    return Survey(
        groups={group["title"]: _condition(group) for group in chosen},
        items={title: tuple(names) for title, names in entry["items"].items()},
        document=page["documents"][entry["document"]],
        quote=entry["quote"],
    )


def _condition(group: Mapping[str, str]) -> str:
    if "named" in group:
        return NAMED[group["named"]]
    return compile_predicate(parse(group["where"]), FACTS)
