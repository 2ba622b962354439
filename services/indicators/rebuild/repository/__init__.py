"""Every SQL statement of the room."""

from services.indicators.rebuild.repository.shadow import (
    analyse,
    begin,
    count_households,
    forget_counts,
    hold,
    try_alone,
)
from services.indicators.rebuild.repository.told import Lost, begun, mend, told, untold

__all__ = [
    "Lost",
    "analyse",
    "begin",
    "begun",
    "count_households",
    "forget_counts",
    "hold",
    "mend",
    "told",
    "try_alone",
    "untold",
]
