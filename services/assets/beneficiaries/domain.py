"""What a household is on a day, as far as the ledger was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

Standing = Literal["lifted", "monitored", "general", "unknown"]


class Status(NamedTuple):
    """What screening said: from `status_on` on, in place of what was said of those days before."""

    household_no: str
    status_seq: int
    status_on: date
    base_status: str | None
    monitored: bool
    division_code: str | None


def standing_on(said: Sequence[Status], day: date) -> Standing:
    """What a household counts as on a day, from all that was said of it.

    Nothing said of that day or before is unknown, and never "general". A household that is lifted and monitored
    counts as monitored: that is what it is helped for now.
    """
    until = [one for one in said if one.status_on <= day]
    if not until:
        return "unknown"
    last = max(until, key=lambda one: one.status_seq)  # a later word replaces what was said of its day and after
    if last.monitored:
        return "monitored"
    if last.base_status == "lifted":
        return "lifted"
    return "general" if last.base_status == "general" else "unknown"
