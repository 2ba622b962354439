"""Every event class there is, by its CloudEvents type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.events.assets import (
    AssetChangedV1,
    AssetDisposedV1,
    AssetRegisteredV1,
    IncomeDistributedV1,
    IncomeStoppedV1,
    RightConfirmedV1,
)
from shared.events.base import Event
from shared.events.feedback import FeedbackGivenV1
from shared.events.households import HouseholdStatusChangedV1
from shared.events.projects import ProjectChangedV1, ProjectRegisteredV1
from shared.events.reconciliation import FeedReconciledV1, FreshnessChangedV1
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.events.values import IndicatorBreachedV1, TargetPublishedV1, ValuePublishedV1, ValueRestatedV1
from shared.events.warnings import WarningClosedV1, WarningRaisedV1, WarningSupersededV1, WarningUpdatedV1
from shared.events.webhooks import WebhookDisabledV1

Registry = Mapping[str, type[Event]]


def registry(classes: Iterable[type[Event]]) -> Registry:
    """Classes by type. Two classes of one type are a mistake: ValueError."""
    found: dict[str, type[Event]] = {}
    for cls in classes:
        if cls.TYPE in found:
            raise ValueError(f"{cls.TYPE} is both {found[cls.TYPE].__name__} and {cls.__name__}")
        found[cls.TYPE] = cls
    return found


EVENTS: Registry = registry(
    [
        RecordAcceptedV1,
        RecordRetractedV1,
        FeedReconciledV1,
        FreshnessChangedV1,
        WarningRaisedV1,
        WarningUpdatedV1,
        WarningClosedV1,
        WarningSupersededV1,
        ValuePublishedV1,
        ValueRestatedV1,
        TargetPublishedV1,
        IndicatorBreachedV1,
        ProjectRegisteredV1,
        ProjectChangedV1,
        AssetRegisteredV1,
        AssetChangedV1,
        RightConfirmedV1,
        IncomeDistributedV1,
        IncomeStoppedV1,
        AssetDisposedV1,
        HouseholdStatusChangedV1,
        WebhookDisabledV1,
        FeedbackGivenV1,
    ]
)
