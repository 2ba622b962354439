"""What an integrator reads about every service, in the four documents as they are served."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from shared import clock
from shared.events.asyncapi import asyncapi
from shared.http import answers, routes
from shared.http.validation import PATTERNS
from shared.names import title


def test_every_route_is_documented_in_chinese(api: FastAPI) -> None:
    assert not routes.undocumented(api)


def test_both_documents_call_the_service_the_same(api: FastAPI) -> None:
    assert api.title == asyncapi(api.state.service)["info"]["title"] == title(api.state.service)


def test_every_parameter_has_a_chinese_title_and_every_answer_its_words_and_an_example(api: FastAPI) -> None:
    assert not answers.gaps(api.openapi())


def test_an_example_is_an_answer_that_the_route_can_give(api: FastAPI) -> None:
    document = api.openapi()
    checked = 0
    for route in api.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema or route.response_model is None:
            continue
        shape = TypeAdapter(route.response_model)
        for status, answer in document["paths"][route.path_format][min(route.methods or ()).lower()][
            "responses"
        ].items():
            media = answer.get("content", {}).get("application/json", {})
            if status.startswith("2") and "example" in media:
                given = shape.validate_python(media["example"])
                assert shape.dump_python(given, mode="json", by_alias=True) == media["example"], route.path
                checked += 1
    assert checked


def test_no_example_asks_about_a_day_before_the_system_knew_anything(api: FastAPI) -> None:
    for name, parameter in _parameters(api):
        dated = "date" in str([part.get("format") for part in _alternatives(parameter["schema"])])
        shown = parameter.get("example", *parameter["schema"].get("examples", [None])[:1])
        assert not dated or shown in (None, clock.today().isoformat()), name


def test_a_format_can_be_told_in_words(api: FastAPI) -> None:
    for name, parameter in _parameters(api):
        for schema in _alternatives(parameter["schema"]):
            told = schema.get("pattern") in PATTERNS or parameter.get("description") or schema.get("examples")
            assert told or "pattern" not in schema, name


def _parameters(api: FastAPI) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in api.openapi()["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                yield f"{method.upper()} {path}: {parameter['name']}", parameter


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *schema.get("anyOf", ())]


def test_a_document_is_made_quickly_and_is_no_burden_to_open(api: FastAPI) -> None:
    made, api.openapi_schema = api.openapi(), None
    began = time.process_time()
    again = api.openapi()
    assert time.process_time() - began < 3
    assert again == made
    assert len(orjson.dumps(again)) < 2_000_000
