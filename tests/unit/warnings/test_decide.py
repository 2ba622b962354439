"""What becomes of a warning: the law of `decide`, by examples and over random histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.warnings.canonical import canonical
from services.screening.warnings.domain import (
    ACTIVE,
    Decision,
    Finding,
    Hit,
    HouseholdWarning,
    Moment,
    Standing,
    cause_of,
    decide,
    numbered,
)
from services.screening.warnings.evidence import Evidence, Record, Verdict

PAIR = ("150602-0001", "M01")
VILLAGE = "150602001201"
OTHER_VILLAGE = "150621103205"
DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
IDS = (UUID(int=n) for n in count(1))


def record(source_id: str = "S1", version: int = 1, kind: str = "settlement") -> Record:
    return Record(
        event_id=f"part.{version}",
        department="medical-insurance",
        kind=kind,
        source_id=source_id,
        version=version,
        topic="feeds.medical-insurance.v1",
        partition=3,
        offset=version,
        submission_id="submission",
    )


def evidence(
    amount: str = "12000.00", *, rule_version: int = 1, status: str = "demo", records: tuple[Record, ...] = (record(),)
) -> Evidence:
    return Evidence(
        verdict="hit",
        missing=[],
        as_of=DAY.isoformat(),
        known_at=NOW.isoformat(),
        rule={"code": "M01", "version": rule_version, "title": "合规自付较高"},
        facts=[{"name": "self_paid", "title": "合规自付", "value": amount, "unit": "元", "complete": True}],
        leaves=[{"text": "合规自付 ≥ 10000 元", "value": amount, "truth": True}],
        parameters=[
            {
                "name": "medical_line_low",
                "value": "10000.00",
                "unit": "元",
                "document": "示例",
                "status": status,
                "division": "150600000000",
                "valid_from": "2024-01-01",
            }
        ],
        records=list(records),
        data_age=[],
    )


def finding(
    verdict: Verdict,
    *,
    stands_on: Evidence | None = None,
    division: str | None = VILLAGE,
    at_raise: Verdict | None = None,
    cause: Record | None = None,
) -> Finding:
    hit = None
    if verdict == "hit":
        stands_on = stands_on or evidence()
        hit = Hit(stands_on["rule"]["version"], "因病", "high", stands_on)
    return Finding(PAIR, verdict, division, hit, at_raise, cause)


def moment(days: int = 0) -> Moment:
    return Moment(NOW + timedelta(days=days), DAY + timedelta(days=days), lambda: next(IDS))


def decided(now: Finding, standing: Standing | None = None, seen: Evidence | None = None, days: int = 0) -> Decision:
    decision = decide(now, standing, seen, moment(days))
    assert decision is not None
    return decision


def raised(stands_on: Evidence | None = None) -> Standing:
    stands_on = stands_on or evidence()
    return Standing(decided(finding("hit", stands_on=stands_on)).warning, stands_on)


def test_newly_hit_raises_an_open_warning_with_its_evidence() -> None:
    decision = decided(finding("hit", cause=record()))
    assert (decision.type, decision.reason, decision.cause) == ("raised", "hit", record())
    warning = decision.warning
    assert (warning.state, warning.eased, warning.demo, warning.as_of) == ("open", False, True, DAY)
    assert decision.evidence == evidence()


def test_an_adopted_parameter_makes_no_demo_warning() -> None:
    assert raised(evidence(status="adopted")).warning.demo is False


def test_still_hit_with_the_same_values_says_nothing_but_keeps_the_records_current() -> None:
    before = raised()
    more = evidence(records=(record(), record("S2", 2)))
    assert decide(finding("hit"), before, None, moment(1)) is None
    decision = decide(finding("hit", stands_on=more), before, None, moment(1))
    assert decision == Decision(None, "evidence_renewed", before.warning, more)


def test_still_hit_with_another_value_updates() -> None:
    before = raised()
    decision = decided(finding("hit", stands_on=evidence("13000.00")), before, days=1)
    assert (decision.type, decision.reason) == ("updated", "evidence_changed")
    assert decision.warning == replace(before.warning, updated_at=NOW + timedelta(days=1))


def test_a_new_rule_version_and_a_move_are_told() -> None:
    before = raised()
    rule = decided(finding("hit", stands_on=evidence(rule_version=2)), before)
    moved = decided(finding("unknown", division=OTHER_VILLAGE), before)
    assert (rule.reason, rule.warning.rule_version) == ("rule_changed", 2)
    assert (moved.reason, moved.warning.division_code) == ("moved", OTHER_VILLAGE)


def test_clear_on_the_day_of_the_raise_too_supersedes_and_names_the_record() -> None:
    decision = decided(finding("clear", at_raise="clear", cause=record("S1", 2)), raised(), days=40)
    assert (decision.type, decision.warning.state) == ("superseded", "superseded")
    assert decision.warning.superseded_by == decision.cause == record("S1", 2)


def test_clear_now_but_not_then_eases_once() -> None:
    before = raised()
    decision = decided(finding("clear", at_raise="hit"), before, days=40)
    assert (decision.type, decision.reason, decision.warning.eased) == ("updated", "eased", True)
    eased = Standing(decision.warning, before.evidence)
    assert decide(finding("clear", at_raise="hit"), eased, None, moment()) is None


def test_unknown_for_silence_does_nothing_and_without_ground_supersedes() -> None:
    before = raised()
    for silenced in (None, "hit"):
        assert decide(finding("unknown", at_raise=silenced), before, None, moment(40)) is None
    retracted = record("S1", 2)
    decision = decided(finding("unknown", at_raise="unknown", cause=retracted), before, days=40)
    assert (decision.type, decision.warning.superseded_by) == ("superseded", retracted)


def test_an_eased_one_hit_again_is_no_longer_eased() -> None:
    before = raised()
    eased = Standing(replace(before.warning, eased=True), before.evidence)
    decision = decided(finding("hit"), eased, days=50)
    assert (decision.reason, decision.warning.eased) == ("hit_again", False)


def test_what_people_confirmed_only_eases() -> None:
    before = raised()
    confirmed = Standing(replace(before.warning, state="confirmed"), before.evidence)
    decision = decided(finding("clear", at_raise="clear"), confirmed)
    assert (decision.reason, decision.warning.state) == ("eased", "confirmed")


def test_not_confirmed_mutes_until_something_new_joins() -> None:
    seen = evidence(records=(record(), record("S2")))
    for nothing_new in (seen, evidence("9.00", records=(record(),))):
        assert decide(finding("hit", stands_on=nothing_new), None, seen, moment(1)) is None
    for new in (evidence(records=(record("S1", 2),)), evidence(rule_version=2)):
        assert decided(finding("hit", stands_on=new), None, seen).type == "raised"


def test_a_household_that_left_the_register_raises_nothing() -> None:
    assert decide(finding("hit", division=None), None, None, moment()) is None


verdicts = st.sampled_from(["hit", "clear", "unknown"])
steps = st.lists(
    st.tuples(
        verdicts,
        st.sampled_from(["12000.00", "13000.00"]),
        verdicts,
        st.sampled_from([VILLAGE, OTHER_VILLAGE, None]),
        st.integers(1, 2),
    ),
    max_size=12,
)


@given(steps)
def test_over_any_history(history: list[tuple[Verdict, str, Verdict, str | None, int]]) -> None:
    standing: Standing | None = None
    closed: list[HouseholdWarning] = []
    for day, (verdict, amount, at_raise, division, version) in enumerate(history):
        now = finding(
            verdict,
            stands_on=evidence(amount, records=(record(version=version),)),
            division=division,
            at_raise=at_raise if verdict == "clear" else None,  # unknown is for silence here
            cause=record(version=version),
        )
        decision = decide(now, standing, None, moment(day))
        if decision is None:
            continue
        _check(decision, now, standing)
        if decision.warning.state not in ACTIVE:
            closed.append(decision.warning)
            standing = None
            continue
        standing = Standing(decision.warning, decision.evidence or (standing.evidence if standing else evidence()))
        assert decide(now, standing, None, moment(day)) is None, "deciding twice changes nothing"
    ids = [w.warning_id for w in closed] + ([standing.warning.warning_id] if standing else [])
    assert len(set(ids)) == len(ids)


def _check(decision: Decision, now: Finding, before: Standing | None) -> None:
    if now.verdict == "unknown":
        assert decision.reason == "moved", "unknown never raises, eases, closes or renews"
        assert before is not None
        assert replace(before.warning, division_code="", updated_at=NOW) == replace(
            decision.warning, division_code="", updated_at=NOW
        )
    assert (decision.type == "raised") == (before is None)
    assert (decision.evidence is not None) == (now.verdict == "hit")
    assert decision.warning.pair == PAIR
    if before is not None:
        assert decision.warning.warning_id == before.warning.warning_id
        assert decision.warning.as_of == before.warning.as_of
    if now.verdict == "hit":
        assert not decision.warning.eased


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["H01", "M01"]), st.booleans())))
def test_numbers_of_a_household_have_no_gap(spec: list[tuple[str, str, bool]]) -> None:
    base = raised().warning
    decisions = [
        Decision("updated" if told else None, "r", replace(base, household_no=household, rule_code=rule))
        for household, rule, told in spec
    ]
    changes = numbered(decisions, {"A": 7})
    for household in "ABC":
        first = 8 if household == "A" else 1
        seen = [seq for seq, decision in changes if decision.warning.household_no == household]
        assert seen == list(range(first, first + len(seen)))
    assert len(changes) == sum(told for _, _, told in spec)


def test_the_cause_is_the_newest_record_of_a_kind_the_rule_uses() -> None:
    settlement, enrolment = record(version=1), record("E", 9, "enrolment")
    assert cause_of([enrolment, settlement], [("medical-insurance", "settlement")]) == settlement
    assert cause_of([settlement, enrolment], [("housing", "dwelling-appraisal")]) == enrolment
    assert cause_of([], [("housing", "dwelling-appraisal")]) is None


def test_canonical_form_forgets_the_run() -> None:
    one, other = raised(), raised()
    elsewhere = Record({**record(), "offset": 99, "partition": 1, "event_id": "x.1", "submission_id": "y"})
    there = replace(other.warning, raised_at=NOW + timedelta(hours=3), updated_at=NOW + timedelta(hours=4))
    assert one.warning.warning_id != there.warning_id
    assert canonical(one.warning, one.evidence) == canonical(there, evidence(records=(elsewhere,)))
    assert canonical(one.warning, one.evidence) != canonical(there, evidence("12000.01"))


def _days(days: int, unit: str, as_of: date, source: tuple[Record, ...] = (record(),)) -> Evidence:
    one = evidence(records=source)
    one["as_of"] = as_of.isoformat()
    one["facts"] = [{"name": "days", "title": "无措施天数", "value": days, "unit": unit, "complete": True}]
    return one


@pytest.mark.parametrize(
    ("unit", "then", "now", "told"),
    [
        ("天", 30, 31, False),
        ("天", 30, 30, False),
        ("天", 30, 45, True),
        ("月", 6, 6, False),
        ("人", 30, 31, True),
    ],
)
def test_that_days_have_passed_is_told_to_nobody_and_a_leap_is(unit: str, then: int, now: int, told: bool) -> None:
    before = raised(_days(then, unit, DAY))
    hit = _days(now, unit, DAY + timedelta(days=1))
    decision = decide(finding("hit", stands_on=hit), before, None, moment(1))
    assert (decision is not None and decision.type == "updated") is told
    assert then == now or (decision is not None and decision.evidence == hit), "what is kept is of today"


def test_a_month_that_has_begun_is_told_to_nobody() -> None:
    before = raised(_days(6, "月", date(2026, 11, 30)))
    hit = _days(8, "月", date(2027, 1, 1))
    decision = decided(finding("hit", stands_on=hit), before, days=32)
    assert (decision.type, decision.evidence) == (None, hit)


def test_a_raise_carries_its_run_and_what_people_put_off() -> None:
    run = UUID(int=7)
    put_off = replace(finding("hit"), snoozed_until=DAY + timedelta(days=9))
    decision = decide(put_off, None, None, replace(moment(), run_id=run))
    assert decision is not None
    assert (decision.warning.run_id, decision.warning.snoozed_until) == (run, DAY + timedelta(days=9))
    later = decided(finding("hit", stands_on=evidence("13000.00")), Standing(decision.warning, evidence()), days=1)
    assert (later.warning.run_id, later.warning.snoozed_until) == (run, DAY + timedelta(days=9))
