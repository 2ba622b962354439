"""What becomes of a warning when the rules are evaluated again (screening §4). Pure.

`decide` is the whole meaning: newly hit raises; a fact of the evidence with another value updates;
no longer hit supersedes when the records, as known now, did not make it hit on the day of the raise
either, and otherwise eases. Unknown never raises or eases, and a feed that falls silent closes
nothing: only records that were corrected, retracted or moved take a warning's ground away. People
verify, data does not close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from services.screening.warnings.evidence import (
    Evidence,
    Record,
    Verdict,
    foundation,
    joins,
    says_otherwise,
    uses_demo,
)

State = Literal["open", "verifying", "confirmed", "not_confirmed", "superseded"]
ChangeType = Literal["raised", "updated", "closed", "superseded"]
Pair = tuple[str, str]
"""Household number and rule code: what at most one active warning exists for."""

ACTIVE: Final[frozenset[State]] = frozenset({"open", "verifying", "confirmed"})
SEVERITIES: Final = ("urgent", "high", "normal", "info")


@dataclass(frozen=True, slots=True)
class HouseholdWarning:
    """A warning. `as_of` is the business date of its raise; instants are of processing. `run_id` is
    the run that raised it, None when a batch did. It is put off while today is before `snoozed_until`."""

    warning_id: UUID
    household_no: str
    division_code: str
    rule_code: str
    rule_version: int
    risk_type: str | None
    severity: str
    state: State
    eased: bool
    demo: bool
    snoozed_until: date | None
    as_of: date
    raised_at: datetime
    updated_at: datetime
    superseded_by: Record | None = None
    run_id: UUID | None = None

    @property
    def pair(self) -> Pair:
        """Which household and rule it is about."""
        return self.household_no, self.rule_code


@dataclass(frozen=True, slots=True)
class Standing:
    """An active warning and the evidence it stands on."""

    warning: HouseholdWarning
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that is hit now: what a warning of it says, and why."""

    rule_version: int
    risk_type: str | None
    severity: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules say now about one household and rule.

    `hit` is there exactly when the verdict is hit. `at_raise` is the verdict for the day of the
    raise on the records known now; asked only of an active warning that is clear, or that is
    unknown for another reason than that a feed fell silent.
    `division_code` is None when the household is not in the register any more. `cause` is the
    record that this batch brought. `snoozed_until`: people put the pair off until then.
    """

    pair: Pair
    verdict: Verdict
    division_code: str | None
    hit: Hit | None = None
    at_raise: Verdict | None = None
    cause: Record | None = None
    snoozed_until: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The warning as it is from now on.

    `type` None: nothing to tell anybody, only the stored evidence is brought up to date.
    `evidence` None: the stored evidence stays.
    """

    type: ChangeType | None
    reason: str
    warning: HouseholdWarning
    evidence: Evidence | None = None
    cause: Record | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When and as of which day the rules were evaluated, where new ids come from, and by which run."""

    now: datetime
    as_of: date
    new_id: Callable[[], UUID]
    run_id: UUID | None = None


def decide(finding: Finding, standing: Standing | None, muted_by: Evidence | None, moment: Moment) -> Decision | None:
    """What happens to the pair; None: nothing at all.

    `muted_by` is the evidence of the newest warning of this pair that people found not confirmed.
    """
    if standing is None:
        return _raise(finding, muted_by, moment)
    if finding.hit is not None:
        return _still_hit(finding, finding.hit, standing, moment)
    return _no_longer_hit(finding, standing.warning, moment)


def _raise(finding: Finding, muted_by: Evidence | None, moment: Moment) -> Decision | None:
    hit = finding.hit
    if hit is None or finding.division_code is None:
        return None
    if muted_by is not None and not joins(muted_by, hit.evidence):
        return None
    household_no, rule_code = finding.pair
    warning = HouseholdWarning(
        warning_id=moment.new_id(),
        household_no=household_no,
        division_code=finding.division_code,
        rule_code=rule_code,
        rule_version=hit.rule_version,
        risk_type=hit.risk_type,
        severity=hit.severity,
        state="open",
        eased=False,
        demo=uses_demo(hit.evidence),
        snoozed_until=finding.snoozed_until,
        as_of=moment.as_of,
        raised_at=moment.now,
        updated_at=moment.now,
        run_id=moment.run_id,
    )
    return Decision("raised", "hit", warning, hit.evidence, finding.cause)


def _still_hit(finding: Finding, hit: Hit, standing: Standing, moment: Moment) -> Decision | None:
    before = standing.warning
    after = replace(
        before,
        division_code=finding.division_code or before.division_code,
        rule_version=hit.rule_version,
        risk_type=hit.risk_type,
        severity=hit.severity,
        demo=uses_demo(hit.evidence),
        eased=False,
    )
    if before.eased:
        reason = "hit_again"
    elif says_otherwise(standing.evidence, hit.evidence):
        reason = "evidence_changed"
    elif after.division_code != before.division_code:
        reason = "moved"
    elif after != before:
        reason = "rule_changed"
    elif foundation(standing.evidence) != foundation(hit.evidence):
        return Decision(None, "evidence_renewed", before, hit.evidence)
    else:
        return None
    return Decision("updated", reason, replace(after, updated_at=moment.now), hit.evidence, finding.cause)


def _no_longer_hit(finding: Finding, before: HouseholdWarning, moment: Moment) -> Decision | None:
    groundless = finding.at_raise is not None and finding.at_raise != "hit"
    if groundless and before.state != "confirmed":  # what people confirmed, data only eases
        after = replace(before, state="superseded", updated_at=moment.now, superseded_by=finding.cause)
        return Decision("superseded", "record_changed", after, cause=finding.cause)
    if before.eased or finding.verdict == "unknown":
        return _moved(finding, before, moment)
    division_code = finding.division_code or before.division_code
    after = replace(before, division_code=division_code, eased=True, updated_at=moment.now)
    return Decision("updated", "eased", after, cause=finding.cause)


def _moved(finding: Finding, before: HouseholdWarning, moment: Moment) -> Decision | None:
    """Another officer's now: told to downstream whatever the verdict."""
    if finding.division_code in (None, before.division_code):
        return None
    after = replace(before, division_code=finding.division_code or before.division_code, updated_at=moment.now)
    return Decision("updated", "moved", after, cause=finding.cause)


def cause_of(records: Iterable[Record], kinds: Iterable[tuple[str, str]]) -> Record | None:
    """The record to name: the newest version among those that the rule's facts are computed from,
    or, when none of them is, among all (a household record moves members, so it may feed any).
    """
    known = sorted(records, key=lambda r: (r["version"], r["department"], r["kind"], r["source_id"]))
    wanted = set(kinds)
    feeding = [r for r in known if (r["department"], r["kind"]) in wanted]
    return (feeding or known)[-1] if known else None


def numbered(decisions: Iterable[Decision], last: Mapping[str, int]) -> list[tuple[int, Decision]]:
    """Give each change its `household_seq`, without a gap, after the household's `last`; changes of
    one household go in the order of the rule codes. Decisions that change nothing are left out.
    """
    counters = dict(last)
    result = []
    for decision in sorted((d for d in decisions if d.type is not None), key=lambda d: d.warning.pair):
        household_no = decision.warning.household_no
        counters[household_no] = counters.get(household_no, 0) + 1
        result.append((counters[household_no], decision))
    return result
