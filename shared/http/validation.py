"""Pydantic's findings as problem fields: a JSON pointer, a stable code, a Chinese sentence that
names the field by its Chinese title, and the offending value masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.errors import FieldError, InvalidError
from shared.http import problems
from shared.http.errors import BadRequestError, UnsupportedMediaError
from shared.privacy import mask

MAX_ERRORS = 100
"""A body of a million mistakes is told its first hundred."""
_MESSAGES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text("utf-8"))
_NAME_CHARACTERS = 64
_DIGITS_OF_A_NUMBER = 9
_PLACES = {"query": "query_params", "path": "path_params", "header": "header_params", "cookie": "cookie_params"}


class MalformedJsonError(BadRequestError):
    """The body does not parse as JSON at all."""

    code = "malformed_json"
    title = "JSON 格式错误"


async def on_validation_error(request: Request, error: RequestValidationError) -> Response:
    """The handler of FastAPI's RequestValidationError."""
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        position = next(e["loc"][-1] for e in found if e["type"] == "json_invalid")
        return problems.render(MalformedJsonError(f"内容不是有效的 JSON，第 {position} 个字符处有误。"))
    if any(e["loc"] == ("body",) and isinstance(e.get("input"), bytes) for e in found):
        return problems.render(UnsupportedMediaError("请求体应为 JSON，请设置 Content-Type: application/json。"))
    errors = field_errors(found, request.scope.get("route"))
    return problems.render(InvalidError(_summary(len(found)), errors=errors))


def field_errors(found: Sequence[Mapping[str, Any]], route: Any = None) -> list[FieldError]:
    """Pydantic errors (of a route's parameters, or of a model validated by hand) as `FieldError`s.
    Parameters that are not in the body are pointed at as `/query/limit`, `/path/…`, `/header/…`."""
    return [_field_error(error, route) for error in found[:MAX_ERRORS]]


def _summary(count: int) -> str:
    told = f"，以下列出前 {MAX_ERRORS} 处" if count > MAX_ERRORS else ""
    return f"内容有 {count} 处不符合要求{told}，请按说明修改后重新提交。"


def _field_error(error: Mapping[str, Any], route: Any) -> FieldError:
    loc = tuple(error["loc"])
    path = loc[1:] if loc[:1] == ("body",) else loc
    code, sentence = _MESSAGES.get(error["type"], _MESSAGES["other"])
    context = {k: _chinese_list(v) for k, v in (error.get("ctx") or {}).items()}
    if error["type"] in ("value_error", "assertion_error") or error["type"] not in _MESSAGES:
        code, sentence = _own_words(error, code, sentence)
        context = {}
    title = _title(loc, route)
    message = sentence.format_map({"title": title, **context}) if "{" in sentence else sentence
    pointer = "".join(f"/{_short(str(part)).replace('~', '~0').replace('/', '~1')}" for part in path)
    # A missing field's input is the object around it.
    value = None if error["type"] == "missing" else mask(error.get("input"))
    return FieldError(pointer=pointer, code=code, message=message, value_masked=value)


def _own_words(error: Mapping[str, Any], code: str, sentence: str) -> tuple[str, str]:
    """A room's validator speaks for itself: `PydanticCustomError(code, 中文)` or `ValueError(中文)`.
    Texts of pydantic's own that we have no sentence for are English: they are not passed on."""
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if not any("一" <= character <= "鿿" for character in message):
        return code, sentence
    own = error["type"] if error["type"] not in ("value_error", "assertion_error") else code
    return own, message.replace("{", "｛").replace("}", "｝")


def _title(loc: tuple[Any, ...], route: Any) -> str:
    """The Chinese title of the place, as far as the route's declarations tell it."""
    names = [part for part in loc if isinstance(part, str)]
    last = names[-1] if names else "内容"
    if route is None or not loc:
        return _short(last)
    if loc[0] == "body":
        field = getattr(route, "body_field", None)
        return _short(_title_in(getattr(field, "field_info", None), loc[1:]) or ("内容" if len(names) == 1 else last))
    for field in _params(route.dependant, _PLACES.get(str(loc[0]), "")):
        if field.alias == last:
            return field.field_info.title or last
    return _short(last)


def _params(dependant: Any, place: str) -> list[Any]:
    found = list(getattr(dependant, place, []))
    for inner in dependant.dependencies:
        found += _params(inner, place)
    return found


def _title_in(info: FieldInfo | None, path: tuple[Any, ...]) -> str | None:
    for part in path:
        if not isinstance(part, str) or info is None:
            continue
        model = _model_of(info.annotation)
        if model is None:
            continue
        info = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
    return info.title if info is not None and path else None


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model inside `Model`, `list[Model]`, `Model | None` …; the first one found."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(_model_of, get_args(annotation)) if m is not None), None)


def _chinese_list(value: Any) -> Any:
    """Pydantic writes `'a', 'b' or 'c'`."""
    return value.replace(" or ", ", ").replace("'", "").replace(", ", "、") if isinstance(value, str) else value


def _short(name: str) -> str:
    """Names of unknown fields are the sender's own text: cut, and masked when they hold a number."""
    if sum(character.isdigit() for character in name) >= _DIGITS_OF_A_NUMBER:
        return mask(name)
    return name if len(name) <= _NAME_CHARACTERS else name[:_NAME_CHARACTERS] + "…"
