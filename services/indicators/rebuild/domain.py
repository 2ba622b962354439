"""What is made again, what is compared, and what a rebuild found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.rebuild import domain as shared
from shared.rebuild.domain import VERSIONS, Compared

COMPARED: Final = {
    **VERSIONS,
    "project_word": Compared("台账的项目", ("event_id",)),
    "asset_word": Compared("台账的资产", ("event_id",)),
}
PROJECTION: Final = tuple(COMPARED)
"""Tables that follow from the topics alone: what stands is dropped, and what was made takes its place."""

TOLD: Final = (
    "number", "code", "division_code", "period", "value", "numerator", "denominator", "unit", "status", "reason",
    "formula_version",
)  # fmt: skip
"""What everybody was told of a value. The rest of its row (basis, numbers beside, sources, the observations it was made
of) is only here, and is made again."""


@dataclass(slots=True)
class Outcome(shared.Outcome):
    """What a rebuild did.

    `restored` values were told of and lost, `corrected` ones stood otherwise than they were told of, `completed` ones
    had another basis, numbers beside or observations than they are made of: all three are as they were again, and
    nobody is told. `untold` ones stand and nobody was told of them: they are left to people. `undecided` ones are
    another number by the rebuilt data: the worker computes and publishes them as ever.
    """

    values: int = 0
    restored: int = 0
    corrected: int = 0
    completed: int = 0
    untold: int = 0
    undecided: int = 0

    @property
    def identical(self) -> bool:
        """Whether everything stood as it was made again."""
        values = (self.restored, self.corrected, self.completed, self.untold, self.undecided)
        return not any((self.remade, self.differences, *values))
