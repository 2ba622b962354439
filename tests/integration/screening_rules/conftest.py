"""A screening database, and the relation of facts that rules are evaluated over, made of given rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import orjson
import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.local.postgres import Postgres
from services.screening.facts.domain import FACTS, SILENCE_KINDS
from services.screening.parameters import api as parameters_api
from services.screening.rules import api as rules_api
from services.screening.rules import service as rules
from services.screening.settings import Settings
from shared import clock
from shared.db import create_engine, transaction
from shared.http.app import create_app
from shared.http.issuer import NAME, DevIssuer

_TYPES = {
    "fen": "bigint",
    "count": "integer",
    "days": "integer",
    "grade": "smallint",
    "boolean": "boolean",
    "text": "text",
}
_COLUMNS = ", ".join(
    ["household_no text", "division_code text"]
    + [f"{fact.name} {_TYPES[fact.type]}" for fact in FACTS.values()]
    + [f"silent_{kind} boolean" for kind in SILENCE_KINDS]
)
RELATION = f"SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS x({_COLUMNS})"

T = TypeVar("T")
Ask = Callable[..., Awaitable[httpx.Response]]
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def household(no: str, division: str, silent: Sequence[int] = (), **values: Any) -> dict[str, Any]:
    """A row of the relation; facts that are not given are unknown."""
    return {
        "household_no": no,
        "division_code": division,
        **values,
        **{f"silent_{kind}": kind in silent for kind in SILENCE_KINDS},
    }


def relation(*rows: dict[str, Any]) -> tuple[str, list[Any]]:
    """The relation that the compiled rules read, of these rows."""
    return RELATION, [orjson.dumps(rows).decode()]


@pytest.fixture
async def engine(database: Callable[[str], str]) -> AsyncIterator[AsyncEngine]:
    """A fresh screening database with nothing seeded."""
    made = create_engine(database("screening"), name="test", plan_cache_mode="force_custom_plan")
    yield made
    await made.dispose()


@pytest.fixture
async def conn(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction on it."""
    async with transaction(engine) as connection:
        yield connection


@pytest.fixture
async def ask(database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Ask]:
    """`ask(method, path, role=…, in_division=…, sub=…, **request)` of the rooms' routes, with everything seeded at
    the start of 2026."""
    url = database("screening")
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    settings = Settings(
        environment="development",
        database_url=SecretStr(url),
        kafka_bootstrap="127.0.0.1:1",
        jwks=str(issuer.jwks),
        issuer=NAME,
    )
    made = create_engine(url, name="test")
    app = create_app(
        service="screening",
        title="测试",
        description="测试",
        routers=[parameters_api.router, rules_api.router],
        settings=settings,
        engine=made,
    )
    (tmp_path / "clock").write_text(NOW.isoformat())
    clock.follow(tmp_path / "clock")
    async with transaction(made) as connection:
        await rules.seed(connection, demo=True, known_at=datetime(2026, 1, 1, tzinfo=UTC), demo_from=date(2024, 11, 1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:

        async def request(
            method: str,
            path: str,
            *,
            role: str = "developer",
            in_division: str | None = None,
            sub: str | None = None,
            headers: dict[str, str] | None = None,
            **more: Any,
        ) -> httpx.Response:
            bearer = {"Authorization": f"Bearer {issuer.sign(role, division=in_division, sub=sub)}"}
            return await client.request(method, path, headers={**bearer, **(headers or {})}, **more)

        yield request
    clock.follow(None)
    await made.dispose()


class Sql:
    """A plain connection to an empty database, asked from a test that is not a coroutine, as
    hypothesis wants it."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(asyncpg.connect(url))

    def ask(self, statement: str, *args: Any) -> list[Any]:
        """The rows."""
        return list(self._runner.run(self._connection.fetch(statement, *args)))

    def close(self) -> None:
        """Let the connection go."""
        self._runner.run(self._connection.close())
        self._runner.close()


@pytest.fixture(scope="module")
def sql(postgres: Postgres) -> Iterator[Sql]:
    """PostgreSQL itself, to judge by."""
    opened = Sql(postgres.create_database("rules_sql"))
    yield opened
    opened.close()
    postgres.drop_database("rules_sql")


@pytest.fixture(scope="module")
def in_database(
    postgres: Postgres, template: Callable[[str], str]
) -> Iterator[Callable[[Callable[[AsyncConnection], Awaitable[T]]], T]]:
    """`in_database(work)`: run a coroutine function in a transaction of one screening database that
    is rolled back afterwards; for hypothesis."""
    url = postgres.create_database("rules_screening", template("screening"))
    runner = asyncio.Runner()
    engine = create_engine(url, name="test", plan_cache_mode="force_custom_plan")

    async def rolled_back(work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with engine.connect() as connection, connection.begin() as begun:
            result = await work(connection)
            await begun.rollback()
            return result

    yield lambda work: runner.run(rolled_back(work))
    runner.run(engine.dispose())
    runner.close()
    postgres.drop_database("rules_screening")
