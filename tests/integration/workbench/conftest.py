"""The pages over a screening database to which records come as from the bus."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.screening.app import build
from shared.http.issuer import DevIssuer
from shared.http.pages import COOKIE
from tests.integration.screening.conftest import World, make_world, settings_for, world

__all__ = ["make_world", "world"]


@dataclass
class Visitor:
    """A browser that is signed in as `role` of a division."""

    client: httpx.AsyncClient
    issuer: DevIssuer

    def become(self, role: str = "developer", **claims: Any) -> None:
        """Sign in as somebody else."""
        self.client.cookies.set(COOKIE, self.issuer.sign(role, **claims))

    async def see(self, path: str = "/", status: int = 200) -> str:
        """The page's markup."""
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def read(self, path: str = "/", status: int = 200) -> str:
        """The page as words, tags left out."""
        return words(await self.see(path, status))

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as the page's own."""
        return await self.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def words(html: str) -> str:
    """What stands between the tags, in one line."""
    body = html.partition("</style>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
async def visitor(world: World, tmp_path: Path) -> AsyncIterator[Visitor]:
    """Of this test's database, a developer at first."""
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    app = build(settings_for(world.url, jwks=str(issuer.jwks)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:
        made = Visitor(client, issuer)
        made.become()
        yield made
    await app.state.engine.dispose()
