"""The definitions as loaded from the package's own data, once a process."""

from __future__ import annotations

from functools import cache

from services.indicators.definitions.domain import Catalogue, Indicator
from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.definitions.loading import load


@cache
def catalogue() -> Catalogue:
    """Both families in the plan's order, 专栏1 first."""
    return load()


def get(code: str) -> Indicator:
    """One indicator of either family; UnknownIndicatorError when there is none."""
    found = catalogue().by_code().get(code)
    if found is None:
        raise UnknownIndicatorError("没有这个指标代码，可用的代码见 /v1/indicators。")
    return found
