from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from shared.names import SERVICES
from tests.support.apps import app_of


@pytest.fixture(scope="session", params=SERVICES)
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Each service's application in turn; made once for all tests."""
    return app_of(request.param, Path(tmp_path_factory.mktemp("issuer")))
