"""Settings from environment variables `XIANJIE_…`; a wrong value is refused at start by name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import clock

PREFIX = "XIANJIE_"


class SettingsError(Exception):
    """A variable is missing or wrong; the text names it and never shows a secret."""


class ServiceSettings(BaseSettings):
    """What every API and worker needs; a service's own `settings.py` adds to it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    environment: Literal["production", "development"] = "production"
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: SecretStr
    """`postgresql://user:password@host:port/name` of this service's own database."""
    database_pool_size: int = 8
    kafka_bootstrap: str
    kafka_idempotence: bool = True
    """Off only for the embedded broker, which has no idempotent producer."""
    kafka_partitions: int = 12
    jwks: str
    """The issuer's key set: a file path or an https address."""
    issuer: str
    audience: str = "xianjie"
    pepper: SecretStr | None = None
    """`id:base64` of ≥ 32 bytes; ingest, screening and assets only (trust §1)."""
    bus_key: SecretStr | None = None
    """`id:base64` of 32 bytes: seals names on the bus; ingest and screening only."""
    vault_key: SecretStr | None = None
    """`id:base64` of 32 bytes: seals the vault and idempotency records; ingest only."""
    clock_file: Path | None = None
    pages: dict[str, str] = {}
    """Where the four services' pages are, for the shared header: {"ingest": "http://…"}."""

    @model_validator(mode="after")
    def _a_clock_file_is_for_development(self) -> Self:
        if self.clock_file is not None and self.environment != "development":
            raise ValueError("clock_file is allowed in the development environment only")
        return self


S = TypeVar("S", bound=ServiceSettings)


def load(kind: type[S]) -> S:
    """Read `kind` from the environment and set the clock; SettingsError names the variable."""
    try:
        settings = kind()
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{'_'.join(map(str, e['loc'])).upper() or 'CLOCK_FILE'}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(wrong) from None
    clock.follow(settings.clock_file)
    return settings
