"""What is made again, what is compared, and what a rebuild found. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from shared.rebuild import domain as shared
from shared.rebuild.domain import PARTITIONS, STANDING, VERSIONS, Compared

REPLACED: Final = (*VERSIONS, *PARTITIONS, "asset_income_stop", "household_facts")
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

# A row that waits for its day's run is of another day, and says nothing for or against.
_OTHER_DAY = f"household_no NOT IN (SELECT household_no FROM {STANDING}.household_facts WHERE as_of <> $1)"
COMPARED: Final = {
    **VERSIONS,
    "asset_income_stop": Compared("资产收益中断", ("event_id", "household_no")),
    "household_facts": Compared("户情指标", ("household_no",), where=_OTHER_DAY),
}


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
class Outcome(shared.Outcome):
    """What a rebuild did."""

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
