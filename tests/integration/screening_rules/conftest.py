"""A screening database, and the relation of facts that rules are evaluated over, made of given rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

import asyncpg
import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.local.postgres import Postgres
from services.screening.facts.domain import FACTS, SILENCE_KINDS
from shared.db import create_engine, transaction

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
