"""From pydantic's faults to what a clerk can act on: pointer, stable code, Chinese sentence, masked value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from shared.feeds.bodies import HugeNumber
from shared.feeds.draft import Draft
from shared.feeds.fields import bounds, kind_of, list_of, nested
from shared.feeds.texts import expectation, expects, fault
from shared.privacy import mask, mask_name

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
_EXACT = 2.0**53


def explain(error: ValidationError, draft: Draft, model: type[BaseModel], others: Mapping[str, str]) -> None:
    """Put every fault of a refused record into the draft, up to a bound. `others` are the titles of the kind's fields,
    known also where `model` is the retract's."""
    for detail in error.errors(include_url=False, include_context=True):
        path = [str(step) for step in detail["loc"]]
        if not path:  # a field's very name cannot be read
            draft.add_error(
                draft.at, "invalid_text", "有字段的名称含有无法识别的字符（残缺的 Unicode 字符），请检查导出编码", None
            )
            continue
        if detail["type"] == "extra_forbidden":
            _unknown(draft, path, others)
            continue
        code, predicate = _words(detail, _field(model, detail["loc"]))
        shown = None if detail["type"] == "missing" or detail["input"] is None else _shown(path[-1], detail["input"])
        draft.refuse("/".join(path), code, predicate, shown=shown)


def _unknown(draft: Draft, path: list[str], others: Mapping[str, str]) -> None:
    *above, name = path
    known = next((field for field, title in draft.titles.items() if title == name), None)
    if known:
        code, predicate = fault("unknown_titled", name=known)
    elif name == "retract_reason":
        draft.add_error(f"{draft.at}/{name}", *fault("only_in_retract"), None)
        return
    elif "retract_reason" in draft.titles and not above and name in others:
        name_of_subject = draft.titles.get("id_number") or draft.titles["household_no"]
        code, predicate = fault("not_in_retract", subject=name_of_subject)
    else:
        code, predicate = fault("unknown_field")
    plain = _PLAIN_NAME.fullmatch(name)
    shown = name if plain or known else mask(name)
    where = "/".join([*above, name] if plain else above)
    draft.add_error(f"{draft.at}/{where}".rstrip("/"), code, f"“{others.get(name, shown)}”{predicate}", None)


def _shown(field: str, value: object) -> str:
    if isinstance(value, HugeNumber):
        return str(value)
    return mask_name(value) if field == "name" and isinstance(value, str) else mask(value)


def _field(model: type[BaseModel], loc: tuple[int | str, ...]) -> FieldInfo | None:
    found: FieldInfo | None = None
    inner: type[BaseModel] | None = model
    for step in loc:
        if isinstance(step, str) and inner is not None:
            found = inner.model_fields.get(step)
            inner = nested(found) if found else None
    return found


def _words(detail: ErrorDetails, field: FieldInfo | None) -> tuple[str, str]:
    value, kind = detail["input"], detail["type"]
    if simple := _BY_TYPE.get(kind):
        return fault(simple)
    if field is None:
        return fault("other")
    if value is None:
        return fault("required_null")
    if isinstance(value, HugeNumber) or (isinstance(value, float) and not abs(value) < _EXACT):
        return fault("number_too_large")
    return _words_of(kind, field, detail)


def _words_of(kind: str, field: FieldInfo, detail: ErrorDetails) -> tuple[str, str]:
    low, high = bounds(field)
    if kind == "literal_error":
        codes = list_of(field)
        return fault("not_one_of", allowed=codes.codes.in_words()) if codes else fault("wrong_op")
    if kind in ("too_long", "too_short"):
        return fault("list_length", low=low, high=high, count=detail["ctx"]["actual_length"])
    if kind in ("greater_than_equal", "less_than_equal"):
        return fault("out_of_range", low=low, high=high)
    name = kind_of(field)
    if name and expects(name):
        return expectation(name)
    if codes := list_of(field):
        return fault("not_one_of", allowed=codes.codes.in_words())
    return fault("not_an_integer" if kind.startswith("int_") else "other")


_BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        "missing": "missing",
        "string_unicode": "invalid_text",
        "dict_type": "not_an_object",
        "model_type": "not_an_object",
        "model_attributes_type": "not_an_object",
        "list_type": "not_a_list",
    }
)
