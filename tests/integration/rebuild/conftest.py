"""Worlds as the tests of warnings have them (see tests/integration/screening/conftest.py)."""

from __future__ import annotations

from tests.integration.screening.conftest import make_world, world

__all__ = ["make_world", "world"]
