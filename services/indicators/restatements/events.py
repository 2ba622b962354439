"""What a restatement adds to the event of its value."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from services.indicators.restatements.domain import Cause, Delta, Figures, Restated
from shared.events.values import Difference, RestatementCause

CAUSES_SHOWN = 100
"""An event must stay small; all causes are kept and read page by page."""


def fields(item: Restated) -> dict[str, Any]:
    """The members of ValueRestatedV1 that a published value does not have."""
    return {
        "closed_at": item.closed_at,
        "restates": _id(item.closed),
        "replaces": _id(item.previous),
        "since_closing": _difference(item.since_closing),
        "since_previous": _difference(item.since_previous),
        "restatement_reason": item.reason,
        "causes": [_cause(cause) for cause in item.causes[:CAUSES_SHOWN]],
        "causes_count": len(item.causes),
    }


def _id(figures: Figures | None) -> str | None:
    return None if figures is None else str(figures.value_id)


def _difference(delta: Delta) -> Difference:
    return Difference(**asdict(delta))


def _cause(cause: Cause) -> RestatementCause:
    said = asdict(cause)
    said["observation_id"] = None if cause.observation_id is None else str(cause.observation_id)
    return RestatementCause(**said)
