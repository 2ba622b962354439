"""The rules that are shipped, read from the package."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from services.screening.facts.domain import FACTS
from services.screening.parameters.shipped import definitions
from services.screening.rules.domain import LegalBasis, RiskBy, RuleVersion
from services.screening.rules.language import Vocabulary, fact_names, parameter_names, parse

AUTHOR = "随平台发布"
_DOCUMENTS = "documents.yaml"


@cache
def vocabulary() -> Vocabulary:
    """All that a rule may name."""
    return Vocabulary(FACTS, definitions())


def rules(known_at: datetime) -> tuple[RuleVersion, ...]:
    """The shipped rules by code, as of the moment that this database first knows them."""
    made = [_rule(entry, known_at) for entry in _entries()]
    return tuple(sorted(made, key=lambda rule: (rule.code, rule.version)))


@cache
def _entries() -> tuple[dict[str, Any], ...]:
    pages = sorted(
        (page for page in files(__package__).joinpath("catalogue").iterdir() if page.name.endswith(".yaml")),
        key=lambda page: page.name,
    )
    return tuple(
        entry for page in pages if page.name != _DOCUMENTS for entry in yaml.safe_load(page.read_text("utf-8"))
    )


@cache
def _documents() -> dict[str, str]:
    read: dict[str, str] = yaml.safe_load(files(__package__).joinpath("catalogue", _DOCUMENTS).read_text("utf-8"))
    return read


def _rule(entry: dict[str, Any], known_at: datetime) -> RuleVersion:
    """An entry of the catalogue. `not_resting_on` names parameters of its facts that no hit rests on."""
    population, condition, documents = entry.get("population"), entry["condition"], _documents()
    read = parameters_of([text for text in (population, condition) if text])
    return RuleVersion(
        code=entry["code"],
        version=entry["version"],
        title=entry["title"],
        risk_type=entry.get("risk_type"),
        severity=entry["severity"],
        population=population,
        condition=condition,
        parameters=tuple(name for name in read if name not in entry.get("not_resting_on", ())),
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
        risk_by=RiskBy(**entry["risk_by"]) if "risk_by" in entry else None,
    )


def parameters_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The parameters that the texts read: their own, then those that the facts they name are defined by."""
    roots = [parse(text).root for text in texts]
    own = [name for root in roots for name in parameter_names(root)]
    through = [name for root in roots for fact in fact_names(root) for name in FACTS[fact].parameters]
    return tuple(dict.fromkeys([*own, *through]))
