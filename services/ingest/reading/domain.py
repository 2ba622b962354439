"""What is known of a rejected row until it stands in the error workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shared.errors import FieldError


class Rejected(NamedTuple):
    """Why a record was rejected, places as the clerk sees them, and its entry in the quarantine, if it has one."""

    errors: Sequence[FieldError]
    quarantine_id: str | None
