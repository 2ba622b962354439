"""Every SQL statement of the room."""

from services.screening.rebuild.repository.shadow import all_of, begin, count_households, hold_everybody, stand_in
from services.screening.rebuild.repository.told import (
    Bare,
    add_changes,
    add_evidence,
    add_warnings,
    correct,
    correct_changes,
    forget_swept,
    households_after,
    name_superseding,
    otherwise_superseded,
    records_of,
    told,
    unexplained,
    untold,
)
from services.screening.rebuild.repository.worklist import remember_worklist, worklist_differences

__all__ = [
    "Bare",
    "add_changes",
    "add_evidence",
    "add_warnings",
    "all_of",
    "begin",
    "correct",
    "correct_changes",
    "count_households",
    "forget_swept",
    "hold_everybody",
    "households_after",
    "name_superseding",
    "otherwise_superseded",
    "records_of",
    "remember_worklist",
    "stand_in",
    "told",
    "unexplained",
    "untold",
    "worklist_differences",
]
