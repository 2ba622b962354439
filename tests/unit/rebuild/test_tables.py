"""What a rebuild compares and puts in place is what `shared.versions` makes: a table left out would stay damaged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from services.indicators.rebuild import domain as indicators
from services.screening.rebuild import domain as screening
from shared.rebuild.domain import PARTITIONS, VERSIONS
from shared.versions import models


class Statements:
    """What alembic would execute."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def execute(self, statement: str) -> None:
        self.texts.append(statement)

    def tables(self) -> Iterator[str]:
        """The names of those that are made."""
        yield from re.findall(r"CREATE TABLE (\w+)", ";".join(self.texts))


def test_every_table_of_the_versions_is_compared() -> None:
    op: Any = Statements()
    models.create(op)
    models.upgrade_0002(op)
    assert sorted(op.tables()) == sorted([*VERSIONS, *PARTITIONS])


def test_every_table_that_is_replaced_is_compared() -> None:
    assert set(screening.REPLACED) == {*screening.COMPARED, *PARTITIONS}
    assert set(indicators.PROJECTION) == set(indicators.COMPARED)
