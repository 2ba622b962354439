"""What the documents say of an answer that is not a refusal: a Chinese description, an example that was once a
real answer, parameters with Chinese titles, and examples of dates that a system of today can answer.

A room's examples are its `examples.yaml`: name of the handler, with the status behind it where that differs → the
answer. They need not be named anywhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared import clock
from shared.http.validation import PARAMETERS

FASTAPI_WORDS = "Successful Response"


def describe(operation: dict[str, Any], handler: Callable[..., Any], schemas: Mapping[str, Any]) -> None:
    """Complete one operation of an OpenAPI document, made by FastAPI from `handler`."""
    for parameter in operation.get("parameters", ()):
        _describe_parameter(parameter)
    shown = examples(Path(sys.modules[handler.__module__].__file__ or "").parent)
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        media = answer.get("content", {}).get("application/json")
        example = shown.get(f"{handler.__name__} {status}", shown.get(handler.__name__))
        if answer["description"] == FASTAPI_WORDS:
            answer["description"] = _words(media, schemas)
        if media is not None and example is not None and not _shown(media, schemas):
            media["example"] = example


@cache
def examples(folder: Path) -> Mapping[str, Any]:
    """The examples of the room in `folder`, none when it has no such file."""
    file = folder / "examples.yaml"
    return yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}


def gaps(document: Mapping[str, Any]) -> list[str]:
    """What a document lacks: parameters without a Chinese title, answers without Chinese words or an example."""
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            found += [
                f"{name}: {parameter['name']} has no Chinese title"
                for parameter in operation.get("parameters", ())
                if not chinese(parameter["schema"].get("title", ""))
            ]
            for status, answer in operation["responses"].items():
                if not chinese(answer["description"]):
                    found.append(f"{name}: {status} has no Chinese description")
                media = answer.get("content", {}).get("application/json")
                if media is not None and not _shown(media, document["components"]["schemas"]):
                    found.append(f"{name}: {status} has no example")
    return found


def _describe_parameter(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"]
    if parameter["in"] == "path" and parameter["name"] in PARAMETERS and not chinese(schema.get("title", "")):
        schema["title"] = PARAMETERS[parameter["name"]]
    if parameter["in"] == "query" and _is_a_day(schema):
        # A fixed day in the past would be before a fresh system knew anything.
        parameter["example"] = clock.today().isoformat()
        schema.pop("examples", None)


def _is_a_day(schema: Mapping[str, Any]) -> bool:
    return any(part.get("format") == "date" for part in (schema, *schema.get("anyOf", ())))


def _words(media: Mapping[str, Any] | None, schemas: Mapping[str, Any]) -> str:
    """The model's own Chinese words, as in its docstring."""
    first = str(_model(media, schemas).get("description", "")).partition("\n")[0]
    return f"成功：{first}" if chinese(first) else "成功"


def _shown(media: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    return any({"example", "examples"} & part.keys() for part in (media, _model(media, schemas)))


def _model(media: Mapping[str, Any] | None, schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of an answer, followed once to where it stands."""
    schema: Mapping[str, Any] = (media or {}).get("schema", {})
    named: Mapping[str, Any] = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    return named


def chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return any("一" <= character <= "鿿" for character in text)
