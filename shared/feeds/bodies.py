"""From the bytes of a request to a list of JSON values: fast for what is well-formed, patient with what nearly is.

orjson refuses a whole body for one lone surrogate or one endless number; such a body is read once more by the standard
library, so that only the record at fault is refused, with its place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from shared.errors import FieldError
from shared.feeds.errors import BodyShapeError, MalformedBodyError, TooManyRecordsError
from shared.privacy import mask

MAX_RECORDS = 5_000
_LONGEST_INTEGER = 18
_DEEPEST_KEPT = 20
_BITS = 64


@dataclass(frozen=True, slots=True)
class HugeNumber:
    """Stands for an integer too long to be read: its first digits, and how many there were. No field takes it."""

    first: str
    length: int

    def __str__(self) -> str:
        return f"{self.first}…（{self.length} 位数字）"


def read_records(body: bytes) -> list[Any]:
    """The list under `records` of a body `{"records": [...]}`.

    Raises MalformedBodyError (400), BodyShapeError (422), TooManyRecordsError (413).
    """
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        parsed = _read_patiently(body)
    if not isinstance(parsed, dict):
        raise _shape("", "invalid_body", '请求体应为一个对象：{"records": [ … ]}')
    for name in parsed:
        if name != "records":
            where = f"/{name}" if name.isascii() and name.isidentifier() and len(name) <= 40 else ""
            raise _shape(where, "unknown_field", f"请求体里只能有 records，“{mask(name)}”不认识")
    records = parsed.get("records")
    if not isinstance(records, list):
        raise _shape("/records", "required", "请求体里缺少记录列表 records")
    if not records:
        raise no_records()
    if len(records) > MAX_RECORDS:
        raise TooManyRecordsError(
            f"一次最多发送 {MAX_RECORDS} 条记录，这次有 {len(records)} 条，请分批发送",
            extra={"limit_records": MAX_RECORDS},
        )
    return records


def read_record(body: bytes, what: str = "请求体") -> Any:
    """The one record that a body is; what it should be is the record's own check. MalformedBodyError (400), whose text
    calls the body `what`."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_patiently(body, what)


def no_records() -> BodyShapeError:
    """The refusal of a body without a single record."""
    return _shape("/records", "no_records", "没有记录，至少要有 1 条")


def _shape(pointer: str, code: str, message: str) -> BodyShapeError:
    error: FieldError = {"pointer": pointer, "code": code, "message": message, "value_masked": None}
    return BodyShapeError(message, errors=[error])


def _read_patiently(body: bytes, what: str = "请求体") -> Any:
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")  # some exporters put a byte order mark in front
    except UnicodeDecodeError as wrong:
        before = body[: wrong.start].decode("utf-8").removeprefix("\ufeff")
        raise _malformed(f"{what}不是 UTF-8 编码：第 {wrong.start + 1} 个字节处无法识别", before) from None
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as wrong:
        where = f"第 {wrong.lineno} 行第 {wrong.colno} 个字符处有误"
        message = f"{what}不是有效的 JSON：{where}，常见原因是缺逗号、缺引号或没有写完"
    except _ConstantError:
        message = f"{what}不是有效的 JSON：不能含 NaN 或 Infinity"
    except RecursionError:
        message = f"{what}嵌套过深"
    raise _malformed(message, text)


def _malformed(message: str, text: str) -> MalformedBodyError:
    """With a pointer to the record that cannot be read."""
    error: FieldError = {
        "pointer": _place(text), "code": MalformedBodyError.code, "message": message, "value_masked": None
    }  # fmt: skip
    return MalformedBodyError(message, errors=[error])


def _place(text: str) -> str:
    """The JSON pointer of the first record of a body `{"records": [...]}` that cannot be read; empty when what is wrong
    stands elsewhere."""
    opening = _OPENING.match(text)
    if opening is None:
        return ""
    at = opening.end()
    for index in range(MAX_RECORDS):
        try:
            _, at = _DECODER.raw_decode(text, at)
        except (json.JSONDecodeError, _ConstantError, RecursionError):
            return f"/records/{index}"
        comma = _COMMA.match(text, at)
        if comma is None:
            return "" if _END.match(text, at) else f"/records/{index}"
        at = comma.end()
    return ""


class _ConstantError(Exception):
    """NaN or an infinity stood where JSON allows none."""


def _no_constant(_: str) -> NoReturn:
    raise _ConstantError


def _integer(digits: str) -> int | HugeNumber:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else HugeNumber(digits[:6], len(digits))


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_no_constant)
_OPENING = re.compile(r'\s*\{\s*"records"\s*:\s*\[\s*')
_END = re.compile(r"\s*\]")
_COMMA = re.compile(r"\s*,\s*")


def serialisable(value: Any, depth: int = 0) -> Any:
    """The same JSON value with what no serialiser takes replaced: lone surrogates by `?`, huge numbers by a text, what
    is nested too deep by `…`."""
    if depth > _DEEPEST_KEPT:
        return "…"
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {serialisable(name): serialisable(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [serialisable(inner, depth + 1) for inner in value]
    if isinstance(value, int) and value.bit_length() >= _BITS:
        return "…"
    return str(value) if isinstance(value, HugeNumber) else value
