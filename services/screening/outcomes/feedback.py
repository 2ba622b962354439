"""A verdict as the messages that tell departments what became of their records. Pure but for new ids."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from services.screening.outcomes.domain import Verdict
from services.screening.warnings.events import SOURCE
from services.screening.warnings.evidence import Evidence, Record, record_key
from shared import ids
from shared.events.codec import encode
from shared.events.feedback import FeedbackGivenV1, FeedbackRecord
from shared.events.message import Message
from shared.feeds.catalogue import FEEDS

Result = Literal["confirmed", "data_error", "already_helped", "not_confirmed"]

_TEXTS: Final[dict[Result, str]] = {
    "confirmed": "入户核实属实",
    "data_error": "入户核实认为部门数据有误，请核对这条数据",
    "already_helped": "入户核实已经得到帮扶",
    "not_confirmed": "入户核实后未作为风险处理",
}


def feedback_of(evidence: Evidence, verdict: Verdict, now: datetime) -> list[Message]:
    """One message for each record version that the closed warning stands on, keyed by its department.

    Neither household, warning, rule, note nor officer is told, and of the reasons only those that say something of
    the record: whether relatives can help is no department's matter.
    """
    result = _result(verdict)
    records = {record_key(record): record for record in evidence["records"]}
    return [_message(records[key], result, now) for key in sorted(records)]


def _result(verdict: Verdict) -> Result:
    if verdict.outcome == "confirmed":
        return "confirmed"
    return verdict.reason if verdict.reason in ("data_error", "already_helped") else "not_confirmed"


def _message(record: Record, result: Result, now: datetime) -> Message:
    feed = FEEDS.get((record["department"], record["kind"]))
    event = FeedbackGivenV1(
        department=record["department"],
        feedback_owner=None if feed is None else feed.feedback_owner,
        record=FeedbackRecord(
            kind=record["kind"],
            source_id=record["source_id"],
            version=record["version"],
            event_id=record["event_id"],
        ),
        result=result,
        text=_TEXTS[result],
        decided_at=now,
    )
    return encode(event, event_id=str(ids.uuid7()), source=SOURCE, key=event.department, time=now)
