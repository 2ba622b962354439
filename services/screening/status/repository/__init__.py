"""Every SQL statement of the room."""

from services.screening.status.repository.said import concerned, said
from services.screening.status.repository.told import (
    checked_after,
    due,
    heard,
    households_after,
    put,
    remember_heard,
    told,
)
from services.screening.status.repository.walk import advance, begin_again, walked_to

__all__ = [
    "advance",
    "begin_again",
    "checked_after",
    "concerned",
    "due",
    "heard",
    "households_after",
    "put",
    "remember_heard",
    "said",
    "told",
    "walked_to",
]
