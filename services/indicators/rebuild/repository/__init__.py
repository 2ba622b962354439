"""Every SQL statement of the room."""

from services.indicators.rebuild.repository.shadow import (
    analyse,
    begin,
    count_households,
    differences,
    end,
    forget_counts,
    hold,
    missing,
    on_standing,
    replace_standing,
    seen,
    try_alone,
)
from services.indicators.rebuild.repository.told import Lost, begun, mend, told, untold

__all__ = [
    "Lost",
    "analyse",
    "begin",
    "begun",
    "count_households",
    "differences",
    "end",
    "forget_counts",
    "hold",
    "mend",
    "missing",
    "on_standing",
    "replace_standing",
    "seen",
    "told",
    "try_alone",
    "untold",
]
