"""The words that the groups' SQL shares, written `{word argument …}` in the files.

What is visible at (D, T), what a window is, and how records are found is said here once. For a set each of the latter
is a look-up a row, for all a join of whole tables, so that neither is left to what the planner believes of a table that
has just been filled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from services.screening.facts.domain import PARAMETERS
from services.screening.facts.groups import constants
from services.screening.parameters import repository as parameters
from shared.codes import plan_lists

_PLACE = re.compile(r"\{(\w+)((?: [\w.]+)*)\}")


def fill(text: str, in_set: bool) -> str:
    """The statement with every word replaced; KeyError or TypeError for one that is not there or wrongly used."""
    return _PLACE.sub(lambda found: _WORDS[found[1]](in_set, *found[2].split()), text)


def _visible(_in_set: bool, alias: str) -> str:
    """That a version is visible at (D, T)."""
    return (
        f"({alias}.visible_from <= $2 AND $2 < {alias}.visible_to"
        f" AND {alias}.effective_on <= $1 AND $1 < {alias}.holds_to)"
    )


def _withdrawn(_in_set: bool, alias: str) -> str:
    """That a version is a retract and the newest known at T: it is why something is absent."""
    return (
        f"({alias}.retracted AND {alias}.known_at <= $2 AND NOT EXISTS (SELECT 1 FROM record_version n"
        f" WHERE n.kind = {alias}.kind AND n.source_id = {alias}.source_id"
        f" AND n.version > {alias}.version AND n.known_at <= $2))"
    )


def _about(in_set: bool, owner: str, key: str, which: str, kind: str, column: str) -> str:
    table, whose = f"record_version_{int(kind)}", f"v.{column} = {owner}.{key} AND {which}"
    if in_set:
        return f"{owner} CROSS JOIN LATERAL (SELECT v.* FROM {table} v WHERE {whose} OFFSET 0) v"
    return f"{owner} JOIN {table} v ON {whose}"


def _persons(in_set: bool, kind: str) -> str:
    """Members (m), each with the visible versions (v) of that kind about them."""
    return _about(in_set, "m", "person_key", _visible(in_set, "v"), kind, "subject_key")


def _households(in_set: bool, kind: str) -> str:
    """Households (h), each with the visible versions (v) of that kind about them."""
    return _about(in_set, "h", "household_no", _visible(in_set, "v"), kind, "household_no")


def _persons_told(in_set: bool, kind: str) -> str:
    """The same as `persons`, and what was withdrawn: for the records behind a fact of absence."""
    which = f"({_visible(in_set, 'v')} OR {_withdrawn(in_set, 'v')})"
    return _about(in_set, "m", "person_key", which, kind, "subject_key")


def _households_told(in_set: bool, kind: str) -> str:
    """The same as `households`, and what was withdrawn."""
    which = f"({_visible(in_set, 'v')} OR {_withdrawn(in_set, 'v')})"
    return _about(in_set, "h", "household_no", which, kind, "household_no")


def _covered(in_set: bool, kind: str) -> str:
    """Members (m), each with the visible versions (v) of that kind that name them as covered."""
    table = f"record_version_{int(kind)}"
    same = f"v.kind = {int(kind)} AND v.source_id = c.source_id AND v.version = c.version"
    visible = _visible(in_set, "v")
    if in_set:
        whose = "SELECT c.* FROM covered c WHERE c.person_key = m.person_key OFFSET 0"
        found = f"SELECT v.* FROM {table} v WHERE c.kind = {int(kind)} AND {same} AND {visible} OFFSET 0"
        return f"m CROSS JOIN LATERAL ({whose}) c CROSS JOIN LATERAL ({found}) v"
    # An outer join keeps the planner's expectations (see _base_all.sql).
    found = f"SELECT c.person_key AS covered_key, v.* FROM covered c LEFT JOIN {table} v ON {same} AND {visible}"
    return (
        f"m JOIN ({found} WHERE c.kind = {int(kind)} OFFSET 0) v"
        " ON v.covered_key = m.person_key AND v.source_id IS NOT NULL"
    )


def _former_members(in_set: bool, kind: str) -> str:
    """The visible versions (v) of that kind about anybody whom these households ever named."""
    table, visible = f"record_version_{int(kind)}", _visible(in_set, "v")
    if in_set:
        whose = f"v.subject_key = f.person_key AND {visible}"
        return f"candidates f CROSS JOIN LATERAL (SELECT v.* FROM {table} v WHERE {whose} OFFSET 0) v"
    return f"(SELECT v.* FROM {table} v WHERE {visible}) v"


def _window(_in_set: bool, day: str, known: str, days: str) -> str:
    """W(n): the matter's own day in the last n days, or first known in them and at most 12 months old. `known` is an
    instant, or the alias of a version whose first one is meant."""
    instant = known if "." in known else f"{known}.first_known_at"
    reported = f"({instant} AT TIME ZONE 'Asia/Shanghai')::date"
    return (
        f"({day} > ($1::date - interval '12 months')::date AND {day} <= $1 AND ({day} > $1::date - {int(days)}"
        f" OR ({reported} > $1::date - {int(days)} AND {reported} <= $1)))"
    )


def _year(_in_set: bool, day: str) -> str:
    """In the last 12 months: (D − 12 months, D]."""
    return f"({day} > ($1::date - interval '12 months')::date AND {day} <= $1)"


def _reference(_in_set: bool) -> str:
    """The columns of a `<group>.records.sql` after household_no."""
    return 'v.kind, v.source_id, v.version, v.part_id, v.line, v.submission_id, v.partition, v."offset"'


def _parameters(_in_set: bool) -> str:
    """The dated local values that facts read, a row a division."""
    return parameters.relation_sql(PARAMETERS, "SELECT division_code FROM h", "$1", "$2")


def _listed(_in_set: bool, name: str) -> str:
    """The places on a list of the plan, as an array."""
    return _array(plan_lists.get(name).codes)


def _doubtful(_in_set: bool, name: str) -> str:
    """The places that a name on the list may mean which means no one place, as an array."""
    listed = plan_lists.get(name)
    return _array({code for entry in listed.unresolved for code in entry.candidates} - listed.codes)


def _array(codes: Iterable[str]) -> str:
    return "'{" + ",".join(sorted(codes)) + "}'::text[]"


_WORDS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        **constants.WORDS,
        "visible": _visible,
        "persons": _persons,
        "households": _households,
        "persons_told": _persons_told,
        "households_told": _households_told,
        "covered": _covered,
        "former_members": _former_members,
        "window": _window,
        "year": _year,
        "reference": _reference,
        "parameters": _parameters,
        "listed": _listed,
        "doubtful": _doubtful,
    }
)
