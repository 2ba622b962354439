"""Pydantic's findings as problem fields: a JSON pointer, a stable code, a Chinese sentence that
names the field by its Chinese title, and the offending value masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

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
_TEXTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text("utf-8"))
_MESSAGES: dict[str, list[str]] = _TEXTS["findings"]
PATTERNS: dict[str, str] = _TEXTS["patterns"]
"""What a pattern asks for, in words. A field whose pattern is not here speaks by its description and example."""
PARAMETERS: dict[str, str] = _TEXTS["parameters"]
"""Titles of parameters that stand in the addresses of several rooms."""
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
    broken = next((e for e in found if e["type"] == "json_invalid"), None)
    if broken is not None:
        return problems.render(malformed(str(error.body), broken["loc"][-1], broken["ctx"]["error"]))
    if any(e["loc"] == ("body",) and e["type"] == "missing" for e in found):
        return problems.render(malformed("", 0))
    if any(e["loc"] == ("body",) and isinstance(e.get("input"), bytes) for e in found):
        return problems.render(UnsupportedMediaError("请求体应为 JSON，请设置 Content-Type: application/json。"))
    errors = field_errors(found, request.scope.get("route"))
    return problems.render(InvalidError(_summary(len(found)), errors=errors))


def malformed(text: str, position: int, reason: str = "") -> MalformedJsonError:
    """The refusal of a body that stops being JSON at character `position`; `reason` is the parser's own word.

    It is told by line and column, both from 1, as editors count.
    """
    why = next((words for start, words in _TEXTS["json"].items() if reason.startswith(start)), "不是有效的 JSON")
    where = f"第 {text.count(chr(10), 0, position) + 1} 行第 {position - text.rfind(chr(10), 0, position)} 列：{why}"
    if not text.strip():
        where = "请求体是空的，应为 JSON，示例见 /docs"
    return _malformed(where)


def unreadable(headers: Mapping[str, str]) -> MalformedJsonError:
    """The refusal of a body that broke the parser itself, which then names no place."""
    return _malformed("内容无法解析：不是 UTF-8 编码，或嵌套过深，或数值过长", headers)


def _malformed(message: str, headers: Mapping[str, str] | None = None) -> MalformedJsonError:
    error = FieldError(pointer="", code=MalformedJsonError.code, message=message, value_masked=None)
    return MalformedJsonError(f"内容不是有效的 JSON。{message}。", errors=[error], headers=headers)


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
    info = _declared(loc, route)
    title = _title(loc, info)
    message = sentence.format_map({"title": title, **context}) if "{" in sentence else sentence
    if error["type"] == "string_pattern_mismatch":
        message += _wanted(str(context.get("pattern")), info)
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


def _wanted(pattern: str, info: FieldInfo | None) -> str:
    """What is allowed instead: the pattern in words, or what the field says of itself."""
    if pattern in PATTERNS:
        return f"，{PATTERNS[pattern]}"
    if info is None:
        return ""
    description = f"，应为：{info.description.rstrip('。')}" if info.description else ""
    return description + (f"，例如 {info.examples[0]}" if info.examples else "")


def _title(loc: tuple[Any, ...], info: FieldInfo | None) -> str:
    """The Chinese title of the place, as far as the route's declarations tell it."""
    if info is not None and info.title:
        return info.title
    names = [part for part in loc if isinstance(part, str)]
    if names in ([], ["body"]):
        return "内容"
    return PARAMETERS.get(names[-1], _short(names[-1])) if loc[0] == "path" else _short(names[-1])


def _declared(loc: tuple[Any, ...], route: Any) -> FieldInfo | None:
    """The declaration of the field at `loc`, when the route has one."""
    if route is None or len(loc) < 2:
        return None
    if loc[0] == "body":
        return _inside(getattr(getattr(route, "body_field", None), "field_info", None), loc[1:])
    for field in _params(route.dependant, _PLACES.get(str(loc[0]), "")):
        found = field.field_info if field.alias == loc[1] else _inside(field.field_info, loc[1:])
        if found is not None:
            return cast("FieldInfo", found)
    return None


def _params(dependant: Any, place: str) -> list[Any]:
    found = list(getattr(dependant, place, []))
    for inner in dependant.dependencies:
        found += _params(inner, place)
    return found


def _inside(info: FieldInfo | None, path: tuple[Any, ...]) -> FieldInfo | None:
    """The field of a model at `path`; list positions on the way are passed over."""
    for part in path:
        if not isinstance(part, str):
            continue
        model = _model_of(info.annotation) if info is not None else None
        if model is None:
            return None
        info = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
    return info


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
