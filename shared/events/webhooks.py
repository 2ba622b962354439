"""Subscriptions to webhooks (推送订阅), keyed by subscription on `screening.webhooks.v1`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import Event, Short


class WebhookDisabledV1(Event):
    """A subscription was disabled by the platform: its receiver failed to the last retry or said that it is gone,
    or what it has to go on from was purged."""

    TYPE: ClassVar[str] = "xianjie.webhook.disabled.v1"
    TITLE: ClassVar[str] = "推送订阅已停用"
    TOPIC: ClassVar[str] = "screening.webhooks.v1"

    webhook_id: Short = Field(title="订阅编号")
    owner: Short = Field(title="订阅者")
    reason: Literal["retries_exhausted", "gone", "cursor_expired"] = Field(
        title="原因",
        description="retries_exhausted: every retry failed; gone: the receiver answered 410; "
        "cursor_expired: the change feed no longer holds what comes next",
    )
    disabled_at: datetime = Field(title="停用时间")
    event_id: Short | None = Field(None, title="最后一次推送的事件")
    response_code: Annotated[int, Field(ge=100, le=999)] | None = Field(None, title="最后一次响应码")
    failure: Short | None = Field(None, title="最后一次失败的原因")
