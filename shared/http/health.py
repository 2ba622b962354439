"""`/livez`, `/readyz`, `/metrics`: for machines on the inside, without a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from shared import logging
from shared.db import ERRORS, transaction
from shared.http import problems, repository
from shared.http.errors import UnavailableError

router = APIRouter(tags=["运行状况"])
log = logging.get()


class NotReadyError(UnavailableError):
    """The service runs and cannot serve yet."""

    code = "not_ready"
    title = "尚未就绪"


class Ready(BaseModel):
    """就绪"""

    status: str = Field(title="状态", examples=["ready"])
    service: str = Field(title="服务", examples=["ingest"])


@router.get("/livez", summary="进程是否存活", response_class=PlainTextResponse)
async def livez() -> str:
    """进程在运行即答 `ok`，不检查数据库。"""
    return "ok"


@router.get("/readyz", summary="能否提供服务", responses=problems.responses(NotReadyError))
async def readyz(request: Request) -> Ready:
    """数据库可用、表结构已升级到本版本、已取得签发方公钥时答 200，否则 503。"""
    state = request.app.state
    async with transaction(state.engine) as conn:
        await repository.answers(conn)
        wanted: set[str] = state.revisions
        if wanted and await repository.migrated_to(conn) != wanted:
            raise NotReadyError("数据库表结构与本版本不一致，请先升级。", headers={"Retry-After": "5"})
    keys = state.authenticator.keys
    if not keys.loaded:
        await keys.refresh()
    if not keys.loaded:
        raise NotReadyError("尚未取得签发方公钥。", headers={"Retry-After": "5"})
    return Ready(status="ready", service=state.service)


@router.get("/metrics", summary="运行指标（Prometheus）", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Prometheus 文本格式。不含任何个人信息。"""
    await _measure(request.app.state)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _measure(state: Any) -> None:
    """Set what is measured by asking the database. While it is away the rest is answered all the same."""
    if not state.gauges:
        return
    try:
        async with transaction(state.engine) as conn:
            for measure in state.gauges:
                await measure(conn)
    except ERRORS as error:
        log.warning("gauges_not_measured", error=type(error).__name__)


def revisions(folder: Path | None) -> set[str]:
    """The newest alembic revisions in a service's migrations folder."""
    if folder is None:
        return set()
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return set(ScriptDirectory.from_config(config).get_heads())
