"""The `xianjie` processes from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.live import Live


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A stack for the tests of one module."""
    stack = Live.start(tmp_path_factory.mktemp("stack") / "data")
    yield stack
    stack.close()
