"""Every SQL statement of the room."""

from services.screening.rebuild.repository.compare import differences, remember_worklist, worklist_differences
from services.screening.rebuild.repository.shadow import (
    begin,
    count_households,
    end,
    hold_everybody,
    missing,
    replace_standing,
    seen,
    stand_in,
)
from services.screening.rebuild.repository.told import (
    Bare,
    add_changes,
    add_evidence,
    add_warnings,
    correct,
    forget_swept,
    households_after,
    name_superseding,
    records_of,
    told,
    unexplained,
)

__all__ = [
    "Bare",
    "add_changes",
    "add_evidence",
    "add_warnings",
    "begin",
    "correct",
    "count_households",
    "differences",
    "end",
    "forget_swept",
    "hold_everybody",
    "households_after",
    "missing",
    "name_superseding",
    "records_of",
    "remember_worklist",
    "replace_standing",
    "seen",
    "stand_in",
    "told",
    "unexplained",
    "worklist_differences",
]
