"""The definitions as SQL files, and their assembly into statements.

`_base_all.sql` and `_base_set.sql` give h (households) and m (members); `<group>.sql` one row of facts per household;
`<group>.records.sql` the versions those facts were computed from.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from services.screening.facts.domain import FACTS, GROUPS

_RESULT = "SELECT h.household_no"


@cache
def _text(name: str) -> str:
    raw = (files(__package__) / name).read_text(encoding="utf-8")
    return "\n".join(line for line in raw.splitlines() if not line.startswith("--"))


def _base(in_set: bool) -> str:
    return _text("_base_set.sql" if in_set else "_base_all.sql")


@cache
def facts_sql(groups: tuple[str, ...], in_set: bool) -> str:
    """One statement that gives household_no, division_code and the facts of `groups`.

    $1 = D, $2 = T and, for a set, $3 = household numbers.
    """
    helpers, results = "", ""
    for group in groups:
        text = _text(f"{group}.sql")
        split = text.index(_RESULT)
        helpers += text[:split]
        results += f"\n, g_{group} AS (\n{text[split:]}\n)"
    columns = ", ".join(f"g_{FACTS[name].group}.{name}" for name in columns_of(groups))
    joins = " ".join(f"JOIN g_{group} ON g_{group}.household_no = h.household_no" for group in groups)
    return f"{_base(in_set)}{helpers}{results}\nSELECT h.household_no, h.division_code, {columns}\nFROM h {joins}"


def columns_of(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The fact names of `groups`, in the order of the declarations."""
    return tuple(name for name, fact in FACTS.items() if fact.group in groups)


@cache
def records_sql(group: str) -> str:
    """household_no and the versions behind the group's facts, for the households in $3."""
    return _base(True) + _text(f"{group}.records.sql")


def check() -> None:
    """Assemble everything once, so that a broken definition stops the start, not a batch."""
    for in_set in (False, True):
        facts_sql(GROUPS, in_set)
    for group in GROUPS:
        records_sql(group)
