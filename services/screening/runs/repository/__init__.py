"""Every SQL statement of the room."""

from services.screening.runs.repository.pages import candidates, chosen, count_candidates, first_day, freeze
from services.screening.runs.repository.runs import (
    add_unless_running,
    advance,
    end,
    get,
    night_rests,
    page,
    running,
    take_up,
    try_lock,
)
from services.screening.runs.repository.swept import households_in, remember_swept, swept

__all__ = [
    "add_unless_running",
    "advance",
    "candidates",
    "chosen",
    "count_candidates",
    "end",
    "first_day",
    "freeze",
    "get",
    "households_in",
    "night_rests",
    "page",
    "remember_swept",
    "running",
    "swept",
    "take_up",
    "try_lock",
]
