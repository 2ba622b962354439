"""JSON Schemas of the events, generated from their classes and checked in beside this file.

`python -m shared.events.schemas` writes them again; a test fails when they drift. `data` of a record
has a schema of its own for each kind, made from the feed's model: what the department sends less the
envelope, and less the identity of persons, which never goes on the bus in clear (trust §1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.events.base import Event
from shared.events.registry import EVENTS
from shared.feeds.catalogue import FEEDS
from shared.feeds.domain import Feed
from shared.feeds.envelope import ENVELOPE
from shared.feeds.fields import bus_of

FOLDER = Path(__file__).parent
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_IDENTITY = frozenset({"id_number", "name"})
_MEMBER: dict[str, Any] = {
    "person_key": {"type": "string", "title": "人员标识"},
    "sealed": {"type": "string", "title": "密封的身份证号和姓名", "description": "AES-GCM; opened by screening only"},
    "birth_on": {"type": "string", "format": "date", "title": "出生日期"},
}


def event_schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's body as it is on the wire."""
    schema = event.model_json_schema(mode="serialization")
    return {"$schema": _DIALECT, "$id": f"{event.TYPE}.json", **schema, "title": event.TITLE}


def data_schema(feed: Feed) -> dict[str, Any]:
    """The JSON Schema of `data` in an accepted record of `feed`. Money is a decimal string in yuan."""
    schema = feed.model.model_json_schema(mode="serialization")
    on_bus = {name: bus_of(field) for name, field in feed.model.model_fields.items()}
    _leave_out(schema, ENVELOPE.union(name for name, how in on_bus.items() if how == "never"))
    for name, how in on_bus.items():
        if how == "keys":
            title = schema["properties"][name]["title"].replace("身份证号", "")
            schema["properties"][name] = {"type": "array", "title": title, "items": _MEMBER["person_key"]}
    for inner in schema.get("$defs", {}).values():
        if _IDENTITY.issubset(inner.get("properties", {})):
            _leave_out(inner, _IDENTITY)
            inner["properties"] = {**_MEMBER, **inner["properties"]}
            inner["required"] = [*_MEMBER, *inner.get("required", [])]
    _open(schema)
    return {"$schema": _DIALECT, "$id": f"data.{feed.department}.{feed.kind}.json", **schema, "title": feed.title}


def _leave_out(schema: dict[str, Any], names: frozenset[str]) -> None:
    schema["properties"] = {name: one for name, one in schema["properties"].items() if name not in names}
    schema["required"] = [name for name in schema.get("required", []) if name not in names]


def _open(schema: dict[str, Any]) -> None:
    """A consumer must bear optional fields that it does not know yet."""
    for one in (schema, *schema.get("$defs", {}).values()):
        one.pop("additionalProperties", None)


def generated() -> Iterator[tuple[str, str]]:
    """Every file that belongs in this folder: name and text."""
    for event in EVENTS.values():
        yield f"{event.TYPE}.json", _text(event_schema(event))
    for feed in FEEDS.values():
        yield f"data.{feed.department}.{feed.kind}.json", _text(data_schema(feed))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write() -> None:
    """Write every schema, and remove those of events that are gone."""
    files = dict(generated())
    for old in FOLDER.glob("*.json"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
