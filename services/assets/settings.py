"""Settings of assets."""

from __future__ import annotations

from pydantic import SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has. `XIANJIE_PEPPER` makes person keys of the holders of rights."""

    port: int = 8004
    pepper: SecretStr
