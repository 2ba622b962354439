"""What a rule must be before it may judge a household."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.screening.facts.domain import FACTS, Fact
from services.screening.parameters.domain import ParameterDefinition
from services.screening.parameters.shipped import definitions
from services.screening.rules import shipped
from services.screening.rules.domain import SEVERITIES, RuleVersion
from services.screening.rules.errors import RuleInvalidError
from services.screening.rules.language import RuleTextError, fact_names, faults, parameter_names, parse
from services.screening.rules.language.tree import Tree
from shared.codes import lists
from shared.errors import FieldError
from shared.feeds import catalogue


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule that could be published reads: facts by name, its own parameters, and those that the
    definitions of its facts read."""

    facts: tuple[Fact, ...]
    parameters: tuple[ParameterDefinition, ...]
    through_facts: tuple[ParameterDefinition, ...]


def examine(rule: RuleVersion, *, evidence_follows: bool = False) -> Reading:
    """Refuse a rule that cannot be published, naming everything that is wrong: RuleTextError when its texts are,
    each fault with its line and column, RuleInvalidError when only the rest is (no legal basis, an unknown
    severity, risk, fact, department or measure). `evidence_follows`: a draft's evidence is what its texts name."""
    texts: list[RuleTextError] = []
    facts: dict[str, None] = {}
    own: dict[str, None] = {}
    for part, title, text in (("population", "适用对象", rule.population), ("condition", "条件", rule.condition)):
        if text is None:
            continue
        tree, found = _read(text)
        texts += [fault.of(f"/{part}", title) for fault in found]
        if tree is not None:
            facts |= dict.fromkeys(name for name in fact_names(tree.root) if name in FACTS)
            own |= dict.fromkeys(name for name in parameter_names(tree.root) if name in definitions())
    _refuse(rule, texts, list(_faults(rule, [] if evidence_follows else list(facts))))
    through = dict.fromkeys(name for fact in facts for name in FACTS[fact].parameters)
    return Reading(
        tuple(FACTS[name] for name in facts),
        tuple(definitions()[name] for name in own),
        tuple(definitions()[name] for name in through if name not in own),
    )


def _read(text: str) -> tuple[Tree | None, list[RuleTextError]]:
    """The tree, None when the text cannot be read, and what is wrong."""
    try:
        tree = parse(text)
    except RuleTextError as fault:
        return None, [fault]
    return tree, list(faults(tree, shipped.vocabulary()))


def _refuse(rule: RuleVersion, texts: Sequence[RuleTextError], others: Sequence[FieldError]) -> None:
    if texts:
        raise RuleTextError.together(texts, others)
    if others:
        said = "；".join(fault["message"] for fault in others)
        raise RuleInvalidError(f"{f'{rule.code} {rule.title}'.strip()}：{said}。", errors=others)


def _faults(rule: RuleVersion, named: list[str]) -> Iterator[FieldError]:
    if not _says(rule.title):
        yield _fault("/title", "blank", "名称不能为空白")
    yield from _basis_faults(rule)
    if rule.severity not in SEVERITIES:
        yield _fault("/severity", "unknown_severity", f"紧急程度“{rule.severity}”不存在")
    yield from _evidence_faults(rule, named)
    yield from _help_faults(rule)
    yield from _risk_faults(rule)


def _evidence_faults(rule: RuleVersion, named: list[str]) -> Iterator[FieldError]:
    for place, name in enumerate(rule.evidence):
        if name not in FACTS:
            yield _fault(f"/evidence/{place}", "unknown_fact", f"证据“{name}”不是户情指标")
    for name in named:
        if name not in rule.evidence:
            yield _fault("/evidence", "evidence_incomplete", f"用到的“{FACTS[name].title}”没有列入证据")


def _help_faults(rule: RuleVersion) -> Iterator[FieldError]:
    for place, name in enumerate(rule.departments):
        if name not in catalogue.DEPARTMENTS:
            yield _fault(f"/departments/{place}", "unknown_department", f"要告知的部门“{name}”不存在")
    measures = lists.get("assistance_measure").titles
    for place, name in enumerate(rule.measures_expected):
        if name not in measures:
            yield _fault(f"/measures_expected/{place}", "unknown_measure", f"帮扶措施“{name}”不存在")


def _basis_faults(rule: RuleVersion) -> Iterator[FieldError]:
    if not rule.legal_basis:
        yield _fault("/legal_basis", "legal_basis_missing", "没有写明依据，不能发布")
    for place, basis in enumerate(rule.legal_basis):
        for field, title, text in (
            ("document", "文件", basis.document),
            ("article", "条款", basis.article),
            ("quote", "原文", basis.quote),
        ):
            if not _says(text):
                yield _fault(f"/legal_basis/{place}/{field}", "blank", f"第 {place + 1} 条依据的{title}不能为空白")


def _risk_faults(rule: RuleVersion) -> Iterator[FieldError]:
    known = set(lists.get("risk_type").titles.values())
    if rule.risk_type is not None and rule.risk_type not in known:
        yield _fault("/risk_type", "unknown_risk_type", f"风险类型“{rule.risk_type}”不存在")
    if rule.risk_by is None:
        return
    if rule.risk_by.fact not in rule.evidence:
        yield _fault("/risk_by", "evidence_incomplete", f"据以区分风险的“{rule.risk_by.fact}”没有列入证据")
    elif rule.risk_by.fact in FACTS:
        fact = FACTS[rule.risk_by.fact]
        for value in rule.risk_by.risks:
            if value not in fact.labels:
                yield _fault("/risk_by", "unknown_value", f"据以区分风险的“{fact.title}”没有“{value}”")
    for risk in rule.risk_by.risks.values():
        if risk not in known:
            yield _fault("/risk_by", "unknown_risk_type", f"风险类型“{risk}”不存在")


def _says(text: str) -> bool:
    """Whether there is anything to read: spaces of every width, and what has none, say nothing."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _fault(pointer: str, code: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, message=message, value_masked=None)
