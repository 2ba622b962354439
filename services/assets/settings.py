"""Settings of assets."""

from __future__ import annotations

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; holders of rights will need `XIANJIE_PEPPER`."""

    port: int = 8004
