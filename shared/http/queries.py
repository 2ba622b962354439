"""Query parameters that an address does not know are refused: `?dryrun=true` must not store what was to be tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from shared.errors import FieldError, InvalidError
from shared.privacy import mask

_SHOWN = 64


class UnknownParameterError(InvalidError):
    """The address takes no query parameter of that name; nothing was done."""

    code = "unknown_parameter"
    title = "没有这个查询参数"


def refuse_unknown(request: Request) -> None:
    """Raises UnknownParameterError, which names what there is."""
    known = list(dict.fromkeys(_names(request.scope["route"].dependant)))
    unknown = [name for name in request.query_params if name not in known]
    if not unknown:
        return
    allowed = "、".join(known) or "（没有）"
    errors: list[FieldError] = [
        {
            "pointer": f"/query/{mask(name[:_SHOWN])}",
            "code": UnknownParameterError.code,
            "message": f"没有这个查询参数，可用的有：{allowed}",
            "value_masked": None,
        }
        for name in unknown
    ]
    raise UnknownParameterError("有不认识的查询参数，请求没有执行，请对照接口文档更正。", errors=errors)


def _names(dependant: Any) -> Iterator[str]:
    """The names of a route's query parameters, those of parameter models too."""
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (info.alias or name for name, info in kind.model_fields.items())
        else:
            yield field.alias
    for inner in dependant.dependencies:
        yield from _names(inner)
