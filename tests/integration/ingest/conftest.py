"""The ingest API on a fresh database, in process; records made to measure."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.app import build
from services.ingest.settings import Settings
from shared.codes import identity
from shared.db import create_engine
from shared.http.issuer import NAME, DevIssuer

Record = dict[str, Any]
SETTLEMENT = "medical-insurance/settlement"
START = datetime(2026, 3, 1, 1, tzinfo=UTC)


def secret(letter: str) -> str:
    """A key for tests, as settings write it."""
    return f"t1:{base64.b64encode(letter.encode() * 32).decode()}"


def id_number(sequence: int) -> str:
    """A number whose check digit is right and whose sequence number is of the reserved range."""
    day = datetime(1950, 1, 1, tzinfo=UTC) + timedelta(days=sequence // 10)
    body = f"150625{day:%Y%m%d}99{sequence % 10}"
    return next(body + digit for digit in "0123456789X" if identity.birth_of(body + digit) is not None)


def settlement(source_id: str = "s1", minute: int = 0, self_paid: int = 100, person: int = 1, **more: Any) -> Record:
    """A settlement last changed `minute` minutes after START."""
    return {
        "source_id": source_id,
        "source_updated_at": (START + timedelta(minutes=minute)).isoformat(),
        "division_code": "150625100201",
        "id_number": id_number(person),
        "name": "龘龘",
        "setting": "inpatient",
        "settled_on": "2026-02-20",
        "hospital_code": "H15062500001",
        "total": f"{self_paid}.00",
        "basic_paid": "0",
        "critical_illness_paid": "0",
        "medical_assistance_paid": "0",
        "self_paid": f"{self_paid}.00",
        "self_paid_in_catalogue": f"{self_paid}.00",
        **more,
    }


def retract(source_id: str = "s1", minute: int = 0, person: int = 1) -> Record:
    """The withdrawal of a settlement."""
    return {
        "source_id": source_id,
        "source_updated_at": (START + timedelta(minutes=minute)).isoformat(),
        "op": "retract",
        "retract_reason": "重复登记",
        "id_number": id_number(person),
    }


@dataclass
class Api:
    """The API as a department sees it, and its database as only tests may."""

    app: FastAPI
    url: str
    issuer: DevIssuer
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(app=self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://ingest")

    def bearer(self, role: str = "developer", department: str | None = None, division: str | None = None) -> Record:
        """The header of a caller."""
        return {"Authorization": f"Bearer {self.issuer.sign(role, department, division)}"}

    async def push(self, *records: Any, feed: str = SETTLEMENT, headers: Record | None = None, **params: Any) -> Any:
        """The answer to a submission."""
        path = f"/v1/feeds/{feed}/submissions"
        wanted = {**self.bearer(), **(headers or {})}
        return await self.client.post(path, json={"records": records}, headers=wanted, params=params)

    async def outcomes(self, *records: Any, feed: str = SETTLEMENT) -> list[str]:
        """Only the words of the receipt's lines."""
        body = (await self.push(*records, feed=feed)).json()
        return [line["outcome"] for line in body.get("receipt", body)["records"]]

    async def get(self, path: str, headers: Record | None = None, **params: Any) -> Any:
        """The answer to a GET."""
        return await self.client.get(path, headers=headers or self.bearer(), params=params)

    async def post_bytes(self, path: str, body: bytes, **headers: str) -> Any:
        """The answer to a body as it is."""
        wanted = {**self.bearer(), "Content-Type": "application/json", **headers}
        return await self.client.post(path, content=body, headers=wanted)

    async def execute(self, sql: str) -> None:
        """Change the database behind the API's back."""
        db = await asyncpg.connect(self.url)
        try:
            await db.execute(sql)
        finally:
            await db.close()

    def engine_to(self, url: str) -> AsyncEngine:
        """A pool for another address."""
        return create_engine(url, name="test")

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """What the database holds."""
        db = await asyncpg.connect(self.url)
        try:
            return list(await db.fetch(sql, *args))
        finally:
            await db.close()


def settings_of(url: str, folder: Path) -> Settings:
    """Settings of a development stack on this database; everywhere the same keys, and the issuer of this folder."""
    return Settings(
        environment="development",
        database_url=url,
        kafka_bootstrap="127.0.0.1:1",
        kafka_idempotence=False,
        jwks=str(folder / "jwks.json"),
        issuer=NAME,
        pepper=secret("p"),
        bus_key=secret("b"),
        vault_key=secret("v"),
    )


@pytest.fixture
def settings(database: Callable[[str], str], tmp_path: Path) -> Settings:
    """Settings of a development stack with a database of its own."""
    return settings_of(database("ingest"), tmp_path)


@pytest.fixture
async def api(settings: Settings, tmp_path: Path) -> AsyncIterator[Api]:
    """The API in this process."""
    issuer = DevIssuer(tmp_path, environment="development")
    made = Api(build(settings), settings.database_url.get_secret_value(), issuer)
    yield made
    await made.client.aclose()
    await made.app.state.engine.dispose()
