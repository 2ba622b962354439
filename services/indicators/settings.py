"""Settings of indicators: what every service has, how often the pass looks for marks, how long changes are kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.events.topics import RETENTION_DAYS
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """No secret beyond the database's: this service sees neither names nor ID numbers."""

    port: int = 8003
    pass_interval_seconds: float = Field(default=0.25, gt=0, le=60)
    """Least pause between two looks for marks."""
    change_retention_days: Annotated[int, Field(ge=RETENTION_DAYS, le=3650)] = RETENTION_DAYS
    """How long the change feed of values goes back, from when a change was published; not less than the topic keeps,
    since that much is published again when the broker loses its log."""
