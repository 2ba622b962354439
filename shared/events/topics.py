"""The topics: who writes, who reads, what the key is (architecture §6).

A topic's partition of a key is part of the contract: `crc32(key) % partitions`, which is librdkafka's
partitioner `consistent` (`shared.messaging.domain.partition_of`).
"""

from __future__ import annotations

from dataclasses import dataclass

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
from shared.events.records import RecordAcceptedV1, RecordRetractedV1, feed_topic
from shared.events.values import IndicatorBreachedV1, TargetPublishedV1, ValuePublishedV1, ValueRestatedV1
from shared.events.warnings import WarningClosedV1, WarningRaisedV1, WarningSupersededV1, WarningUpdatedV1
from shared.events.webhooks import WebhookDisabledV1
from shared.feeds.catalogue import DEPARTMENTS

PARTITIONS = 12
RETENTION_DAYS = 30
DEAD_SUFFIX = ".dead"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that a service owns. `key` says in words what its messages are keyed by."""

    name: str
    title: str
    key: str
    producer: str
    consumers: tuple[str, ...] = ()
    events: tuple[type[Event], ...] = ()
    partitions: int = PARTITIONS

    @property
    def dead(self) -> str:
        """Where messages go that do not parse."""
        return self.name + DEAD_SUFFIX


RECONCILIATION = FeedReconciledV1.TOPIC
WARNINGS = WarningRaisedV1.TOPIC
ASSETS = ProjectRegisteredV1.TOPIC
VALUES = ValuePublishedV1.TOPIC
FEEDBACK = FeedbackGivenV1.TOPIC
HOUSEHOLDS = HouseholdStatusChangedV1.TOPIC

_FEEDS = tuple(
    Topic(
        feed_topic(department),
        f"部门数据：{title}",
        "person key, or household number for household kinds",
        "ingest",
        ("screening", "indicators"),
        (RecordAcceptedV1, RecordRetractedV1),
    )
    for department, title in DEPARTMENTS.items()
)

TOPICS: tuple[Topic, ...] = (
    *_FEEDS,
    Topic(
        RECONCILIATION,
        "数据清单与时效",
        "department",
        "ingest",
        ("screening", "indicators"),
        (FeedReconciledV1, FreshnessChangedV1),
    ),
    Topic(
        WARNINGS,
        "预警变化",
        "household number",
        "screening",
        ("indicators",),
        (WarningRaisedV1, WarningUpdatedV1, WarningClosedV1, WarningSupersededV1),
    ),
    Topic(
        HOUSEHOLDS,
        "农户状态",
        "household number",
        "screening",
        ("indicators", "assets"),
        (HouseholdStatusChangedV1,),
    ),
    Topic(FEEDBACK, "核实反馈", "department", "screening", (), (FeedbackGivenV1,)),
    Topic(WebhookDisabledV1.TOPIC, "推送订阅", "webhook id", "screening", (), (WebhookDisabledV1,)),
    Topic(
        ASSETS,
        "项目资产台账",
        "project or asset id",
        "assets",
        ("screening", "indicators"),
        (
            ProjectRegisteredV1,
            ProjectChangedV1,
            AssetRegisteredV1,
            AssetChangedV1,
            RightConfirmedV1,
            IncomeDistributedV1,
            IncomeStoppedV1,
            AssetDisposedV1,
        ),
    ),
    Topic(
        VALUES,
        "指标数值",
        "indicator code",
        "indicators",
        (),
        (ValuePublishedV1, ValueRestatedV1, TargetPublishedV1, IndicatorBreachedV1),
    ),
)
BY_NAME = {topic.name: topic for topic in TOPICS}
FEED_TOPICS: tuple[str, ...] = tuple(topic.name for topic in _FEEDS)


def names(*, dead: bool = True) -> list[str]:
    """Every topic that must exist, dead-letter topics included unless `dead` is False."""
    plain = [topic.name for topic in TOPICS]
    return plain + [topic.dead for topic in TOPICS] if dead else plain
