"""What the tests of shared/http and of assets stand on: an issuer, an application, a client."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import create_engine
from shared.http.app import create_app
from shared.http.auth import allow
from shared.http.issuer import NAME, DevIssuer
from shared.http.permissions import Principal
from shared.settings import ServiceSettings

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
ID_NUMBER = "150602199003079917"
PERSON = "龘小靐"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: int = Field(title="数额", ge=0)


class Thing(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "水井", "count": 1, "parts": [{"amount": 2}]}]}
    )

    name: str = Field(title="名称", max_length=20)
    count: int = Field(title="数量", ge=1)
    parts: list[Part] = Field(default=[], title="部件")


def things() -> APIRouter:
    """A small service: what it takes, it gives back."""
    router = APIRouter(prefix="/v1/things", tags=["东西"])

    @router.post("", status_code=201, summary="登记东西")
    async def create(principal: Annotated[Principal, allow("assets:write")], thing: Thing) -> Thing:
        """登记一件东西。"""
        return thing

    @router.get("", summary="数东西")
    async def count(principal: Annotated[Principal, allow("assets:read")]) -> int:
        """数一数有几件东西。"""
        return 0

    @router.get("/{number}", summary="查看东西")
    async def read(principal: Annotated[Principal, allow("assets:read")], number: int, limit: int = 1) -> Thing:
        """查看一件东西。"""
        return Thing(name=principal.role, count=limit)

    return router


def settings(signer: DevIssuer, url: str = NOWHERE, **changes: Any) -> ServiceSettings:
    given = {"environment": "development", "database_url": url, "kafka_bootstrap": "127.0.0.1:1"}
    return ServiceSettings(**{**given, "jwks": str(signer.jwks), "issuer": NAME, **changes})


def dev_issuer(folder: Path) -> DevIssuer:
    return DevIssuer(folder, environment="development")


def api(issuer: DevIssuer, *routers: APIRouter, engine: AsyncEngine | None = None, **more: Any) -> FastAPI:
    return create_app(
        service="test",
        title="试验",
        description="试验用",
        routers=routers or [things()],
        settings=settings(issuer),
        engine=engine or create_engine(NOWHERE, name="test"),
        **more,
    )


def client(app: FastAPI, token: str | None = None) -> httpx.AsyncClient:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=headers)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be one."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:xianjie:problem:{code}")
    assert any("一" <= letter <= "鿿" for letter in body["detail"])
    assert body["trace_id"] in answer.headers["traceparent"]
    return body


def faults(body: dict[str, Any]) -> Sequence[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in body["errors"]]
