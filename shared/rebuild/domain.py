"""What is made again, what is compared, and what a rebuild found. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

SHADOW: Final = "xianjie_rebuild"
"""The schema in which the projection is made again."""
STANDING: Final = "public"

PLACE: Final = frozenset({"part_id", "line", "submission_id", "partition", "offset"})
"""Columns that canonical bytes leave out (contracts.md): the place on the bus, and the receipt."""


class Compared(NamedTuple):
    """A table to compare: its name for people, the columns that name a row, and what of it follows from the topics:
    all rows (None), or a relation of `columns` over the table in {schema}; of these those `where`, with today as $1."""

    title: str
    key: tuple[str, ...]
    relation: str | None = None
    columns: tuple[str, ...] = ()
    where: str | None = None


# Into which slot a connection counted says nothing.
_APPLIED = "SELECT kind, banner_code, sum(versions) AS versions FROM {schema}.applied_count GROUP BY kind, banner_code"
_CLAIM = ("kind", "banner_code", "last_hour", "published", "unplaced")
# Whether a claim is kept that says no more than the arrivals do depends on what came first.
_CLAIMED = f"""
SELECT {", ".join(_CLAIM)} FROM {{schema}}.freshness_claim c WHERE NOT EXISTS (
    SELECT FROM {{schema}}.feed_arrival a
    WHERE (a.kind, a.banner_code, a.known_hour) = (c.kind, c.banner_code, c.last_hour))
"""

VERSIONS: Final[Mapping[str, Compared]] = {
    "record_version": Compared("部门数据版本", ("kind", "source_id", "version", "piece")),
    "household_state": Compared("户的情况", ("source_id", "version")),
    "member": Compared("户的成员", ("source_id", "version", "person_key")),
    "covered": Compared("保障对象", ("kind", "source_id", "version", "person_key")),
    "person": Compared("人员名册", ("person_key",)),
    "household": Compared("户名册", ("household_no",)),
    "feed_arrival": Compared("数据时效", ("kind", "banner_code", "known_hour")),
    "applied_count": Compared("收到数据的计数", ("kind", "banner_code"), _APPLIED, ("kind", "banner_code", "versions")),
    "freshness_claim": Compared("待核对的报送说明", _CLAIM, _CLAIMED, _CLAIM),
}
"""The tables of `shared.versions`, which every projection has."""
PARTITIONS: Final = tuple(f"record_version_{kind}" for kind in range(1, 24))


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of a table that only one of both has; a row that differs is in both counts."""

    title: str
    only_standing: int
    only_rebuilt: int


@dataclass(slots=True)
class Outcome:
    """What every rebuild did; a service adds what became of what it told."""

    messages: int = 0
    households: int = 0
    seconds: float = 0.0
    paused_seconds: float = 0.0
    remade: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
