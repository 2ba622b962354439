"""The definitions as SQL files, and their assembly into statements.

`_base_all.sql` and `_base_set.sql` give h (households), m (members) and prm (parameters by division); `<group>.sql` one
row of facts per household; `<group>.records.sql` the versions those facts were computed from. A line
`-- uses: covered` in a file puts `_covered.sql` before it, once a statement. What stands in braces is
filled in by `wording`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from services.screening.facts.domain import FACTS, GROUPS
from services.screening.facts.groups import wording

_RESULT = "SELECT h.household_no"
_USES = re.compile(r"^-- uses: (\w+)$", re.MULTILINE)


@cache
def _read(name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file without comments, and the shared parts that it names."""
    raw = (files(__package__) / name).read_text(encoding="utf-8")
    text = "\n".join(line for line in raw.splitlines() if not line.lstrip().startswith("--"))
    return f"\n{text}\n", tuple(f"_{part}.sql" for part in _USES.findall(raw))


def _whole(names: list[str], rest: str, in_set: bool) -> str:
    """The statement of the base, the shared parts that these files name, and the rest."""
    base = "_base_set.sql" if in_set else "_base_all.sql"
    shared = dict.fromkeys(part for name in names for part in _read(name)[1])
    text = "".join(_read(part)[0] for part in (base, *shared)) + rest
    return wording.fill(text, in_set)


@cache
def facts_sql(groups: tuple[str, ...], in_set: bool) -> str:
    """One statement that gives household_no, division_code and the facts of `groups`.

    $1 = D, $2 = T and, for a set, $3 = household numbers.
    """
    helpers, results = "", ""
    for group in groups:
        text = _read(f"{group}.sql")[0]
        split = text.index(f"\n{_RESULT}")
        helpers += text[:split]
        results += f"\n, g_{group} AS (\n{text[split:]}\n)"
    columns = ", ".join(f"g_{FACTS[name].group}.{name}" for name in columns_of(groups))
    joins = " ".join(f"JOIN g_{group} ON g_{group}.household_no = h.household_no" for group in groups)
    chosen = f"{helpers}{results}\nSELECT h.household_no, h.division_code, {columns}\nFROM h {joins}"
    return _whole([f"{group}.sql" for group in groups], chosen, in_set)


def columns_of(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The fact names of `groups`, in the order of the declarations."""
    return tuple(name for name, fact in FACTS.items() if fact.group in groups)


@cache
def records_sql(group: str) -> str:
    """household_no and the versions behind the group's facts, for the households in $3."""
    name = f"{group}.records.sql"
    return _whole([name], _read(name)[0], in_set=True)


def check() -> None:
    """Assemble everything once, so that a broken definition stops the start, not a batch."""
    for in_set in (False, True):
        facts_sql(GROUPS, in_set)
    for group in GROUPS:
        records_sql(group)
