"""The services by name (各服务的名称): one Chinese title each, the same in documents and at the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SERVICES: Mapping[str, str] = MappingProxyType(
    {"ingest": "数据接入", "screening": "筛查预警", "indicators": "指标", "assets": "项目资产"}
)
"""Name → Chinese title, in the order of the ports after the base port."""


def title(service: str) -> str:
    """The title of a service's documents."""
    return f"衔接 · {SERVICES[service]}"
