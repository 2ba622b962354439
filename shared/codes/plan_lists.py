"""The plan's lists of 专栏10 三级示范创建名单: leading, key and steadily advancing banners, demonstration villages, key
townships and key villages, resolved to division codes.

Key villages are looked for within their banner; demonstration villages carry none and are looked for in the whole city.
What matches nothing, or several places, has no code: a person decides, this module never guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from shared.codes import divisions

CITY = "150600000000"
DOCUMENT = "鄂尔多斯市“十四五”巩固拓展脱贫攻坚成果同乡村振兴有效衔接规划（鄂府发〔2022〕130号）"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name as the plan writes it. `scope` is where it was looked for; `code` None if nothing or several places
    match; `how` is name, alias, folded, ambiguous or none; `candidates` are the places that match, or when none does
    the ones written alike."""

    name: str
    scope: str
    code: str | None
    how: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanList:
    """One list. `announced` is the number in the plan's heading, which its own names may contradict."""

    name: str
    title: str
    level: str
    source: str
    announced: int | None
    entries: tuple[Entry, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the entries that resolved."""
        return frozenset(entry.code for entry in self.entries if entry.code)

    @property
    def unresolved(self) -> tuple[Entry, ...]:
        """The entries that a person must settle."""
        return tuple(entry for entry in self.entries if entry.code is None)


def _entry(name: str, scope: str, level: str) -> Entry:
    found = divisions.resolve(name) if level == "banner" else divisions.resolve_listed(name, scope, level)
    candidates = found.candidates or divisions.lookalikes(name, scope, level)
    return Entry(name, scope, found.code, found.how, candidates)


def _names(listed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, scope) of a list: within the banners it names, or in the whole city."""
    yield from ((name, CITY) for name in listed.get("names", ()))
    for banner, names in listed.get("banners", {}).items():
        scope = divisions.resolve(banner).code
        if scope is None:
            raise ValueError(f"no banner {banner}")
        yield from ((name, scope) for name in names)


@lru_cache(maxsize=1)
def all_lists() -> Mapping[str, PlanList]:
    """Every list by its name; about a tenth of a second the first time."""
    pages = yaml.safe_load(files(__package__).joinpath("plan_lists.yaml").read_text("utf-8"))
    made = {}
    for name, listed in pages.items():
        level = listed["level"]
        entries = tuple(_entry(written, scope, level) for written, scope in _names(listed))
        source = f"{DOCUMENT}{listed.get('source', '专栏10')}"
        made[name] = PlanList(name, listed["title"], level, source, listed.get("announced"), entries)
    return MappingProxyType(made)


def get(name: str) -> PlanList:
    """The list of that name; KeyError for a programming mistake."""
    return all_lists()[name]


def lists_of(code: str) -> tuple[PlanList, ...]:
    """The lists that a place itself is on; what its banner is on is the banner's."""
    return tuple(listed for listed in all_lists().values() if code in listed.codes)
