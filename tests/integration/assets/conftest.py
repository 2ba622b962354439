from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.assets.settings import Settings
from shared.db import create_engine
from shared.http.auth import Authenticator
from shared.http.issuer import NAME, DevIssuer
from tests.support.apps import app_of
from tests.unit.http.support import client, dev_issuer

BANNER = "150625000000"

PROJECT: dict[str, Any] = {
    "code": "HJ-2023-0017",
    "name": "锡尼镇肉羊养殖项目",
    "year": 2023,
    "kind": "farming_processing_services",
    "status": "accepted",
    "division_code": BANNER,
    "owner_department": "杭锦旗农牧局",
    "total": "1500000.01",
    "funds": [
        {"source": "banner_fiscal", "amount": "300000"},
        {"source": "central_fiscal", "amount": "1200000.01"},
    ],
    "accepted_on": "2023-11-20",
}


def project(**changes: Any) -> dict[str, Any]:
    """A project that may be registered, with changes; a change to `...` leaves the field out."""
    return {name: value for name, value in {**PROJECT, **changes}.items() if value is not ...}


@pytest.fixture
def issuer(tmp_path: Path) -> DevIssuer:
    return dev_issuer(tmp_path / "issuer")


@pytest.fixture
def settings(database: Callable[[str | None], str], issuer: DevIssuer) -> Settings:
    return Settings(
        environment="development",
        database_url=database("assets"),
        kafka_bootstrap="127.0.0.1:1",
        pepper=f"k1:{'A' * 43}=",
        jwks=str(issuer.jwks),
        issuer=NAME,
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """An application of nowhere, made once: FastAPI takes a tenth of a second for the routes."""
    return app_of("assets", tmp_path_factory.mktemp("nowhere"))


@pytest.fixture
async def app(settings: Settings, built: FastAPI) -> AsyncIterator[FastAPI]:
    """The application over the database of this test: what it knows of its place is on its state, and all of that is
    made anew here."""
    engine = create_engine(
        settings.database_url.get_secret_value(), name="xianjie.assets.api", pool_size=settings.database_pool_size
    )
    built.state.settings, built.state.engine = settings, engine
    built.state.authenticator, built.state.stopping = Authenticator(settings), asyncio.Event()
    yield built
    await engine.dispose()


@pytest.fixture
async def clerk(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    """The asset clerk of 杭锦旗."""
    async with client(app, issuer.sign("asset_clerk", division=BANNER)) as clerk:
        yield clerk
