"""What a verdict stands on: the contract's Why, and when two of them differ. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal, NotRequired, TypedDict

Verdict = Literal["hit", "clear", "unknown"]


class Record(TypedDict):
    """One record version, with the way back to its submission and its place on the bus."""

    event_id: str
    department: str
    kind: str
    source_id: str
    version: int
    topic: str
    partition: int
    offset: int
    submission_id: str


class RuleVersionRef(TypedDict):
    """The rule version that was evaluated."""

    code: str
    version: int
    title: str


class FactLine(TypedDict):
    """One fact; money is a decimal string in yuan. `complete`: all its feeds were on time."""

    name: str
    title: str
    value: str | int | bool | None
    unit: str
    complete: bool


class Leaf(TypedDict):
    """One comparison of the rule, in words, with its value and truth (None: unknown)."""

    text: str
    value: str | int | bool | None
    truth: bool | None


class ParameterLine(TypedDict):
    """One parameter as it was in force for the household's division."""

    name: str
    value: str | int | None
    unit: str
    document: str
    status: str
    division: str
    valid_from: str


class FeedAge(TypedDict):
    """How old the newest record of a feed was for the household's banner; None: never delivered."""

    department: str
    kind: str
    newest_known_at: str | None
    age_days: int | None
    overdue: bool


class MissingItem(TypedDict):
    """A fact or parameter that a judgement lacked, with a stable reason, and in words."""

    name: str
    reason: str
    text: str


class Evidence(TypedDict):
    """All that a verdict stands on: the contract's Why, and the rule version; `text` says the verdict in a
    sentence (absent from evidence stored by the first release)."""

    verdict: Verdict
    missing: list[MissingItem]
    as_of: str
    known_at: str
    rule: RuleVersionRef
    facts: list[FactLine]
    leaves: list[Leaf]
    parameters: list[ParameterLine]
    records: list[Record]
    data_age: list[FeedAge]
    text: NotRequired[str]


def says_otherwise(before: Evidence, now: Evidence) -> bool:
    """Whether a fact has another value than before: this, and only this, is worth an update. That the
    days since something have gone on by those that have passed says nothing.
    """
    days = date.fromisoformat(now["as_of"]) - date.fromisoformat(before["as_of"])
    former = {fact["name"]: fact["value"] for fact in before["facts"]}
    if former.keys() != {fact["name"] for fact in now["facts"]}:
        return True
    return any(not _same(former[fact["name"]], fact, days.days, before, now) for fact in now["facts"])


def _same(former: object, fact: FactLine, days: int, before: Evidence, now: Evidence) -> bool:
    value = fact["value"]
    if value == former:
        return True
    if not isinstance(value, int) or not isinstance(former, int):
        return False
    passed = {"天": days, "月": _months(now) - _months(before)}.get(fact["unit"])
    return passed is not None and value - former == passed


def _months(evidence: Evidence) -> int:
    day = date.fromisoformat(evidence["as_of"])
    return 12 * day.year + day.month


def uses_demo(evidence: Evidence) -> bool:
    """Whether the verdict rests on a parameter that is an example, not an adopted standard."""
    return any(parameter["status"] == "demo" for parameter in evidence["parameters"])


def joins(seen: Evidence, now: Evidence) -> bool:
    """Whether `now` holds a record version, rule version or parameter that `seen` did not: what
    lifts the muting after people found a warning not confirmed.
    """
    return bool(_items(now) - _items(seen))


def _items(evidence: Evidence) -> frozenset[tuple[object, ...]]:
    rule = evidence["rule"]
    return frozenset(
        [
            ("rule", rule["code"], rule["version"]),
            *(("parameter", p["name"], p["division"], p["valid_from"], p["value"]) for p in evidence["parameters"]),
            *(("record", *record_key(r)) for r in evidence["records"]),
        ]
    )


def record_key(record: Record) -> tuple[str, str, str, int]:
    """What names a record version everywhere: department, kind, source_id, version."""
    return record["department"], record["kind"], record["source_id"], record["version"]


def judged_on(evidence: Evidence) -> tuple[object, ...]:
    """What the judgements follow from: rule version, facts with their completeness, parameters."""
    return (evidence["rule"], evidence["facts"], evidence["parameters"])


def foundation(evidence: Evidence) -> tuple[object, ...]:
    """All of the evidence that is not an instant, a place on the bus or an age."""
    return (_items(evidence), evidence["facts"], evidence["leaves"], evidence["missing"])
