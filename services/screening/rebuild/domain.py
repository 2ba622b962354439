"""What is made again, what is compared, and what a rebuild found. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

SHADOW: Final = "xianjie_rebuild"
"""The schema in which the projection is made again."""

KINDS: Final = range(1, 24)
REPLACED: Final = (
    "record_version",
    *(f"record_version_{kind}" for kind in KINDS),
    "household_state",
    "member",
    "covered",
    "person",
    "household",
    "feed_arrival",
    "applied_count",
    "freshness_claim",
    "asset_income_stop",
    "household_facts",
)
"""Tables that follow from the topics alone: what stands is dropped, and what was made takes its place."""
WORKLIST: Final = {"clue": "待核实线索", "clue_count": "线索合计", "warning_count": "预警合计"}
"""Tables that follow from the warnings, with their names for people."""
MENDED: Final = (
    "warning",
    "warning_evidence",
    "warning_change",
    *WORKLIST,
    "warning_sweep",
    "household_told",
    "status_walk",
)
"""Tables that people's work refers to, or the bus knows: they are mended in place, by what was told."""

PLACE: Final = frozenset({"part_id", "line", "submission_id", "partition", "offset"})
"""Columns that canonical bytes leave out (contracts.md): the place on the bus, and the receipt."""


class Compared(NamedTuple):
    """A table to compare: its name for people, the columns that name a row, and what of it follows from the topics:
    all rows (None), or a relation of `columns` over the table in {schema}."""

    title: str
    key: tuple[str, ...]
    relation: str | None = None
    columns: tuple[str, ...] = ()


# Into which slot a connection counted says nothing.
_APPLIED = "SELECT kind, banner_code, sum(versions) AS versions FROM {schema}.applied_count GROUP BY kind, banner_code"
_CLAIM = ("kind", "banner_code", "last_hour", "published", "unplaced")
# Whether a claim is kept that says no more than the arrivals do depends on what came first.
_CLAIMED = f"""
SELECT {", ".join(_CLAIM)} FROM {{schema}}.freshness_claim c WHERE NOT EXISTS (
    SELECT FROM {{schema}}.feed_arrival a
    WHERE (a.kind, a.banner_code, a.known_hour) = (c.kind, c.banner_code, c.last_hour))
"""


COMPARED: Final = {
    "record_version": Compared("部门数据版本", ("kind", "source_id", "version", "piece")),
    "household_state": Compared("户的情况", ("source_id", "version")),
    "member": Compared("户的成员", ("source_id", "version", "person_key")),
    "covered": Compared("保障对象", ("kind", "source_id", "version", "person_key")),
    "person": Compared("人员名册", ("person_key",)),
    "household": Compared("户名册", ("household_no",)),
    "feed_arrival": Compared("数据时效", ("kind", "banner_code", "known_hour")),
    "applied_count": Compared("收到数据的计数", ("kind", "banner_code"), _APPLIED, ("kind", "banner_code", "versions")),
    "freshness_claim": Compared("待核对的报送说明", _CLAIM, _CLAIMED, _CLAIM),
    "asset_income_stop": Compared("资产收益中断", ("event_id", "household_no")),
    "household_facts": Compared("户情指标", ("household_no",)),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of a table that only one of both has; a row that differs is in both counts."""

    title: str
    only_standing: int
    only_rebuilt: int


@dataclass(slots=True)
class Restored:
    """What was missing or wrong in the tables of warnings and statuses, and is as it was told again."""

    warnings: int = 0
    corrected: int = 0
    changes: int = 0
    evidence: int = 0
    statuses: int = 0

    @property
    def anything(self) -> bool:
        """Whether there was something."""
        return bool(self.warnings or self.corrected or self.changes or self.evidence or self.statuses)


@dataclass(slots=True)
class Outcome:
    """What a rebuild did."""

    messages: int = 0
    households: int = 0
    seconds: float = 0.0
    paused_seconds: float = 0.0
    remade: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    restored: Restored = field(default_factory=Restored)
    evidence: int = 0
    untold: int = 0
    """Warnings that nobody was ever told of. They are left to people: to remove what somebody may have verified is
    worse than to name it twice."""
    undecided: dict[str, int] = field(default_factory=dict)
    """Warnings that the rebuilt facts judge otherwise than the standing ones, by what is to become of them."""
    unsaid: int = 0
    """Households of whose status the bus was told something else than the rebuilt register says."""

    @property
    def identical(self) -> bool:
        """Whether everything stood as it was made again."""
        found = (self.remade, self.differences, self.restored.anything, self.evidence, self.untold)
        return not any((*found, self.undecided, self.unsaid))
