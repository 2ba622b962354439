"""因灾因事故伤亡 (kind 16): a person hurt or lost in a disaster or an accident, an event."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.across import not_before_birth
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import OneOf, PastDay, described
from shared.feeds.legal import legal_basis


class Casualty(PersonRecord):
    """一个人在一次灾害或事故中的伤亡。"""

    cause: Annotated[str, OneOf("casualty_cause")] = described("伤亡原因", example="traffic", required=True)
    occurred_on: PastDay = described("发生日期", "灾害或事故发生的日期", example="2026-05-08", required=True)
    outcome: Annotated[str, OneOf("casualty_outcome")] = described(
        "伤亡结果", "后来变化的（如受伤后致残），以较新的版本更正", example="injured", required=True
    )


def check(draft: Draft) -> None:
    """Nobody is hurt before being born."""
    not_before_birth(draft, "occurred_on")


FEED = Feed(
    number=16,
    department="emergency",
    kind="casualty",
    title="因灾因事故伤亡",
    description="农牧民在自然灾害、生产安全事故、交通事故、火灾等意外中的伤亡，用于发现突发严重困难的户。",
    model=Casualty,
    retract_model=PersonRetract,
    shape="event",
    subject="person",
    own_date=lambda values: values["occurred_on"],
    own_date_text="发生日期",
    cadence="随事件报送，每月零报告",
    overdue_days=40,
    check=check,
    legal_basis=legal_basis("emergency/casualty"),
    examples=(
        {
            "source_id": "SW-2026-000123",
            "source_updated_at": "2026-05-09T11:20:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "cause": "traffic",
            "occurred_on": "2026-05-08",
            "outcome": "injured",
        },
    ),
)
