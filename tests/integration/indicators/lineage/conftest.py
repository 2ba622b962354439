"""The tests of what is behind a number begin when the first pass is done."""

from __future__ import annotations

from tests.integration.indicators.conftest import settled_world as world

__all__ = ["world"]
