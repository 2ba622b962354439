"""Settings of ingest: what every service has, and the three secrets it cannot do without."""

from __future__ import annotations

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`XIANJIE_PEPPER`, `XIANJIE_BUS_KEY` and `XIANJIE_VAULT_KEY` are required here (trust §1)."""

    port: int = 8001
    pepper: SecretStr
    bus_key: SecretStr
    vault_key: SecretStr
    department_in_flight: int = Field(default=64, ge=1)
    """Requests of one department that one API process handles at a time; the next one is told 429."""
