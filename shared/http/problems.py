"""Problem documents (RFC 9457): the one shape of every refusal, and how a route declares its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from shared.errors import AppError
from shared.http import tracing

MEDIA_TYPE = "application/problem+json"
_HEADERS = {
    401: {"WWW-Authenticate": {"description": "需要 Bearer 令牌，以及原因", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "多少秒后再试", "schema": {"type": "integer"}}},
    503: {"Retry-After": {"description": "多少秒后再试", "schema": {"type": "integer"}}},
}
"""What comes with an answer of that status."""


class ProblemField(BaseModel):
    """问题位置"""

    pointer: str = Field(title="位置", description="JSON 指针，例如 `/records/17/self_paid`")
    code: str = Field(title="代码", description="稳定的错误代码，程序据此判断")
    message: str = Field(title="说明", description="写给经办人的中文说明")
    value_masked: str | None = Field(default=None, title="原值（已脱敏）")


class ProblemPlace(ProblemField):
    """问题位置，问题出在一段文字之中的另给行和字符"""

    line: int | None = Field(default=None, title="第几行", description="只在问题出在一段文字之中时给出，从 1 起")
    column: int | None = Field(default=None, title="第几个字符", description="同上，在该行中从 1 起")


class Problem(BaseModel):
    """问题文档（RFC 9457）"""

    model_config = ConfigDict(extra="allow")

    type: str = Field(title="类型", description="问题类型的标识，`urn:xianjie:problem:` 加代码")
    title: str = Field(title="标题")
    status: int = Field(title="状态码")
    detail: str = Field(title="说明", description="写给经办人的中文说明")
    code: str = Field(title="代码", description="稳定的错误代码，程序据此判断")
    errors: list[ProblemPlace] = Field(title="问题位置清单")
    trace_id: str | None = Field(default=None, title="跟踪号", description="报障时请提供")


def render(error: AppError) -> Response:
    """The answer to a request that ended in `error`."""
    body = {
        "type": f"urn:xianjie:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "errors": error.errors,
        "trace_id": tracing.trace_id(),
        **error.extra,
    }
    return Response(orjson.dumps(body), error.status, headers=error.headers, media_type=MEDIA_TYPE)


def responses(*kinds: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may raise `kinds`. What the edge itself may answer (400,
    401, 403, 413, 422, 429, 500, 503) is added to every operation by `shared.http.openapi`."""
    declared: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        entry = declared.setdefault(kind.status, response(kind))
        entry["content"][MEDIA_TYPE]["examples"][kind.code] = example(kind)
    for entry in declared.values():
        found = entry["content"][MEDIA_TYPE]["examples"].values()
        entry["description"] = "；".join(dict.fromkeys(e["summary"] for e in found))
    return declared


def response(kind: type[AppError]) -> dict[str, Any]:
    """One OpenAPI response object whose content is a problem, examples still empty."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}}
    headers = {"headers": dict(_HEADERS[kind.status])} if kind.status in _HEADERS else {}
    return {"description": kind.title, **headers, "content": content}


def example(kind: type[AppError], detail: str | None = None, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An OpenAPI example of the problem that `kind` becomes."""
    value = {
        "type": f"urn:xianjie:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail or f"{kind.title}。",
        "code": kind.code,
        "errors": [],
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        **(extra or {}),
    }
    return {"summary": f"{kind.code} {kind.title}", "value": value}
