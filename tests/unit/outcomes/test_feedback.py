"""What departments are told of a verdict, and what they are not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import orjson
import pytest

from services.screening.outcomes.domain import REASONS, Verdict
from services.screening.outcomes.feedback import feedback_of
from services.screening.warnings.evidence import Evidence, Record
from shared.events.feedback import FeedbackGivenV1

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def _record(department: str, kind: str, source_id: str, version: int = 1) -> Record:
    return Record(
        event_id=f"{source_id}.{version}",
        department=department,
        kind=kind,
        source_id=source_id,
        version=version,
        topic=f"feeds.{department}.v1",
        partition=0,
        offset=7,
        submission_id="a submission",
    )


def _told(verdict: Verdict, *records: Record) -> list[dict[str, Any]]:
    evidence = cast("Evidence", {"records": list(records), "rule": {"code": "M01"}, "text": "自付 12000 元"})
    return [orjson.loads(message.value) for message in feedback_of(evidence, verdict, NOW)]


@pytest.mark.parametrize(
    ("verdict", "result"),
    [
        (Verdict("confirmed"), "confirmed"),
        *((Verdict("not_confirmed", r), r) for r in ("data_error", "already_helped")),
        *((Verdict("not_confirmed", r), "not_confirmed") for r in ("below_impact", "family_support", "duplicate")),
        (Verdict("not_confirmed", "other", "儿子在外务工"), "not_confirmed"),
    ],
)
def test_a_department_learns_of_the_reasons_only_what_concerns_its_record(verdict: Verdict, result: str) -> None:
    (told,) = _told(verdict, _record("housing", "dwelling-appraisal", "A1"))
    assert told["result"] == result
    assert not set(REASONS) - {"data_error", "already_helped"} & set(map(str, told.values()))
    assert "儿子" not in told["text"]


def test_each_record_version_is_told_once_to_its_department_and_nothing_else_with_it() -> None:
    settled = [_record("medical-insurance", "settlement", "S1", version) for version in (1, 2)]
    told = _told(Verdict("confirmed"), *settled, settled[0], _record("housing", "dwelling-appraisal", "A1"))
    assert [(t["department"], t["record"]["source_id"], t["record"]["version"]) for t in told] == [
        ("housing", "A1", 1),
        ("medical-insurance", "S1", 1),
        ("medical-insurance", "S1", 2),
    ]
    assert {frozenset(t) for t in told} == {frozenset(FeedbackGivenV1.model_fields)}
    assert {frozenset(t["record"]) for t in told} == {frozenset({"kind", "source_id", "version", "event_id"})}


def test_who_answers_for_a_kind_is_named_where_it_is_not_the_sender() -> None:
    water, aid = (_record("rural-revitalization", kind, kind) for kind in ("drinking-water", "assistance"))
    named = {t["record"]["kind"]: t["feedback_owner"] for t in _told(Verdict("confirmed"), water, aid)}
    assert named == {"drinking-water": "水利", "assistance": None}
