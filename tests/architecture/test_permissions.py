"""Every route of every service states exactly one permission (trust §2) and says in Chinese what it does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from fastapi import FastAPI

from services.local.layout import SERVICES
from shared.http import routes
from shared.http.issuer import NAME


@pytest.fixture(scope="module", params=SERVICES)
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    service: str = request.param
    settings = import_module(f"services.{service}.settings").Settings(
        environment="development",
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        kafka_bootstrap="127.0.0.1:1",
        jwks=str(Path(tmp_path_factory.mktemp("issuer")) / "jwks.json"),
        issuer=NAME,
        **dict.fromkeys(("pepper", "bus_key", "vault_key"), f"k1:{'A' * 43}="),
    )
    app: FastAPI = import_module(f"services.{service}.app").build(settings)
    return app


def test_every_route_states_one_permission(api: FastAPI) -> None:
    assert list(routes.facts(api))
    assert not routes.mistakes(api)


def test_every_route_is_documented_in_chinese(api: FastAPI) -> None:
    assert not routes.undocumented(api)
