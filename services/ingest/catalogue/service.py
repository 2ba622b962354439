"""Describe what may be sent, from the feeds themselves: one source for checks, documents and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, TypeAdapter

from shared import clock
from shared.feeds.bodies import MAX_RECORDS
from shared.feeds.catalogue import DEPARTMENTS, FEEDS
from shared.feeds.domain import Feed, LegalBasis
from shared.feeds.legal import field_in_force, kind_in_force

_SHAPES = {"event": "事件：较新的版本是更正，对所有日期生效", "state": "状态：较新的版本自生效日期起改变状态"}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def departments() -> list[dict[str, Any]]:
    """The eight departments, each with its kinds, as `schemas.Department`."""
    return [
        {"department": name, "title": title, "kinds": [kind(f) for f in FEEDS.values() if f.department == name]}
        for name, title in DEPARTMENTS.items()
    ]


def chosen(own: str | None, department: str | None = None, kind: str | None = None) -> list[Feed]:
    """The feeds that a caller asks for among those it may see: `own` is the one department that it is, if any."""
    return [
        feed
        for feed in FEEDS.values()
        if own in {None, feed.department} and department in {None, feed.department} and kind in {None, feed.kind}
    ]


def kind(feed: Feed) -> dict[str, Any]:
    """One kind with its fields, code lists, legal basis, examples and JSON Schema, as `schemas.Kind`."""
    today = clock.today()
    return {
        "number": feed.number,
        "department": feed.department,
        "kind": feed.kind,
        "title": feed.title,
        "description": feed.description,
        "shape": feed.shape,
        "shape_title": _SHAPES[feed.shape],
        "subject": feed.subject,
        "own_date": feed.own_date_text,
        "cadence": feed.cadence,
        "overdue_days": feed.overdue_days,
        "due_in_term": feed.due_in_term,
        "feedback_owner": feed.feedback_owner,
        "in_force": kind_in_force(feed, today),
        "legal_basis": [_legal_basis(basis, today) for basis in feed.legal_basis],
        "fields": _with_right(feed, _fields(_plain(feed.model)), today),
        "retract_fields": _fields(_plain(feed.retract_model)),
        "examples": [dict(example) for example in feed.examples],
        "submissions_url": f"/v1/feeds/{feed.department}/{feed.kind}/submissions",
        "json_schema": {"$schema": _DRAFT, "title": feed.title, **record_schema(feed)},
    }


def _legal_basis(basis: LegalBasis, today: date) -> dict[str, Any]:
    return {**asdict(basis), "fields": sorted(basis.fields), "in_force": basis.in_force(today)}


def _with_right(feed: Feed, fields: list[dict[str, Any]], today: date) -> list[dict[str, Any]]:
    """Each field, and whether it may be taken now: one without a live basis is refused at ingest."""
    return [{**field, "in_force": field_in_force(feed, field["name"], today)} for field in fields]


def record_schema(feed: Feed) -> dict[str, Any]:
    """JSON Schema of one record, an upsert or a retract, without references."""
    return {"oneOf": [_plain(feed.model), _plain(feed.retract_model)]}


def submission_schema(feed: Feed) -> dict[str, Any]:
    """JSON Schema of the body of a submission."""
    records = {
        "type": "array",
        "title": "记录",
        "minItems": 1,
        "maxItems": MAX_RECORDS,
        "items": record_schema(feed),
    }
    return {
        "type": "object",
        "title": f"{feed.title}报送",
        "properties": {"records": records},
        "required": ["records"],
        "additionalProperties": False,
    }


def _plain(model: type[BaseModel]) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema()
    resolved: dict[str, Any] = _resolve(schema, schema.pop("$defs", {}))
    return resolved


def _resolve(node: Any, definitions: Mapping[str, Any]) -> Any:
    """References replaced by what they refer to: the schema then stands by itself inside OpenAPI."""
    if isinstance(node, list):
        return [_resolve(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rpartition("/")[2]]
        return {**_resolve(target, definitions), **{k: v for k, v in node.items() if k != "$ref"}}
    return {name: _resolve(value, definitions) for name, value in node.items()}


def _fields(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [_field(name, entry, name in required) for name, entry in schema["properties"].items()]


def _field(name: str, entry: Mapping[str, Any], required: bool) -> dict[str, Any]:
    """A field from its JSON Schema; an optional one is `anyOf` the value and null."""
    value: Mapping[str, Any] = next((option for option in entry.get("anyOf", ()) if option.get("type") != "null"), {})
    merged = {**value, **{k: v for k, v in entry.items() if k != "anyOf"}}
    items = merged.get("items", {})
    listed = merged if "x-enum-titles" in merged else items
    return {
        "name": name,
        "title": merged.get("title", name),
        "description": merged.get("description") or value.get("description"),
        "type": merged.get("type", "string"),
        "format": merged.get("format"),
        "unit": merged.get("x-unit"),
        "required": required,
        "codes": [{"code": code, "title": title} for code, title in listed.get("x-enum-titles", {}).items()],
        "codes_source": listed.get("x-codes-source"),
        "codes_note": listed.get("x-codes-note"),
        "in_force": True,
        "fields": _fields(items) if "properties" in items else [],
    }
