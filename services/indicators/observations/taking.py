"""What becomes of each draft of a body: new, a named correction, waiting for a second person, known already. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.indicators.definitions.domain import Catalogue
from services.indicators.observations.domain import OFFICIAL, Draft, Observation, Outcome, Place
from services.indicators.observations.errors import (
    AlreadyObservedError,
    AlreadyProposedError,
    NotInForceError,
    PeriodClosedError,
)
from services.indicators.observations.spots import Spot
from shared.errors import ConflictError, FieldError
from shared.ids import uuid7

Taken = tuple[Observation, Outcome]


@dataclass(slots=True)
class Standing:
    """What there is of each place: the observation in force and the one that waits."""

    in_force: dict[Place, Observation] = field(default_factory=dict)
    waiting: dict[Place, Observation] = field(default_factory=dict)

    @classmethod
    def of(cls, open_ones: Iterable[Observation]) -> Standing:
        """From observations in force and open proposals."""
        made = cls()
        for one in open_ones:
            made.put(one)
        return made

    def put(self, one: Observation) -> None:
        """Take in one that was just made."""
        (self.waiting if one.state == "proposed" else self.in_force)[one.place] = one


@dataclass(slots=True)
class Taking:
    """Decides draft after draft; what conflicts is collected, so that a file's every wrong row is named."""

    catalogue: Catalogue
    standing: Standing
    closed: Mapping[str, datetime]
    by: str
    now: datetime
    taken: list[Taken] = field(default_factory=list)
    _refusals: list[tuple[type[ConflictError], FieldError, Observation | None]] = field(default_factory=list)

    def take(self, draft: Draft, at: Spot) -> None:
        """Decide one."""
        standing, waiting = self.standing.in_force.get(draft.place), self.standing.waiting.get(draft.place)
        same = next((one for one in (waiting, standing) if one is not None and draft.says_the_same(one)), None)
        if same is not None and same is (waiting or standing):
            self.taken.append((same, "duplicate"))
        elif not self._conflicts(draft, standing, waiting, at):
            made = self._made(draft, standing)
            self.standing.put(made)
            corrected: Outcome = "accepted" if standing is None else "corrected"
            self.taken.append((made, "proposed" if made.state == "proposed" else corrected))

    def settle(self) -> list[Taken]:
        """What was decided, one entry a draft; the first conflict's error, with the places of all."""
        if not self._refusals:
            return self.taken
        kind, fault, one = self._refusals[0]
        more = f"（共 {len(self._refusals)} 处，全部未保存）" if len(self._refusals) > 1 else ""
        extra = {"observation_id": str(one.observation_id)} if one else {}
        raise kind(fault["message"] + more, errors=[fault for _, fault, _ in self._refusals], extra=extra)

    def _conflicts(self, draft: Draft, standing: Observation | None, waiting: Observation | None, at: Spot) -> bool:
        before = len(self._refusals)
        since = self.closed.get(draft.period)
        if since is not None and not draft.restatement_reason:
            text = f"期间 {draft.period} 已于 {since:%Y-%m-%d} 审定；要补报或更正，请写明重报原因，由另一人审核。"
            self._refuse(PeriodClosedError, at.wrong("period", "period_closed", text, draft.period), standing)
        if waiting is not None:
            text = f"同一观测项、区划和期间已有 {waiting.submitted_by} 填报的值待审核，须先审核或退回。"
            self._refuse(AlreadyProposedError, at.wrong("supersedes", "already_proposed", text), waiting)
        elif standing is not None and draft.supersedes is None:
            number = str(standing.observation_id)
            text = f"同一观测项、区划和期间已有观测值 {number}；要更正，请在 supersedes（更正的观测值编号）写明它。"
            fault = FieldError({**at.wrong("supersedes", "already_observed", text), "value_masked": number})
            self._refuse(AlreadyObservedError, fault, standing)
        elif draft.supersedes is not None and (standing is None or draft.supersedes != standing.observation_id):
            text = "所更正的不是这一观测项、区划和期间的现行观测值。"
            self._refuse(NotInForceError, at.wrong("supersedes", "superseded_not_in_force", text), standing)
        return len(self._refusals) > before

    def _refuse(self, kind: type[ConflictError], fault: FieldError, one: Observation | None) -> None:
        self._refusals.append((kind, fault, one))

    def _made(self, draft: Draft, standing: Observation | None) -> Observation:
        checked = draft.period in self.closed or needs_checker(draft, self.catalogue)
        since = self.now if standing is None else after(self.now, standing)
        return Observation(
            observation_id=uuid7(),
            input=draft.input,
            division_code=draft.division_code,
            period=draft.period,
            value=draft.value,
            unit=draft.unit,
            document=draft.document,
            document_on=draft.document_on,
            supersedes=draft.supersedes,
            submitted_by=self.by,
            known_at=since,
            indicator=draft.indicator,
            numerator=draft.numerator,
            denominator=draft.denominator,
            restatement_reason=draft.restatement_reason,
            state="proposed" if checked else "approved",
            in_force_from=None if checked else since,
        )


def needs_checker(draft: Draft, catalogue: Catalogue) -> bool:
    """Whether a second person must approve it: it feeds, or is the official value of, a binding indicator."""
    if draft.input == OFFICIAL:
        return catalogue.by_code()[draft.indicator or ""].binding
    return catalogue.inputs[draft.input].binding


def after(now: datetime, standing: Observation) -> datetime:
    """When what replaces `standing` may come into force: never before it, whatever the clock did."""
    return max(now, standing.in_force_from or standing.known_at)
