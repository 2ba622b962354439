"""What a run counts, page by page, as one JSON document that is stored with its cursor. Pure.

Counts are of households and of verdicts (one household judged by one rule). An unknown verdict is put down to the
feeds that are silent for the household and that the rule needs; only when none is, to the parameter or fact it lacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.screening.facts.domain import FACTS
from services.screening.facts.service import FactRow
from services.screening.rules.domain import RuleVersion
from services.screening.rules.language import fact_names, parse
from services.screening.warnings.domain import Decision
from services.screening.warnings.verdicts import Verdicts
from shared.codes import divisions

Tally = dict[str, Any]
SECTIONS = ("groups", "changes", "hits", "silent", "silent_verdicts", "facts", "parameters", "items")
"""Each a count by key; keys of two parts are joined by a slash."""


@dataclass(frozen=True, slots=True)
class Lacks:
    """What a rule needs: its facts, the feeds whose silence can block it, its own parameters and its facts'."""

    facts: tuple[str, ...]
    kinds: frozenset[int]
    parameters: tuple[str, ...]


def empty(candidates: int) -> Tally:
    """Nothing counted yet; `candidates` households are to be looked at."""
    return {"candidates": candidates, "seen": 0, "households": 0, "uncertain": 0, "half": None, "titles": {}} | {
        name: {} for name in SECTIONS
    }


def added(tally: Tally, **counts: int | Mapping[str, int]) -> Tally:
    """A new tally with `counts` added: numbers to numbers, sections key by key."""
    result = dict(tally)
    for name, value in counts.items():
        if isinstance(value, Mapping):
            result[name] = dict(Counter(tally[name]) + Counter(value))
        else:
            result[name] = tally[name] + value
    return result


def lacks(rule: RuleVersion) -> Lacks:
    """What the rule's texts read."""
    names = _named(rule.texts)
    kinds = frozenset(k for name in names if FACTS[name].silence != "none" for k in FACTS[name].kinds)
    own = [*rule.parameters, *(p for name in names for p in FACTS[name].parameters)]
    return Lacks(names, kinds, tuple(dict.fromkeys(own)))


@lru_cache(maxsize=256)
def _named(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in texts for name in fact_names(parse(text).root)))


def banner(division_code: str) -> str:
    """The banner to count a household under; the code itself where it is none of ours."""
    return divisions.banner_of(division_code) if divisions.get(division_code) else division_code


def of_verdicts(
    found: Verdicts, rows: Mapping[str, FactRow], in_force: Mapping[str, Collection[str]]
) -> dict[str, Counter[str]]:
    """Hits by rule and banner, and why the unknown ones are. `in_force`: parameters that have a value, by division."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in SECTIONS[2:7]}
    for household_no, code in found.hits:
        if household_no in rows:
            counts["hits"][f"{code}/{banner(rows[household_no].division_code)}"] += 1
    needs = {code: lacks(rule) for code, rule in found.rules.items()}
    silent_for: dict[str, set[int]] = {}
    for household_no, code in found.unknown:
        if household_no not in rows:
            continue
        row, need = rows[household_no], needs[code]
        silent = row.silent & need.kinds
        if silent:
            counts["silent_verdicts"].update(map(str, silent))
            silent_for.setdefault(household_no, set()).update(silent)
            continue
        missing = [name for name in need.parameters if name not in in_force[row.division_code]]
        counts["parameters"].update(missing)
        if not missing:
            counts["facts"].update(name for name in need.facts if row.values[name] is None)
    for household_no, kinds in silent_for.items():
        counts["silent"].update(f"{kind}/{banner(rows[household_no].division_code)}" for kind in kinds)
    return counts


def of_decisions(decisions: Iterable[Decision]) -> Counter[str]:
    """What became of warnings, by change and rule; `eased` is told apart from other updates."""
    return Counter(
        f"{'eased' if d.reason == 'eased' else d.type}/{d.warning.rule_code}" for d in decisions if d.type is not None
    )


def of_items(items: Mapping[str, Collection[str]], rows: Iterable[FactRow], found: Verdicts) -> Counter[str]:
    """For each item of a survey (facts by title): households of which all of it is known, and that are hit in it."""
    counts: Counter[str] = Counter()
    concerned = {title: _concerned(found, names) for title, names in items.items()}
    for row in rows:
        for title, names in items.items():
            if all(row.values[name] is not None and row.complete(name) for name in names):
                counts[f"{title}/known"] += 1
            if any((row.household_no, code) in found.hits for code in concerned[title]):
                counts[f"{title}/hit"] += 1
    return counts


def _concerned(found: Verdicts, names: Collection[str]) -> list[str]:
    return [code for code, rule in found.rules.items() if set(lacks(rule).facts) & set(names)]
