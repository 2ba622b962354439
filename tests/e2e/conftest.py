"""The `xianjie` processes from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.live import Live


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One stack for these modules, since it takes long to start: each has households and records of its own, and counts
    from what was there before. Whoever kills a part of it, or turns its clock, starts another."""
    stack = Live.start(tmp_path_factory.mktemp("stack") / "data")
    yield stack
    stack.close()
