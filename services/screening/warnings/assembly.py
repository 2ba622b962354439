"""Put together what the hits of a batch stand on, by set-based questions to facts and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.facts.domain import FACTS, Fact, wire_value
from services.screening.facts.service import DataAge, FactRow
from services.screening.parameters import service as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.rules import service as rules
from services.screening.rules.domain import Explanation, RuleVersion
from services.screening.warnings.domain import Pair, Standing
from services.screening.warnings.evidence import Evidence, FactLine, FeedAge, ParameterLine, Record, judged_on
from shared.feeds import catalogue
from shared.versions.domain import RecordRef

HOUSEHOLD_KIND = 17


@dataclass(frozen=True, slots=True)
class _Sources:
    """What was asked of the other rooms, once for all pairs."""

    rows: Mapping[str, FactRow]
    parameters: Mapping[str, Mapping[str, ParameterValue]]
    records: Mapping[str, Mapping[str, Sequence[RecordRef]]]
    arrivals: dict[tuple[str, int], datetime]


async def evidence(
    conn: AsyncConnection,
    pairs: Sequence[Pair],
    live: Mapping[str, RuleVersion],
    rows: Mapping[str, FactRow],
    standing: Mapping[Pair, Standing],
    as_of: date,
    known_at: datetime,
) -> dict[Pair, Evidence]:
    """The evidence of each pair that is hit at (as_of, known_at)."""
    if not pairs:
        return {}
    households = sorted({household for household, _ in pairs})
    wanted = [live[code] for code in sorted({code for _, code in pairs})]
    sources = await _ask(conn, households, wanted, rows, as_of, known_at)
    found = {pair: _unexplained(pair, live[pair[1]], sources, as_of, known_at) for pair in pairs}
    for pair, new in found.items():
        before = standing[pair].evidence if pair in standing else None
        if before is not None and judged_on(before) == judged_on(new):
            new["missing"], new["leaves"] = before["missing"], before["leaves"]
            if "text" in before:
                new["text"] = before["text"]
        else:
            _explain(new, live[pair[1]], sources, pair[0])
    return found


async def judged(
    conn: AsyncConnection, row: FactRow, rule: RuleVersion, as_of: date, known_at: datetime
) -> tuple[Evidence, Explanation]:
    """What one rule says of one household, hit or not, with all that it rests on."""
    sources = await _ask(conn, [row.household_no], [rule], {row.household_no: row}, as_of, known_at)
    found = _unexplained((row.household_no, rule.code), rule, sources, as_of, known_at)
    explanation = _explain(found, rule, sources, row.household_no)
    found["verdict"] = explanation.verdict
    if explanation.verdict != "hit":  # that somebody is spared may rest on a parameter that no hit rests on
        in_force = sources.parameters[row.division_code]
        found["parameters"] = [_parameter(in_force[name]) for name in parameters_of(rule) if name in in_force]
    return found, explanation


async def _ask(
    conn: AsyncConnection,
    households: Sequence[str],
    wanted: Sequence[RuleVersion],
    rows: Mapping[str, FactRow],
    as_of: date,
    known_at: datetime,
) -> _Sources:
    names = sorted({name for rule in wanted for name in parameters_of(rule)})
    divisions = sorted({rows[household].division_code for household in households})
    groups = sorted({FACTS[name].group for rule in wanted for name in rule.evidence})
    return _Sources(
        rows=rows,
        parameters=await parameters.parameters_in_force(conn, names, divisions, as_of, known_at),
        records=await facts.contributions(conn, households, groups, as_of, known_at),
        arrivals=await facts.data_ages(conn, known_at),
    )


def parameters_of(rule: RuleVersion) -> tuple[str, ...]:
    """All parameters that the verdict may rest on: the rule's own, then those of its facts' definitions."""
    of_facts = (name for fact in rule.evidence for name in FACTS[fact].parameters)
    return tuple(dict.fromkeys((*rule.parameters, *of_facts)))


def _explain(evidence: Evidence, rule: RuleVersion, sources: _Sources, household_no: str) -> Explanation:
    """Add the judgements, in words; they follow from the rule, the facts, the parameters and silence."""
    row = sources.rows[household_no]
    explanation = rules.explain(rule, row.values, sources.parameters[row.division_code], row.silent)
    evidence["missing"] = [{"name": m.name, "reason": m.reason, "text": m.text} for m in explanation.missing]
    evidence["leaves"] = [{"text": leaf.text, "value": leaf.value, "truth": leaf.truth} for leaf in explanation.leaves]
    evidence["text"] = explanation.text
    return explanation


def _unexplained(pair: Pair, rule: RuleVersion, sources: _Sources, as_of: date, known_at: datetime) -> Evidence:
    row = sources.rows[pair[0]]
    in_force = sources.parameters[row.division_code]
    ages = facts.data_age(sources.arrivals, row.division_code, kinds_of(rule), known_at)
    return Evidence(
        verdict="hit",
        missing=[],
        as_of=as_of.isoformat(),
        known_at=_instant(known_at),
        rule={"code": rule.code, "version": rule.version, "title": rule.title},
        facts=[_fact(FACTS[name], row) for name in rule.evidence],
        leaves=[],
        parameters=[_parameter(in_force[name]) for name in rule.parameters if name in in_force],
        records=_records(rule, sources.records.get(pair[0], {})),
        data_age=[_age(age) for age in ages],
    )


def _fact(fact: Fact, row: FactRow) -> FactLine:
    return FactLine(
        name=fact.name,
        title=fact.title,
        value=wire_value(fact, row.values[fact.name]),
        unit=fact.unit,
        complete=row.complete(fact.name),
    )


def _parameter(value: ParameterValue) -> ParameterLine:
    return ParameterLine(
        name=value.name,
        value=value.wire,
        unit=value.unit,
        document=value.document,
        status=value.status,
        division=value.division_code,
        valid_from=value.valid_from.isoformat(),
    )


def _records(rule: RuleVersion, by_group: Mapping[str, Sequence[RecordRef]]) -> list[Record]:
    """The versions behind the facts of the rule, each once, in a stable order: of a group's versions only
    those of kinds that the rule's facts are computed from, so that others neither renew nor unmute it."""
    groups = {FACTS[name].group for name in rule.evidence}
    kinds = set(kinds_of(rule))
    refs = {ref for group in groups for ref in by_group.get(group, ()) if ref.kind in kinds}
    return [record(ref) for ref in sorted(refs, key=lambda ref: (ref.kind, ref.source_id, ref.version))]


def record(ref: RecordRef) -> Record:
    """A stored version as evidence names it."""
    feed = catalogue.BY_NUMBER[ref.kind]
    return Record(
        event_id=ref.event_id,
        department=feed.department,
        kind=feed.kind,
        source_id=ref.source_id,
        version=ref.version,
        topic=feed.topic,
        partition=ref.partition,
        offset=ref.offset,
        submission_id=ref.submission_id,
    )


def _age(age: DataAge) -> FeedAge:
    return FeedAge(
        department=age.department,
        kind=age.kind,
        newest_known_at=None if age.newest_known_at is None else _instant(age.newest_known_at),
        age_days=age.age_days,
        overdue=age.overdue,
    )


def kinds_of(rule: RuleVersion) -> tuple[int, ...]:
    """The feeds that the rule's facts are computed from, by number; who belongs to the household
    comes from the household records, whatever the fact."""
    return tuple(sorted({HOUSEHOLD_KIND, *(kind for name in rule.evidence for kind in FACTS[name].kinds)}))


def feeds_of(rule: RuleVersion) -> list[tuple[str, str]]:
    """The same as (department, kind), of the feeds that this release takes; the household's own
    record only for rules that judge it."""
    kinds = sorted({kind for name in rule.evidence for kind in FACTS[name].kinds})
    return [(feed.department, feed.kind) for kind in kinds if (feed := catalogue.BY_NUMBER.get(kind)) is not None]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
