"""What a rule must be before it may judge a household."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.screening.facts.domain import FACTS, Fact
from services.screening.parameters.domain import ParameterDefinition
from services.screening.parameters.shipped import definitions
from services.screening.rules import shipped
from services.screening.rules.domain import SEVERITIES, RuleVersion
from services.screening.rules.errors import RuleInvalidError
from services.screening.rules.language import RuleTextError, check, fact_names, parameter_names, parse
from shared.codes import lists
from shared.feeds import catalogue


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule that could be published reads: facts by name, its own parameters, and those that the
    definitions of its facts read."""

    facts: tuple[Fact, ...]
    parameters: tuple[ParameterDefinition, ...]
    through_facts: tuple[ParameterDefinition, ...]


def examine(rule: RuleVersion, *, evidence_follows: bool = False) -> Reading:
    """Refuse a rule that cannot be published: RuleTextError for its texts, with part and position;
    RuleInvalidError for the rest (no legal basis, an unknown severity, risk, fact, department or measure).
    `evidence_follows`: a draft's evidence is what its texts name."""
    facts: dict[str, None] = {}
    own: dict[str, None] = {}
    for part, title, text in (("population", "适用对象", rule.population), ("condition", "条件", rule.condition)):
        if text is None:
            continue
        try:
            tree = parse(text)
            check(tree, shipped.vocabulary())
        except RuleTextError as wrong:
            raise wrong.of(f"/{part}", title) from None
        facts |= dict.fromkeys(fact_names(tree.root))
        own |= dict.fromkeys(parameter_names(tree.root))
    for fault in _faults(rule, [] if evidence_follows else list(facts)):
        raise RuleInvalidError(f"规则 {rule.code} {fault}。")
    through = dict.fromkeys(name for fact in facts for name in FACTS[fact].parameters)
    return Reading(
        tuple(FACTS[name] for name in facts),
        tuple(definitions()[name] for name in own),
        tuple(definitions()[name] for name in through if name not in own),
    )


def _faults(rule: RuleVersion, named: list[str]) -> Iterator[str]:
    if not rule.legal_basis:
        yield "没有写明依据，不能发布"
    if rule.severity not in SEVERITIES:
        yield f"的紧急程度“{rule.severity}”不存在"
    yield from (f"的证据“{name}”不是户情指标" for name in rule.evidence if name not in FACTS)
    yield from (f"用到的“{FACTS[name].title}”没有列入证据" for name in named if name not in rule.evidence)
    yield from (f"要告知的部门“{it}”不存在" for it in rule.departments if it not in catalogue.DEPARTMENTS)
    measures = lists.get("assistance_measure").titles
    yield from (f"的帮扶措施“{it}”不存在" for it in rule.measures_expected if it not in measures)
    yield from _risk_faults(rule)


def _risk_faults(rule: RuleVersion) -> Iterator[str]:
    risks = [] if rule.risk_type is None else [rule.risk_type]
    if rule.risk_by is not None:
        risks += rule.risk_by.risks.values()
        if rule.risk_by.fact not in rule.evidence:
            yield f"据以区分风险的“{rule.risk_by.fact}”没有列入证据"
            return
        fact = FACTS[rule.risk_by.fact]
        yield from (f"据以区分风险的“{fact.title}”没有“{it}”" for it in rule.risk_by.risks if it not in fact.labels)
    known = set(lists.get("risk_type").titles.values())
    yield from (f"的风险类型“{risk}”不存在" for risk in risks if risk not in known)
