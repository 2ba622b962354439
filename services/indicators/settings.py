"""Settings of indicators: what every service has, and how often the pass looks for marks."""

from __future__ import annotations

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """No secret beyond the database's: this service sees neither names nor ID numbers."""

    port: int = 8003
    pass_interval_seconds: float = Field(default=0.25, gt=0, le=60)
    """Least pause between two looks for marks."""
