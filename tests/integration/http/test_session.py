"""A 2xx means committed, and nothing else does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Message, Receive, Scope, Send

from services.assets.app import MIGRATIONS
from shared.db import create_engine
from shared.errors import ConflictError
from shared.http.auth import allow
from shared.http.issuer import DevIssuer
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep
from tests.unit.http.support import Thing, api, client, problem

Reader = Annotated[Principal, allow("assets:read")]


def _notes() -> APIRouter:
    router = APIRouter(prefix="/v1/notes")

    @router.post("/{number}", status_code=201)
    async def write(principal: Reader, conn: ConnectionDep, number: int, body: str, fail: str = "") -> Thing:
        await conn.execute(text("INSERT INTO note VALUES (:id, :body)"), {"id": number, "body": body})
        if fail == "conflict":
            raise ConflictError("不行。")
        if fail == "bug":
            raise KeyError(fail)
        if fail == "answer":
            return {"no": "thing"}  # type: ignore[return-value]  # an answer that does not fit its model
        return Thing(name="a", count=1)

    @router.get("/slow")
    async def slow(principal: Reader, conn: ConnectionDep) -> int:
        await conn.execute(text("SELECT pg_sleep(0.5)"))
        return 1

    @router.get("/locked")
    async def locked(principal: Reader, conn: ConnectionDep) -> int:
        await conn.execute(text("LOCK TABLE note IN ACCESS EXCLUSIVE MODE NOWAIT"))
        return 1

    @router.get("/number")
    async def number(principal: Reader, conn: ConnectionDep, value: int) -> int:
        await conn.execute(text("INSERT INTO note VALUES (:id, 'x')"), {"id": value})
        return 1

    return router


async def _stored(engine: AsyncEngine) -> list[int]:
    async with engine.begin() as conn:
        return list(await conn.scalars(text("SELECT id FROM note ORDER BY id")))


async def test_what_was_answered_2xx_is_committed_before_the_first_byte(engine: AsyncEngine, issuer: DevIssuer) -> None:
    app = api(issuer, _notes(), engine=engine)
    stored_when_answered: list[list[int]] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                stored_when_answered.append(await _stored(engine))
            await send(message)

        await app(scope, receive, answer)

    async with client(watched, issuer.sign("developer")) as caller:  # type: ignore[arg-type]  # any ASGI app
        assert (await caller.post("/v1/notes/1?body=x")).status_code == 201
    assert stored_when_answered == [[1]]


async def test_a_commit_that_fails_is_never_a_2xx(engine: AsyncEngine, issuer: DevIssuer) -> None:
    async with client(api(issuer, _notes(), engine=engine), issuer.sign("developer")) as caller:
        assert (await caller.post("/v1/notes/1?body=x")).status_code == 201
        # The key is checked at commit only: every statement of the request succeeds.
        problem(await caller.post("/v1/notes/1?body=y"), 500, "internal_error")
    assert await _stored(engine) == [1]


async def test_what_ends_in_an_error_is_rolled_back(engine: AsyncEngine, issuer: DevIssuer) -> None:
    async with client(api(issuer, _notes(), engine=engine), issuer.sign("developer")) as caller:
        problem(await caller.post("/v1/notes/1?body=x&fail=conflict"), 409, "conflict")
        problem(await caller.post("/v1/notes/2?body=x&fail=bug"), 500, "internal_error")
        problem(await caller.post("/v1/notes/3?body=x&fail=answer"), 500, "internal_error")
        problem(await caller.post("/v1/notes/4"), 422, "invalid")
    assert await _stored(engine) == []


async def test_a_value_that_no_column_holds_is_the_callers_fault(engine: AsyncEngine, issuer: DevIssuer) -> None:
    async with client(api(issuer, _notes(), engine=engine), issuer.sign("developer")) as caller:
        problem(await caller.get(f"/v1/notes/number?value={2**40}"), 422, "unstorable_value")
        problem(await caller.get(f"/v1/notes/number?value={2**70}"), 422, "unstorable_value")


async def test_a_full_pool_says_come_again(engine: AsyncEngine, issuer: DevIssuer) -> None:
    small = create_engine(engine.url.render_as_string(hide_password=False), name="small", pool_size=1)
    small.pool._timeout = 0.05  # type: ignore[attr-defined]  # five seconds otherwise
    async with client(api(issuer, _notes(), engine=small), issuer.sign("developer")) as caller:
        first, second = await asyncio.gather(caller.get("/v1/notes/slow"), caller.get("/v1/notes/slow"))
    refused, served = sorted((first, second), key=lambda answer: -answer.status_code)
    problem(refused, 429, "too_busy")
    assert refused.headers["retry-after"] == "1"
    assert served.status_code == 200
    await small.dispose()


async def test_a_contended_row_says_come_again(engine: AsyncEngine, issuer: DevIssuer) -> None:
    async with client(api(issuer, _notes(), engine=engine), issuer.sign("developer")) as caller, engine.begin() as conn:
        await conn.execute(text("LOCK TABLE note IN ACCESS SHARE MODE"))
        answer = await caller.get("/v1/notes/locked")
    problem(answer, 503, "unavailable")


async def test_a_database_that_went_away_is_503_and_back_by_itself(engine: AsyncEngine, issuer: DevIssuer) -> None:
    app = api(issuer, _notes(), engine=engine, migrations=MIGRATIONS)
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'test' AND pid <> pg_backend_pid()"
    )
    outsider = create_engine(engine.url.render_as_string(hide_password=False), name="outsider")
    async with client(app, issuer.sign("developer")) as caller:
        assert (await caller.post("/v1/notes/1?body=x")).status_code == 201
        async with outsider.begin() as conn:
            await conn.execute(end_all)
        answer = await caller.post("/v1/notes/2?body=x")
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
        assert (await caller.post("/v1/notes/3?body=x")).status_code == 201
        during = asyncio.create_task(caller.get("/v1/notes/slow"))
        await asyncio.sleep(0.1)
        async with outsider.begin() as conn:
            await conn.execute(end_all)
        problem(await during, 503, "unavailable")
        assert (await caller.get("/readyz")).status_code == 200
    await outsider.dispose()
    assert await _stored(engine) == [1, 3]


async def test_a_service_is_ready_when_its_tables_are(
    database: Callable[[str | None], str], engine: AsyncEngine, issuer: DevIssuer
) -> None:
    empty = create_engine(database(None), name="empty")
    async with client(api(issuer, engine=empty, migrations=MIGRATIONS)) as anyone:
        problem(await anyone.get("/readyz"), 503, "not_ready")
    await empty.dispose()
    async with client(api(issuer, engine=engine, migrations=MIGRATIONS)) as anyone:
        assert (await anyone.get("/readyz")).json() == {"status": "ready", "service": "test"}
    issuer.jwks.unlink()
    async with client(api(issuer, engine=engine, migrations=MIGRATIONS)) as anyone:
        problem(await anyone.get("/readyz"), 503, "not_ready")
