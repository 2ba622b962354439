"""What a rule text may name: the declared facts, and the parameters as declared here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.screening.facts.domain import Fact

ParameterType = Literal["fen", "count", "days", "share", "percent"]


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """A parameter by name: its Chinese title, type, Chinese unit, and what it is for.

    Values are never negative. `fen` is money (integer fen inside, yuan on every wire), `share` a
    fraction of one, `percent` the same times a hundred.
    """

    name: str
    title: str
    type: ParameterType
    unit: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts and parameters by name."""

    facts: Mapping[str, Fact]
    parameters: Mapping[str, ParameterDefinition]
