"""The four services and where things are: ports beside each other, one data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.local.ports import HOST
from shared.names import SERVICES

DEFAULT_PORT = 8000
DEFAULT_DATA = Path(".xianjie")


@dataclass(frozen=True)
class Address:
    """Where a service's API listens on this machine."""

    service: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def addresses(base_port: int) -> dict[str, Address]:
    """Port + 1 … port + 4."""
    return {service: Address(service, base_port + offset) for offset, service in enumerate(SERVICES, 1)}
