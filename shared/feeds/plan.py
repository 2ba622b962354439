"""A record model compiled once into what the hot path needs: validator, money fields, checks, titles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.feeds.checks import CHECKS, FieldCheck, spelled
from shared.feeds.envelope import ENVELOPE
from shared.feeds.fields import Spelled, bus_of, kind_of, list_of, nested


@dataclass(frozen=True, slots=True)
class Plan:
    """`validate` makes a model instance of a parsed object or raises pydantic's ValidationError; `money` are the
    amount fields, `checks` the (field, check) pairs, `data` the fields that go on the bus, `keyed` those of them that
    go as person keys, `hidden` those that are content but stay here, `titles` the Chinese titles of all fields, nested
    ones included."""

    model: type[BaseModel]
    validate: Callable[[Any], Any]
    money: tuple[str, ...]
    checks: tuple[tuple[str, FieldCheck], ...]
    data: tuple[str, ...]
    keyed: tuple[str, ...]
    hidden: tuple[str, ...]
    titles: dict[str, str]


def compile_plan(model: type[BaseModel]) -> Plan:
    """Read the model's fields; a programming mistake (a field without a title) raises ValueError."""
    kinds = {name: kind_of(field) for name, field in model.model_fields.items()}
    found = ((name, _check_of(field)) for name, field in model.model_fields.items())
    on_bus = {name: bus_of(field) for name, field in model.model_fields.items() if name not in ENVELOPE}
    return Plan(
        model=model,
        validate=model.__pydantic_validator__.validate_python,
        money=tuple(name for name, kind in kinds.items() if kind == "money"),
        checks=tuple((name, check) for name, check in found if check),
        data=tuple(name for name, how in on_bus.items() if how != "never"),
        keyed=tuple(name for name, how in on_bus.items() if how == "keys"),
        hidden=tuple(name for name, how in on_bus.items() if how == "never"),
        titles=titles_of(model),
    )


def _check_of(field: FieldInfo) -> FieldCheck | None:
    """By the field's kind, or by its list where spellings are put right. Lists of values are the kind's own matter."""
    kind = kind_of(field)
    if kind and kind in CHECKS:
        return CHECKS[kind]
    codes = list_of(field)
    return spelled(codes.codes) if isinstance(codes, Spelled) else None


def titles_of(model: type[BaseModel]) -> dict[str, str]:
    """Field name → Chinese title, the fields of nested models included."""
    titles: dict[str, str] = {}
    for name, field in model.model_fields.items():
        title = field.title or ((found := list_of(field)) and found.codes.title)
        if not title:
            raise ValueError(f"{model.__name__}.{name} has no title")
        if inner := nested(field):
            titles.update(titles_of(inner))
        titles[name] = title
    return titles
