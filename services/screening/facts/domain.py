"""Declarations of the facts, read from `facts.yaml`; groups, and what feeds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from services.screening.facts.declarations import written
from services.screening.register.domain import ASSET_EVENTS
from shared.codes import lists

FactType = Literal["count", "fen", "boolean", "grade", "text", "days"]
Silence = Literal["none", "clear", "both", "latest"]

_UNITS: dict[str, str] = {"fen": "元", "days": "天"}
_HOUSEHOLD = 17


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a household.

    `kinds` are the feed numbers it is computed from. `silence` says what an overdue feed blocks:
    `clear` (sums, maxima, counts: a TRUE on what is known stands, only FALSE becomes unknown), `both`
    (facts of absence: nothing can be said), `latest` (a level from the newest record: a TRUE on it
    stands whichever way it compares, FALSE becomes unknown) or `none`. `parameters` are the dated
    local values its definition reads: it is NULL without them, and for no other reason. `labels` are
    the Chinese words of its values, of grades by number and of texts by code.
    """

    name: str
    title: str
    type: FactType
    unit: str
    kinds: tuple[int, ...]
    silence: Silence
    group: str
    definition: str
    parameters: tuple[str, ...] = ()
    labels: Mapping[int | str, str] = field(default_factory=dict, hash=False)

    def label(self, value: Any) -> str | None:
        """The Chinese words of a value that has some."""
        return self.labels.get(value)


def read(page: Mapping[str, Mapping[str, Any]]) -> Iterator[Fact]:
    """The facts of a page of declarations, by group; KeyError or TypeError for one that is not whole."""
    for group, declared in page.items():
        for name, entry in declared.items():
            of, code_list = entry["of"], entry.get("labels_from")
            labels: dict[int | str, str] = dict(entry.get("labels", {}))
            labels.update(lists.get(code_list).titles if code_list else {})
            yield Fact(
                name=name,
                title=entry["title"],
                type=of["type"],
                unit=of.get("unit", _UNITS.get(of["type"], "")),
                kinds=tuple(of["kinds"]),
                silence=of["silence"],
                group=group,
                definition=entry["definition"],
                parameters=tuple(entry.get("parameters", ())),
                labels=MappingProxyType(labels),
            )


_DECLARED = tuple(read(written()))

FACTS: dict[str, Fact] = {fact.name: fact for fact in _DECLARED}
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(fact.group for fact in _DECLARED))
PARAMETERS: tuple[str, ...] = tuple(dict.fromkeys(name for fact in _DECLARED for name in fact.parameters))
"""The parameters that facts read; those of the rules are the rules'."""


def groups_fed_by(kinds: set[int]) -> tuple[str, ...]:
    """The groups to compute again when records of `kinds` (or ASSET_EVENTS) arrived.

    A household record (17) moves members between households, so it feeds every group.
    """
    if _HOUSEHOLD in kinds:
        return GROUPS
    fed = {fact.group for fact in _DECLARED if kinds & set(fact.kinds)}
    if ASSET_EVENTS in kinds:
        fed.add("assets")
    return tuple(group for group in GROUPS if group in fed)


def kinds_of(groups: tuple[str, ...]) -> tuple[int, ...]:
    """Feed numbers whose records the facts of `groups` are computed from, ascending."""
    return tuple(sorted({kind for fact in _DECLARED if fact.group in groups for kind in fact.kinds}))


SILENCE_KINDS: tuple[int, ...] = tuple(sorted({k for f in _DECLARED if f.silence != "none" for k in f.kinds}))


def wire_value(fact: Fact, value: Any) -> str | int | bool | None:
    """A fact's value as every answer gives it: money in yuan with two decimals, a grade by its label, a text as its
    code."""
    if value is None:
        return None
    if fact.type == "fen":
        sign, fen = ("-" if value < 0 else ""), abs(value)
        return f"{sign}{fen // 100}.{fen % 100:02d}"
    if fact.type == "grade":
        return fact.labels[value]
    known: str | int | bool = value
    return known
