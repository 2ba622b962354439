"""What a rule text may name: the declared facts and the declared parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.screening.facts.domain import Fact
from services.screening.parameters.domain import ParameterDefinition


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts and parameters by name."""

    facts: Mapping[str, Fact]
    parameters: Mapping[str, ParameterDefinition]
