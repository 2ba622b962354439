"""Use cases of the rules: seed what is shipped, examine a rule, explain a verdict, look things up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS, GRADES
from services.screening.parameters import service as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.rules import repository, shipped
from services.screening.rules.domain import (
    SEVERITIES,
    VERDICTS,
    Explanation,
    Lacking,
    LeafLine,
    MissingItem,
    RulePart,
    RuleVersion,
    Verdict,
)
from services.screening.rules.errors import RuleInvalidError, UnknownRuleError
from services.screening.rules.language import (
    Inputs,
    check,
    evaluate,
    fact_names,
    leaf_words,
    parse,
    words,
)
from services.screening.rules.language.evaluate import (
    Evaluated,
    EvaluatedLeaf,
    Missing,
    conjunction,
    deciding_leaves,
    evaluated_leaves,
    value_of,
)
from services.screening.rules.language.tree import Between, Compare, FactRef, Leaf, OneOf, Term
from services.screening.rules.language.words import decimal_text
from shared import clock
from shared.codes import divisions
from shared.feeds import catalogue
from shared.http.permissions import within

_REASONS = {
    "no_feed": "此项数据尚未用于筛查",
    "no_value": "没有可用的数据",
    "feed_silent": "数据逾期未报或从未报送",
    "parameter_missing": "当前没有有效的值",
    "not_computable": "算不出结果（除数为零）",
}


async def seed(
    conn: AsyncConnection, demo: bool, *, known_at: datetime | None = None, demo_from: date | None = None
) -> None:
    """Add the shipped rules and parameters that are not there yet; safe at every start, and at once.

    `demo` adds the demo parameters too, from `demo_from` on (see the parameters' `seed`); `known_at`
    defaults to now.
    """
    known = known_at or clock.now()
    rules = shipped.rules(known)
    for rule in rules:
        examine(rule)
    await repository.add_rules(conn, rules)
    await parameters.seed(conn, demo, known, demo_from)


def examine(rule: RuleVersion) -> None:
    """Refuse a rule that cannot be published: RuleTextError for its texts, RuleInvalidError for the
    rest (no legal basis, an unknown severity, evidence fact or department)."""
    named: list[str] = []
    for text in rule.texts:
        tree = parse(text)
        check(tree, shipped.vocabulary())
        named += fact_names(tree.root)
    if not rule.legal_basis:
        raise RuleInvalidError(f"规则 {rule.code} 没有写明依据，不能发布。")
    if rule.severity not in SEVERITIES:
        raise RuleInvalidError(f"规则 {rule.code} 的紧急程度“{rule.severity}”不存在。")
    for name in rule.evidence:
        if name not in FACTS:
            raise RuleInvalidError(f"规则 {rule.code} 的证据“{name}”不是户情指标。")
    if forgotten := [name for name in named if name not in rule.evidence]:
        raise RuleInvalidError(f"规则 {rule.code} 用到的“{FACTS[forgotten[0]].title}”没有列入证据。")
    for department in rule.departments:
        if department not in catalogue.DEPARTMENTS:
            raise RuleInvalidError(f"规则 {rule.code} 要告知的部门“{department}”不存在。")


def explain(
    rule: RuleVersion,
    facts: Mapping[str, object],
    in_force: Mapping[str, ParameterValue],
    silent: Collection[int],
) -> Explanation:
    """The verdict of one rule for one household with all that it rests on; equal to SQL's verdict.

    `facts` as in the relation (money in fen, None unknown), `in_force` the parameters of the
    household's division, `silent` the feed numbers that are overdue there.
    """
    inputs = Inputs(FACTS, facts, {name: Fraction(value.value) for name, value in in_force.items()}, frozenset(silent))
    parts = [evaluate(parse(text), inputs) for text in rule.texts]
    truth = conjunction([part.truth for part in parts])
    verdict: Verdict = "unknown" if truth is None else "hit" if truth else "clear"
    deciding = [leaf for part in parts if part.truth is truth for leaf in deciding_leaves(part)]
    missing = tuple(dict.fromkeys(_item(m) for leaf in deciding for m in leaf.missing)) if truth is None else ()
    return Explanation(
        verdict=verdict,
        missing=missing,
        leaves=tuple(_lines(rule, parts, inputs)),
        text=_sentence(verdict, missing, deciding, inputs),
        demo=any(in_force[name].status == "demo" for name in rule.parameters if name in in_force),
    )


def rule_words(rule: RuleVersion) -> tuple[str, str]:
    """Population and condition in Chinese words, without values."""
    vocabulary = shipped.vocabulary()
    population = "全部农牧户" if rule.population is None else words(parse(rule.population), vocabulary)
    return population, words(parse(rule.condition), vocabulary)


async def live_rules(conn: AsyncConnection, as_of: date | None, known_at: datetime | None) -> list[RuleVersion]:
    """The rule versions in force, by code; FutureDayError for a day or instant that has not come."""
    return await repository.live(conn, *parameters.moment(as_of, known_at))


async def rule_history(
    conn: AsyncConnection, code: str, as_of: date | None, known_at: datetime | None
) -> tuple[RuleVersion | None, list[RuleVersion]]:
    """The live version of a rule and all versions, newest first. UnknownRuleError, FutureDayError."""
    day, known = parameters.moment(as_of, known_at)
    versions = await repository.known_versions(conn, known, code)
    if not versions:
        raise UnknownRuleError(f"没有编号为“{code}”的规则。")
    live = next((rule for rule in await repository.live(conn, day, known) if rule.code == code), None)
    return live, versions


async def known_parameters(
    conn: AsyncConnection, scope: str, as_of: date | None, known_at: datetime | None
) -> tuple[list[ParameterValue], list[Lacking]]:
    """The values that touch the divisions of the prefix `scope` (with `as_of` only those valid on it), and
    the parameters that the largest division of the scope has no value of. FutureDayError."""
    day, known = parameters.moment(as_of, known_at)
    values = await parameters.known_values(conn, scope, known)
    valid = [v for v in values if as_of is None or v.valid_from <= as_of <= (v.valid_to or date.max)]
    found = await parameters.parameters_for(conn, list(parameters.definitions()), _largest(scope), day, known)
    return valid, await _lacking(conn, found, day, known)


async def parameters_of(
    conn: AsyncConnection, scope: str, division: str, as_of: date | None, known_at: datetime | None
) -> tuple[list[ParameterValue], list[Lacking]]:
    """The values in force for a division (12, 9 or 6 digits) inside the caller's `scope`, and the
    parameters that it has none of. DivisionNotFoundError, FutureDayError."""
    code = within(scope, division)
    day, known = parameters.moment(as_of, known_at)
    found = await parameters.parameters_for(conn, list(parameters.definitions()), code, day, known)
    return list(found.values()), await _lacking(conn, found, day, known)


def _largest(scope: str) -> str:
    return scope.ljust(12, "0") if scope else divisions.CITY


async def _lacking(
    conn: AsyncConnection, found: Mapping[str, ParameterValue], as_of: date, known_at: datetime
) -> list[Lacking]:
    live = await repository.live(conn, as_of, known_at)
    return [
        Lacking(name, tuple(rule for rule in live if name in rule.parameters))
        for name in parameters.definitions()
        if name not in found
    ]


def _lines(rule: RuleVersion, parts: list[Evaluated], inputs: Inputs) -> Iterable[LeafLine]:
    places: list[RulePart] = ["condition"] if rule.population is None else ["population", "condition"]
    for place, part in zip(places, parts, strict=True):
        for leaf in evaluated_leaves(part):
            text = leaf_words(leaf.node, shipped.vocabulary(), inputs)
            yield LeafLine(place, text, _wire(leaf.node, inputs), leaf.truth)


def _wire(leaf: Leaf, inputs: Inputs) -> str | int | bool | None:
    """The value that the leaf judges, its left side, as the APIs give values."""
    match leaf:
        case FactRef(name):
            known = inputs.values.get(name)
            return None if known is None else bool(known)
        case Compare(_, term, _) | Between(term, _, _) | OneOf(term, _):
            return _wire_value(term, inputs)


def _wire_value(term: Term, inputs: Inputs) -> str | int | None:
    value = value_of(term, inputs)
    if value is None or isinstance(value, str):
        return value
    kind = FACTS[term.name].type if isinstance(term, FactRef) else "number"
    if kind == "fen":
        return decimal_text(value / 100, 2)
    if kind == "grade":
        return GRADES.get(int(value))
    return value.numerator if value.denominator == 1 else decimal_text(value, 6)


def _item(missing: Missing) -> MissingItem:
    if missing.reason == "parameter_missing":
        title = parameters.definitions()[missing.name].title
    else:
        title = FACTS[missing.name].title if missing.name else "算式"
    feeds = "、".join(catalogue.BY_NUMBER[k].title for k in missing.kinds if k in catalogue.BY_NUMBER)
    silent = f"（{feeds}）" if missing.reason == "feed_silent" and feeds else ""
    return MissingItem(missing.name, missing.reason, f"{title}：{_REASONS[missing.reason]}{silent}")


def _sentence(verdict: Verdict, missing: Iterable[MissingItem], deciding: list[EvaluatedLeaf], inputs: Inputs) -> str:
    if verdict == "unknown":
        said = [item.text for item in missing]
    else:
        vocabulary = shipped.vocabulary()
        said = [leaf_words(leaf.node, vocabulary, inputs, holds=leaf.truth is not False) for leaf in deciding]
    return f"{VERDICTS[verdict]}：{'；'.join(dict.fromkeys(said))}"
