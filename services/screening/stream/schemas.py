"""From where a stream goes on (contracts.md: Warning change)."""

from __future__ import annotations

from services.screening.delivery.schemas import PlaceQuery


class StreamQuery(PlaceQuery):
    """推送的起点和筛选"""
