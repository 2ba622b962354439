"""A draft of a rule as an author writes it, before anybody publishes it."""

from __future__ import annotations

from dataclasses import dataclass

from services.screening.rules import shipped
from services.screening.rules.domain import LegalBasis, RuleVersion, Severity
from services.screening.rules.examination import Reading, examine
from services.screening.rules.language import words
from services.screening.rules.language.parse import parse
from shared import clock


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts of a rule and what else it must say. `evidence` None: the facts that the texts name."""

    title: str
    risk_type: str | None
    severity: Severity
    population: str | None
    condition: str
    evidence: tuple[str, ...] | None
    departments: tuple[str, ...]
    measures_expected: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that could be published: both texts in words, and what they read."""

    population_words: str
    condition_words: str
    reading: Reading


def check_draft(draft: Draft) -> Checked:
    """What the draft says and reads. RuleTextError or RuleInvalidError, naming
    everything that is wrong and where."""
    reading = examine(_as_rule(draft), evidence_follows=draft.evidence is None)
    vocabulary = shipped.vocabulary()
    population = "全部农牧户" if draft.population is None else words(parse(draft.population), vocabulary)
    return Checked(population, words(parse(draft.condition), vocabulary), reading)


def _as_rule(draft: Draft) -> RuleVersion:
    return RuleVersion(
        code="草稿",
        version=1,
        title=draft.title,
        risk_type=draft.risk_type,
        severity=draft.severity,
        population=draft.population,
        condition=draft.condition,
        parameters=(),
        evidence=draft.evidence or (),
        departments=draft.departments,
        measures_expected=draft.measures_expected,
        legal_basis=draft.legal_basis,
        valid_from=clock.today(),
        valid_to=None,
        author="",
        approver="",
        origin="authored",
        known_at=clock.now(),
    )
