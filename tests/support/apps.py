"""The application of a service, wired as in production and connected to nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from fastapi import FastAPI

from shared.http.issuer import NAME


def app_of(service: str, folder: Path) -> FastAPI:
    """The API of `service`; `folder` is where its issuer's keys would be."""
    settings = import_module(f"services.{service}.settings").Settings(
        environment="development",
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        kafka_bootstrap="127.0.0.1:1",
        jwks=str(folder / "jwks.json"),
        issuer=NAME,
        **dict.fromkeys(("pepper", "bus_key", "vault_key"), f"k1:{'A' * 43}="),
    )
    app: FastAPI = import_module(f"services.{service}.app").build(settings)
    return app
