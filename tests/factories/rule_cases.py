"""Households for every shipped rule: one that hits, one that just misses, one that cannot be judged, with the
sentence that says why (`tests/unit/rules/golden`). Money stands in yuan there, as people write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from services.screening.facts.domain import FACTS
from services.screening.parameters import shipped
from services.screening.parameters.domain import ParameterValue

GOLDEN = Path(__file__).parents[1] / "unit" / "rules" / "golden"
KNOWN = datetime(2026, 11, 24, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PARAMETERS: dict[str, ParameterValue] = {
    value.name: shipped.dated(value, date(2024, 11, 1), KNOWN)
    for value in shipped.values()
    if value.valid_to is None or value.valid_to >= TODAY
}
"""What is in force on the day of the cases when the demo values are loaded."""


@dataclass(frozen=True)
class Case:
    """One household before one rule. `without` are parameters that are not in force."""

    code: str
    name: str
    facts: dict[str, Any]
    silent: frozenset[int]
    without: frozenset[str]
    verdict: str
    text: str
    risk: str | None

    @property
    def parameters(self) -> dict[str, ParameterValue]:
        """The values in force in this case."""
        return {name: value for name, value in PARAMETERS.items() if name not in self.without}


def cases() -> Iterator[Case]:
    """Every case of every golden file; facts that a case does not name are those of a household in peace."""
    peace = _facts(yaml.safe_load((GOLDEN / "peace.yaml").read_text("utf-8")))
    for page in sorted(GOLDEN.glob("*.yaml")):
        if page.name == "peace.yaml":
            continue
        for code, by_name in yaml.safe_load(page.read_text("utf-8")).items():
            for name, entry in by_name.items():
                yield Case(
                    code=code,
                    name=name,
                    facts={**peace, **_facts(entry.get("facts", {}))},
                    silent=frozenset(entry.get("silent", ())),
                    without=frozenset(entry.get("without", ())),
                    verdict=entry["verdict"],
                    text=entry["text"],
                    risk=entry.get("risk"),
                )


def _facts(written: dict[str, Any]) -> dict[str, Any]:
    return {
        name: int(Decimal(value) * 100) if FACTS[name].type == "fen" and value is not None else value
        for name, value in written.items()
    }
