"""The tests of the pages begin when the first pass is done."""

from __future__ import annotations

from tests.integration.indicators.conftest import settled_world as world

__all__ = ["world"]
