"""A record model compiled once into what the hot path needs: validator, money fields, checks, titles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.feeds.checks import CHECKS, FieldCheck
from shared.feeds.envelope import ENVELOPE
from shared.feeds.fields import kind_of, list_of, nested


@dataclass(frozen=True, slots=True)
class Plan:
    """`validate` makes a model instance of a parsed object or raises pydantic's ValidationError; `money` are the
    amount fields, `checks` the (field, check) pairs, `spelled` the fields whose list knows other spellings, `data`
    the fields that go on the bus, `titles` the Chinese titles of all fields, nested ones included."""

    model: type[BaseModel]
    validate: Callable[[Any], Any]
    money: tuple[str, ...]
    checks: tuple[tuple[str, FieldCheck], ...]
    data: tuple[str, ...]
    titles: dict[str, str]


def compile_plan(model: type[BaseModel]) -> Plan:
    """Read the model's fields; a programming mistake (a field without a title) raises ValueError."""
    kinds = {name: kind_of(field) for name, field in model.model_fields.items()}
    return Plan(
        model=model,
        validate=model.__pydantic_validator__.validate_python,
        money=tuple(name for name, kind in kinds.items() if kind == "money"),
        checks=tuple((name, CHECKS[kind]) for name, kind in kinds.items() if kind and kind in CHECKS),
        data=tuple(name for name in kinds if name not in ENVELOPE),
        titles=titles_of(model),
    )


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
