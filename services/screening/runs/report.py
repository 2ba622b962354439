"""The report of a run: its tally with names, as the API and the terminal show it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.screening.facts.domain import FACTS
from services.screening.parameters.shipped import definitions
from services.screening.runs.domain import Run
from services.screening.runs.surveys import survey
from shared.codes import divisions
from shared.feeds import catalogue
from shared.feeds.catalogue import DEPARTMENTS


@dataclass(frozen=True, slots=True)
class BannerCount:
    """A count in one banner."""

    division_code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class RuleHits:
    """Households that a rule hits."""

    rule_code: str
    title: str
    households: int
    banners: list[BannerCount]


@dataclass(frozen=True, slots=True)
class SilentFeed:
    """What could not be judged because a department's feed was silent: households, and verdicts (one a rule)."""

    department: str
    department_title: str
    kind: str
    kind_title: str
    households: int
    verdicts: int
    banners: list[BannerCount]


@dataclass(frozen=True, slots=True)
class Lacking:
    """What could not be judged although every feed spoke: a fact nobody has told, a parameter that has no value."""

    name: str
    title: str
    reason: str
    verdicts: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of warnings, in all and by rule."""

    raised: int
    updated: int
    eased: int
    superseded: int
    by_rule: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Group:
    """Households of one group of whom the survey is about; a household may be of several."""

    title: str
    households: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the survey: households of which all of it is known, and that a rule hits in it."""

    title: str
    facts: list[str]
    known: int
    hit: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has found so far, or in all when it has ended."""

    candidates: int
    seen: int
    households: int
    uncertain: int
    seconds: float
    document: str | None
    quote: str | None
    population: list[Group]
    hits: list[RuleHits]
    silent: list[SilentFeed]
    lacking: list[Lacking]
    changes: Changes
    items: list[Item]


def report(run: Run) -> Report:
    """The report of a run at its cursor."""
    tally, about = run.tally, survey(run.kind)
    return Report(
        candidates=tally["candidates"],
        seen=tally["seen"],
        households=tally["households"],
        uncertain=tally["uncertain"],
        seconds=round(run.worked_seconds, 1),
        document=about.document,
        quote=about.quote,
        population=[Group(title, tally["groups"].get(title, 0)) for title in about.groups],
        hits=[
            RuleHits(code, tally["titles"][code], *_banners(found))
            for code, found in sorted(_nested(tally["hits"]).items())
        ],
        silent=_silent(tally),
        lacking=_lacking(tally),
        changes=_changes(tally["changes"]),
        items=[
            Item(title, list(names), tally["items"].get(f"{title}/known", 0), tally["items"].get(f"{title}/hit", 0))
            for title, names in about.items.items()
        ],
    )


def _nested(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for key, count in counts.items():
        first, _, second = key.partition("/")
        found[first][second] = count
    return dict(found)


def _banners(found: Mapping[str, int]) -> tuple[int, list[BannerCount]]:
    lines = [BannerCount(code, _place(code), count) for code, count in sorted(found.items())]
    return sum(found.values()), lines


def _place(code: str) -> str:
    place = divisions.get(code)
    return place.name if place else code


def _silent(tally: Mapping[str, Any]) -> list[SilentFeed]:
    lines = []
    for number, found in _nested(tally["silent"]).items():
        feed = catalogue.BY_NUMBER[int(number)]
        households, banners = _banners(found)
        verdicts = tally["silent_verdicts"].get(number, 0)
        title = DEPARTMENTS[feed.department]
        lines.append(SilentFeed(feed.department, title, feed.kind, feed.title, households, verdicts, banners))
    return sorted(lines, key=lambda line: (-line.households, line.department, line.kind))


def _lacking(tally: Mapping[str, Any]) -> list[Lacking]:
    facts = [Lacking(name, FACTS[name].title, "no_value", count) for name, count in tally["facts"].items()]
    parameters = [
        Lacking(name, definitions()[name].title, "parameter_missing", count)
        for name, count in tally["parameters"].items()
    ]
    return sorted([*facts, *parameters], key=lambda line: (-line.verdicts, line.name))


def _changes(counts: Mapping[str, int]) -> Changes:
    found = _nested(counts)
    total = {name: sum(found.get(name, {}).values()) for name in ("raised", "updated", "eased", "superseded")}
    by_rule: dict[str, dict[str, int]] = defaultdict(dict)
    for name, rules in found.items():
        for code, count in rules.items():
            by_rule[code][name] = count
    return Changes(**total, by_rule=dict(sorted(by_rule.items())))
