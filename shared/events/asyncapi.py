"""The AsyncAPI 3 document of a service: what it puts on the bus and what it takes from it, from the same
tables that the code runs on. Served at `/asyncapi.json` beside each OpenAPI page."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from shared import names
from shared.events.base import Event
from shared.events.schemas import data_schema, event_schema
from shared.events.topics import TOPICS, Topic
from shared.feeds.catalogue import FEEDS

EXAMPLES = Path(__file__).parent / "examples"
_SCHEMA_FORMAT = "application/schema+json;version=draft-07"
_DESCRIPTION = """衔接各服务之间以及对下游的事件接口。
CloudEvents 1.0，Kafka binary mode：属性在消息头 `ce_*`，正文是 JSON。

* 至少送达一次：按 `ce_id` 去重；同一事件的新旧版本共用一个 `ce_id`，遇到不认识的 `ce_type` 请跳过。
* 同一键内有序；分区 = CRC-32(键) mod 分区数（librdkafka 的 `consistent`）。
* 消息里没有明文身份证号或姓名；人员以 `person_key` 表示。
* 时间是 UTC，业务日期是北京时间，金额是以元为单位的十进制字符串。"""
_HEADERS = {
    "type": "object",
    "required": ["ce_id", "ce_type", "ce_source", "ce_specversion"],
    "properties": {
        "ce_id": {"type": "string", "title": "事件编号"},
        "ce_type": {"type": "string", "title": "事件类型"},
        "ce_source": {"type": "string", "title": "来源", "format": "uri-reference"},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_time": {"type": "string", "title": "发生时间", "format": "date-time"},
        "ce_subject": {"type": "string", "title": "主题对象"},
        "ce_correlationid": {"type": "string", "title": "同一业务过程的编号"},
        "ce_causationid": {"type": "string", "title": "引起本事件的事件编号"},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


@lru_cache(maxsize=8)
def asyncapi(service: str) -> dict[str, Any]:
    """The document of `service` (ingest, screening, indicators, assets), as a JSON object."""
    mine = [topic for topic in TOPICS if service == topic.producer or service in topic.consumers]
    events = {event.__name__: event for topic in mine for event in topic.events}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": names.title(service), "version": "1", "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {_id(topic.name): _channel(topic) for topic in mine},
        "operations": {f"{_verb(topic, service)}_{_id(topic.name)}": _operation(topic, service) for topic in mine},
        "components": {
            "messages": {name: _message(event) for name, event in events.items()},
            "schemas": {"CloudEventHeaders": _HEADERS, **_data_schemas(mine)},
        },
    }


def example(event: type[Event]) -> dict[str, Any]:
    """The golden example of an event: topic, key, headers and body as they are on the wire."""
    found: dict[str, Any] = json.loads((EXAMPLES / f"{event.TYPE}.json").read_text(encoding="utf-8"))
    return found


def _id(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")


def _verb(topic: Topic, service: str) -> str:
    return "send" if topic.producer == service else "receive"


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": topic.title,
        "description": f"键：{topic.key}。不能解析的消息进入 `{topic.dead}`。",
        "messages": {e.__name__: {"$ref": f"#/components/messages/{e.__name__}"} for e in topic.events},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": "0.5.0"}},
    }


def _operation(topic: Topic, service: str) -> dict[str, Any]:
    channel = f"#/channels/{_id(topic.name)}"
    return {
        "action": _verb(topic, service),
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"} for event in topic.events],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    golden = example(event)
    return {
        "name": event.TYPE,
        "title": event.TITLE,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"schemaFormat": _SCHEMA_FORMAT, "schema": _inlined(event_schema(event))},
        "examples": [{"headers": golden["headers"], "payload": golden["body"]}],
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }


def _data_schemas(topics: list[Topic]) -> dict[str, Any]:
    names = {topic.name for topic in topics}
    return {_id(f"data.{f.department}.{f.kind}"): _inlined(data_schema(f)) for f in FEEDS.values() if f.topic in names}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its definitions in place: a reference inside a document would point at the document."""
    definitions = schema.get("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(one) for one in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref", "")
        if reference.startswith("#/$defs/"):
            rest = {name: one for name, one in node.items() if name != "$ref"}
            return {**resolve(definitions[reference.removeprefix("#/$defs/")]), **resolve(rest)}
        return {name: resolve(one) for name, one in node.items() if name not in ("$defs", "$id", "$schema")}

    inlined: dict[str, Any] = resolve(schema)
    return inlined
