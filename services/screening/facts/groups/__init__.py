"""The definitions as SQL files, and their assembly into statements.

`_base_all.sql` and `_base_set.sql` give h (households), m (members) and prm (parameters by division); `<group>.sql`
what it needs besides, and the facts of each household as one SELECT from h; `<group>.records.sql` the versions those
facts were computed from. A line `-- uses: covered` in a file puts `_covered.sql` before it, once a statement. What
stands in braces is filled in by `wording`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from services.screening.facts.domain import FACTS, GROUPS
from services.screening.facts.groups import wording

_RESULT = re.compile(r"^SELECT\s(.*?)\nFROM h\n(.*)", re.MULTILINE | re.DOTALL)
_RECORDS = re.compile(r"^(SELECT\b|\()", re.MULTILINE)
_USES = re.compile(r"^-- uses: (\w+)$", re.MULTILINE)


@cache
def _read(name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file without comments, and the shared parts that it names."""
    raw = (files(__package__) / name).read_text(encoding="utf-8")
    text = "\n".join(line for line in raw.splitlines() if not line.lstrip().startswith("--"))
    return f"\n{text}\n", tuple(f"_{part}.sql" for part in _USES.findall(raw))


def _shared(names: Iterable[str]) -> Iterator[str]:
    """The shared parts that these files need, each after those that it needs itself."""
    for name in names:
        for part in _read(name)[1]:
            yield from _shared([part])
            yield part


def _whole(names: list[str], rest: str, in_set: bool) -> str:
    """The statement of the base, the shared parts that these files need, and the rest."""
    base = "_base_set.sql" if in_set else "_base_all.sql"
    parts = [_read(part)[0] for part in (base, *dict.fromkeys(_shared(names)))]
    return wording.fill("".join(parts) + rest, in_set)


@cache
def facts_sql(groups: tuple[str, ...], in_set: bool) -> str:
    """One statement that gives household_no, division_code and the facts of `groups`.

    $1 = D, $2 = T and, for a set, $3 = household numbers. What several groups join stands in it once.
    """
    helpers, selected = "", ["h.household_no, h.division_code"]
    joins: dict[str, None] = {}
    for group in groups:
        text = _read(f"{group}.sql")[0]
        result = _RESULT.search(text)
        if result is None:
            raise ValueError(f"{group}.sql selects nothing from h")
        helpers += text[: result.start()]
        selected.append(result[1])
        joins |= dict.fromkeys(result[2].splitlines())
    each = "SELECT " + ",\n".join(selected) + "\nFROM h\n" + "\n".join(joins)
    columns = ", ".join(("household_no", "division_code", *columns_of(groups)))
    chosen = f"{helpers}\nSELECT {columns} FROM (\n{each}\n) q"
    return _whole([f"{group}.sql" for group in groups], chosen, in_set)


def columns_of(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The fact names of `groups`, in the order of the declarations."""
    return tuple(name for name, fact in FACTS.items() if fact.group in groups)


@cache
def records_sql(groups: tuple[str, ...]) -> str:
    """One statement that gives the group's name, household_no and the versions behind the facts of each of `groups`,
    for the households in $3."""
    helpers, found = "", []
    for group in groups:
        text = _read(f"{group}.records.sql")[0]
        result = _RECORDS.search(text)
        if result is None:
            raise ValueError(f"{group}.records.sql selects nothing")
        helpers += text[: result.start()]
        found.append(f"SELECT '{group}' AS fact_group, q.* FROM (\n{text[result.start() :]}) q")
    return _whole([f"{group}.records.sql" for group in groups], helpers + "\nUNION ALL\n".join(found), in_set=True)


def check() -> None:
    """Assemble everything once, so that a broken definition stops the start, not a batch."""
    for in_set in (False, True):
        facts_sql(GROUPS, in_set)
    records_sql(GROUPS)
