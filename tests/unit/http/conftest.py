from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from shared.http.issuer import DevIssuer
from tests.unit.http.support import api, client, dev_issuer


@pytest.fixture
def issuer(tmp_path: Path) -> DevIssuer:
    return dev_issuer(tmp_path / "issuer")


@pytest.fixture
async def caller(issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    """A developer in front of the small service of `support`."""
    async with client(api(issuer), issuer.sign("developer")) as caller:
        yield caller
