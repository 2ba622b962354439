"""Use cases of the rules: seed what is shipped, examine a rule, explain a verdict, look things up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS
from services.screening.parameters import service as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.register.moments import moment
from services.screening.rules import repository, shipped
from services.screening.rules.domain import (
    VERDICTS,
    Explanation,
    LeafLine,
    MissingItem,
    RulePart,
    RuleVersion,
    Verdict,
)
from services.screening.rules.errors import UnknownRuleError
from services.screening.rules.examination import examine
from services.screening.rules.language import (
    Inputs,
    evaluate,
    fact_names,
    leaf_words,
    parameter_names,
    parse,
    statement,
    words,
)
from services.screening.rules.language.check import measured
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
from shared.feeds import catalogue


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


async def rule_version(conn: AsyncConnection, code: str, version: int) -> RuleVersion:
    """One published version; it never changes. UnknownRuleError."""
    versions = await repository.known_versions(conn, clock.now(), code)
    for rule in versions:
        if rule.version == version:
            return rule
    raise UnknownRuleError(f"没有编号为“{code}”的规则，或者它没有第 {version} 版。")


def named_facts(rule: RuleVersion) -> tuple[str, ...]:
    """The facts that population and condition name, each once."""
    return tuple(dict.fromkeys(name for text in rule.texts for name in fact_names(parse(text).root)))


def own_parameters(rule: RuleVersion) -> tuple[str, ...]:
    """The parameters that population and condition name, each once; those of its facts aside."""
    return tuple(dict.fromkeys(name for text in rule.texts for name in parameter_names(parse(text).root)))


def rule_words(rule: RuleVersion) -> tuple[str, str]:
    """Population and condition in Chinese words, without values."""
    vocabulary = shipped.vocabulary()
    population = "全部农牧户" if rule.population is None else words(parse(rule.population), vocabulary)
    return population, words(parse(rule.condition), vocabulary)


async def live_rules(conn: AsyncConnection, as_of: date | None, known_at: datetime | None) -> list[RuleVersion]:
    """The rule versions in force, by code; FutureDayError for a day or instant that has not come."""
    return await repository.live(conn, *moment(as_of, known_at))


async def rule_history(
    conn: AsyncConnection, code: str, as_of: date | None, known_at: datetime | None
) -> tuple[RuleVersion | None, list[RuleVersion]]:
    """The live version of a rule and all versions, newest first. UnknownRuleError, FutureDayError."""
    day, known = moment(as_of, known_at)
    versions = await repository.known_versions(conn, known, code)
    if not versions:
        raise UnknownRuleError(f"没有编号为“{code}”的规则。")
    live = next((rule for rule in await repository.live(conn, day, known) if rule.code == code), None)
    return live, versions


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
    kind = measured(term, shipped.vocabulary()).dimension
    if kind == "fen":
        return decimal_text(value / 100, 2)
    if kind == "grade" and isinstance(term, FactRef):
        return FACTS[term.name].labels.get(int(value))
    return value.numerator if value.denominator == 1 else decimal_text(value, 6)


def _item(missing: Missing) -> MissingItem:
    return MissingItem(missing.name, missing.reason, _lack(missing))


def _lack(missing: Missing) -> str:
    match missing.reason:
        case "parameter_missing":
            title = parameters.definitions()[missing.name].title
            without = f"，算不出“{FACTS[missing.fact].title}”" if missing.fact else ""
            return f"本地没有生效的“{title}”{without}"
        case "feed_silent":
            return f"“{FACTS[missing.name].title}”要用{_feeds(missing.kinds)}，现逾期未报或从未报送"
        case "no_value":
            return f"“{FACTS[missing.name].title}”没有可用的数据"
        case _:
            return "算不出结果（除数为零）"


def _feeds(kinds: Iterable[int]) -> str:
    """The feeds by the department that sends them: 民政的低保、特困供养数据."""
    titles: dict[str, list[str]] = {}
    for kind in kinds:
        feed = catalogue.BY_NUMBER[kind]
        titles.setdefault(catalogue.DEPARTMENTS[feed.department], []).append(feed.title)
    return "和".join(f"{department}的{'、'.join(feeds)}数据" for department, feeds in titles.items())


def _sentence(verdict: Verdict, missing: Iterable[MissingItem], deciding: list[EvaluatedLeaf], inputs: Inputs) -> str:
    if verdict == "unknown":
        said = [item.text for item in missing]
    else:
        vocabulary = shipped.vocabulary()
        said = [statement(leaf.node, vocabulary, inputs, holds=leaf.truth is True) for leaf in deciding]
    return f"{VERDICTS[verdict]}：{'；'.join(dict.fromkeys(said))}"
