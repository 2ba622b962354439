"""What is not an `AppError` and still ends a request: the framework's refusals, the database's
errors and our own bugs. Each becomes a problem document; none shows a stack or a value."""

from __future__ import annotations

import traceback
from typing import Any

import asyncpg
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match

from shared import logging
from shared.errors import AppError, NotFoundError
from shared.http import database, edge, pages, problems, validation
from shared.http.errors import BodyTimeoutError


class MethodNotAllowedError(AppError):
    """The address is there and does not take this method."""

    status = 405
    code = "method_not_allowed"
    title = "不支持的方法"


async def on_app_error(request: Request, error: Exception) -> Response:
    """Every `AppError`: a page for a person, a problem document for a program."""
    assert isinstance(error, AppError)  # noqa: S101 - by its key in HANDLERS
    return pages.refuse(request, error) if pages.is_page(request) else problems.render(error)


async def on_http_exception(request: Request, error: StarletteHTTPException) -> Response:
    """Starlette's and FastAPI's own refusals."""
    headers = dict(error.headers or {})
    if error.status_code == 404:
        advice = "请检查网址" if pages.wanted_by_browser(request) else "请对照 /docs"
        return _answer(request, NotFoundError(f"没有这个地址，{advice}。"))
    if error.status_code == 405:
        allowed = _allowed(request)
        return _answer(request, MethodNotAllowedError(f"此地址只支持 {allowed}。", headers={"Allow": allowed}))
    if error.status_code == 408:
        return problems.render(BodyTimeoutError(f"超过 {edge.CHUNK_SECONDS} 秒没有收到后续内容。", headers=headers))
    if error.status_code == 413:
        return problems.render(edge.too_large(int(error.detail)))
    # FastAPI's word for a body that broke the JSON parser.
    return problems.render(validation.unreadable(headers))


def _answer(request: Request, error: AppError) -> Response:
    return pages.refuse(request, error) if pages.wanted_by_browser(request) else problems.render(error)


def _allowed(request: Request) -> str:
    """Every method of the address: Starlette names those of the first route that it meets."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= set(getattr(route, "methods", None) or ())
    return ", ".join(sorted(methods))


async def on_database_error(request: Request, error: Exception) -> Response:
    """503 when the database is away, full or contended; 429 when the pool is; else a bug of ours."""
    refusal = database.translate(error)
    if refusal is None:
        return await on_bug(request, error)
    logging.get().warning("request_refused_by_database", code=refusal.code, error=type(error).__name__)
    return problems.render(refusal)


async def on_bug(request: Request, error: Exception) -> Response:
    """500. The log gets the kinds of the errors and the places in the code, never their texts:
    those of the driver and of pydantic carry the values they failed on."""
    frames = traceback.extract_tb(error.__traceback__)
    logging.get().error(
        "request_failed",
        method=request.method,
        route=getattr(request.scope.get("route"), "path", None),
        error=type(error).__name__,
        cause=type(error.__cause__).__name__ if error.__cause__ is not None else None,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    )
    return problems.render(AppError("系统内部错误，数据未保存。请提供跟踪号联系运维人员。"))


HANDLERS: dict[Any, Any] = {
    AppError: on_app_error,
    RequestValidationError: validation.on_validation_error,
    StarletteHTTPException: on_http_exception,
    SQLAlchemyError: on_database_error,
    asyncpg.PostgresError: on_database_error,
    asyncpg.InterfaceError: on_database_error,
    OSError: on_database_error,
}
