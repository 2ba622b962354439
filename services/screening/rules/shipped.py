"""The rules that are shipped, read from the package."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from services.screening.facts.domain import FACTS
from services.screening.parameters.shipped import definitions
from services.screening.rules.domain import LegalBasis, RuleVersion
from services.screening.rules.language import Vocabulary, parameter_names, parse

AUTHOR = "随平台发布"


@cache
def vocabulary() -> Vocabulary:
    """All that a rule may name."""
    return Vocabulary(FACTS, definitions())


def rules(known_at: datetime) -> tuple[RuleVersion, ...]:
    """The shipped rules as of the moment that this database first knows them."""
    content = _read("rules.yaml")
    return tuple(_rule(entry, content["documents"], known_at) for entry in content["rules"])


def _read(name: str) -> Any:
    return yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))


def _rule(entry: dict[str, Any], documents: dict[str, str], known_at: datetime) -> RuleVersion:
    population, condition = entry.get("population"), entry["condition"]
    named = [name for text in (population, condition) if text for name in parameter_names(parse(text).root)]
    return RuleVersion(
        code=entry["code"],
        version=entry["version"],
        title=entry["title"],
        risk_type=entry.get("risk_type"),
        severity=entry["severity"],
        population=population,
        condition=condition,
        parameters=tuple(dict.fromkeys(named)),
        evidence=tuple(entry["evidence"]),
        departments=tuple(entry["departments"]),
        measures_expected=tuple(entry["measures_expected"]),
        legal_basis=tuple(
            LegalBasis(documents[basis["document"]], basis["article"], basis["quote"]) for basis in entry["legal_basis"]
        ),
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        author=AUTHOR,
        approver=AUTHOR,
        origin="shipped",
        known_at=known_at,
    )
