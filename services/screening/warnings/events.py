"""A change of a warning as the message that tells of it."""

from __future__ import annotations

from typing import Final

from services.screening.warnings.domain import ChangeType
from services.screening.warnings.repository import ChangeRow
from shared.events.codec import encode
from shared.events.message import Message
from shared.events.topics import WARNINGS
from shared.events.warnings import (
    WarningBody,
    WarningChange,
    WarningClosedV1,
    WarningRaisedV1,
    WarningSupersededV1,
    WarningUpdatedV1,
)

SOURCE: Final = "/xianjie/screening"
_CLASSES: Final[dict[ChangeType, type[WarningChange]]] = {
    "raised": WarningRaisedV1,
    "updated": WarningUpdatedV1,
    "closed": WarningClosedV1,
    "superseded": WarningSupersededV1,
}


def change_message(change: ChangeRow) -> Message:
    """The message on `screening.warnings.v1`, keyed by household; its causation is the record that
    the batch brought, so that a reader without our API can name it too."""
    decision = change.decision
    if decision.type is None:
        raise ValueError("nothing changed: there is nothing to tell")
    warning = decision.warning
    body = WarningBody(
        warning_id=str(warning.warning_id),
        household_no=warning.household_no,
        division_code=warning.division_code,
        rule_code=warning.rule_code,
        rule_version=warning.rule_version,
        risk_type=warning.risk_type,
        severity=warning.severity,
        state=warning.state,
        eased=warning.eased,
        demo=warning.demo,
        snoozed_until=warning.snoozed_until,
        raised_at=warning.raised_at,
        updated_at=warning.updated_at,
        as_of=warning.as_of,
        run_id=None if warning.run_id is None else str(warning.run_id),
    )
    event = _CLASSES[decision.type](
        household_seq=change.household_seq, reason=decision.reason, occurred_at=warning.updated_at, warning=body
    )
    return encode(
        event,
        topic=WARNINGS,
        event_id=change.event_id,
        source=SOURCE,
        key=warning.household_no,
        subject=str(warning.warning_id),
        time=warning.updated_at,
        causation_id=None if decision.cause is None else decision.cause["event_id"],
    )
