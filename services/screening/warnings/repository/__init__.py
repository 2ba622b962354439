"""Every SQL statement of the room."""

from services.screening.warnings.repository.clues import CLOCK_HOURS, rederive_clues, renew_clues
from services.screening.warnings.repository.counts import Cell, recount
from services.screening.warnings.repository.planner import (
    analyse,
    share_batches_lock,
    strange_to_planner,
    wait_for_batches,
)
from services.screening.warnings.repository.reading import (
    Filter,
    active_of,
    everything,
    evidence,
    evidence_of,
    get,
    get_many,
    of_pair,
    page,
    totals,
    unverified_of,
)
from services.screening.warnings.repository.snoozes import end_snoozes, put_snooze, snoozes
from services.screening.warnings.repository.warnings import (
    ChangeRow,
    active,
    add_changes,
    insert,
    last_seq,
    muting,
    renew_evidence,
    silence_aside,
    standing,
    update,
)

__all__ = [
    "CLOCK_HOURS",
    "Cell",
    "ChangeRow",
    "Filter",
    "active",
    "active_of",
    "add_changes",
    "analyse",
    "end_snoozes",
    "everything",
    "evidence",
    "evidence_of",
    "get",
    "get_many",
    "insert",
    "last_seq",
    "muting",
    "of_pair",
    "page",
    "put_snooze",
    "recount",
    "rederive_clues",
    "renew_clues",
    "renew_evidence",
    "share_batches_lock",
    "silence_aside",
    "snoozes",
    "standing",
    "strange_to_planner",
    "totals",
    "unverified_of",
    "update",
    "wait_for_batches",
]
