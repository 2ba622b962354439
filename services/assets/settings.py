"""Settings of assets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has. `XIANJIE_PEPPER` makes person keys of the holders of rights."""

    port: int = 8004
    pepper: SecretStr
    income_grace_days: Annotated[int, Field(ge=0, le=365)] = 30
    """Income due so many days ago that has not all come has stopped **[practice]**."""
    findings_interval_seconds: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """How often the worker looks for what is wrong with assets."""
