"""`/openapi.json`, `/docs`, `/redoc` and `/asyncapi.json`: they work without the internet.

The pages' scripts come from the wheel fastapi-offline. The OpenAPI document is FastAPI's, and
every operation gains the refusals that the edge can give and the words and examples of its answers, so
that no route has to repeat them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from shared.errors import AppError, InvalidError
from shared.http import answers, errors, problems, queries
from shared.http.routes import RouteFacts, facts
from shared.http.validation import MalformedJsonError

_SCHEMAS = "#/components/schemas/"


def install(app: FastAPI, asyncapi: Mapping[str, Any] | None) -> None:
    """Give `app` its OpenAPI document and, if it has topics, the AsyncAPI one."""
    # FastAPI documents overriding this method as the way to extend the document.
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    if asyncapi is None:
        return

    @app.get("/asyncapi.json", tags=["文档"], summary="事件接口文档（AsyncAPI 3）", response_class=JSONResponse)
    async def asyncapi_document() -> JSONResponse:
        """本服务收发的 Kafka 主题、消息和结构。"""
        return JSONResponse(asyncapi)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version=app.openapi_version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        _complete(document, {(f.method.lower(), f.path): f for f in facts(app)})
        app.openapi_schema = document
    return app.openapi_schema


def _complete(document: dict[str, Any], by_operation: Mapping[tuple[str, str], RouteFacts]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schema = problems.Problem.model_json_schema(ref_template=_SCHEMAS + "{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            route = by_operation[(method, path)]
            answers.describe(operation, route.handler, schemas)
            _add(operation, _edge_refusals(operation, route))


def _edge_refusals(operation: Mapping[str, Any], route: RouteFacts) -> list[type[AppError]]:
    """What can happen before, around and after the handler of this operation."""
    kinds: list[type[AppError]] = [errors.BadRequestError, AppError]
    if route.permissions:
        kinds += [
            queries.UnknownParameterError,
            errors.UnauthorizedError,
            errors.ForbiddenError,
            errors.UnavailableError,
        ]
    if route.uses_database:
        kinds += [errors.TooBusyError, errors.UnavailableError]
    if operation.get("parameters") or route.has_body:
        kinds.append(InvalidError)
    if route.has_body or "requestBody" in operation:
        kinds += [MalformedJsonError, errors.BodyTooLargeError, errors.BodyTimeoutError, errors.UnsupportedMediaError]
    return list(dict.fromkeys(kinds))


def _add(operation: dict[str, Any], kinds: list[type[AppError]]) -> None:
    declared = operation["responses"]
    if "HTTPValidationError" in str(declared.get("422", "")):
        del declared["422"]
    for status, entry in problems.responses(*kinds).items():
        offered = entry["content"][problems.MEDIA_TYPE]
        known = declared.setdefault(str(status), entry)
        if known is not entry:
            content = known.setdefault("content", {}).setdefault(problems.MEDIA_TYPE, offered)
            content["examples"] = {**offered["examples"], **content.get("examples", {})}
    operation["responses"] = dict(sorted(declared.items()))
