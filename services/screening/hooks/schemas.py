"""Shapes of subscriptions, their secrets, and the log of what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.screening.hooks.addresses import MAX_URL
from services.screening.hooks.domain import DEFAULT_OVERLAP_HOURS, Failure, Logged, MessageState, Why, Wish
from services.screening.hooks.service import Shown
from services.screening.warnings.schemas import Severity
from shared.http.paging import cursor

_URL = "https://receiver.example/warnings"
_CURSOR = r"^[0-9]{1,18}$"
_FAILURES = (
    "address_refused 地址不允许 · not_resolved 域名无法解析 · connect_failed 连接不上 · timed_out 超时 ·"
    " broken_answer 答复不完整 · not_a_success 答复不是 2xx（重定向也算失败）· secret_unreadable 平台读不出密钥"
)
Division = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
Rules = Annotated[list[Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}[a-z]?$")]], Field(min_length=1, max_length=64)]
Severities = Annotated[list[Severity], Field(min_length=1, max_length=4)]


class _Filtered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str | None = Field(None, title="说明", max_length=200)
    division: Division | None = Field(
        None,
        title="行政区划代码",
        description="只推送此区划之内的，12 位，或前 9 位、前 6 位；不填为订阅者的全部管辖范围",
    )
    rule: Rules | None = Field(None, title="规则代码", description="只推送这些规则的；不填为全部")
    severity: Severities | None = Field(None, title="等级", description="只推送这些等级的；不填为全部")


class WebhookBody(_Filtered):
    """新的推送订阅"""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": _URL, "division": "150625", "severity": ["urgent", "high"]}]}
    )

    url: str = Field(title="推送地址", description="https 网址，所指的地址须在平台允许的网段内", max_length=MAX_URL)
    after: str | None = Field(
        None, title="游标", description="从变更流的这个位置之后开始推送；不填从现在开始", pattern=_CURSOR
    )

    def wish(self) -> Wish:
        """As the service takes it."""
        after = None if self.after is None else int(self.after)
        return Wish(self.url, self.description, self.division, self.rule, list_of(self.severity), after)


class WebhookChangeBody(_Filtered):
    """推送订阅的更改，只写要改的；筛选条件写 null 为不限"""

    model_config = ConfigDict(json_schema_extra={"examples": [{"severity": ["urgent"], "enabled": True}]})

    url: str | None = Field(None, title="推送地址", max_length=MAX_URL)
    enabled: bool | None = Field(None, title="启用", description="停用后重新启用，从停下的地方继续")

    @model_validator(mode="after")
    def _what_cannot_be_empty(self) -> Self:
        for name in ("url", "enabled"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} 不能为 null")
        return self

    def wanted(self) -> dict[str, Any]:
        """The fields that were given, as the service names them."""
        named = {"rule": "rules", "severity": "severities"}
        return {named.get(name, name): getattr(self, name) for name in sorted(self.model_fields_set)}


class RotationBody(BaseModel):
    """更换密钥"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: int = Field(
        DEFAULT_OVERLAP_HOURS,
        title="并用小时数",
        description="其间每次推送带新旧两个签名；0 为旧密钥立即作废",
        ge=0,
        le=168,
    )


class RedeliveryBody(BaseModel):
    """要重新推送的：一个事件，或变更流的一段"""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"after": "0", "until": "1024"}]}
    )

    event_id: str | None = Field(None, title="事件编号", min_length=1, max_length=200)
    after: str | None = Field(None, title="起", description="从这个游标之后", pattern=_CURSOR)
    until: str | None = Field(None, title="止", description="到这个位置，含", pattern=_CURSOR)

    @model_validator(mode="after")
    def _one_or_a_range(self) -> Self:
        ends = (self.after is None, self.until is None)
        if ends != ((self.event_id is not None),) * 2:
            raise ValueError("请给出 event_id，或同时给出 after 和 until")
        if self.after is not None and self.until is not None and int(self.after) >= int(self.until):
            raise ValueError("until 须大于 after")
        return self


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WebhookOut(_Out):
    """推送订阅"""

    webhook_id: UUID = Field(title="订阅编号")
    url: str = Field(title="推送地址")
    description: str | None = Field(title="说明")
    division: str | None = Field(title="行政区划代码", description="null 为订阅者的全部管辖范围")
    rule: list[str] | None = Field(title="规则代码", description="null 为全部")
    severity: list[Severity] | None = Field(title="等级", description="null 为全部")
    enabled: bool = Field(title="启用")
    disabled_reason: Why | None = Field(
        title="停用原因",
        description="owner 订阅者停用 · retries_exhausted 重试到最后仍未送达 · gone 接收方答复 410 ·"
        " cursor_expired 停下处之后的变更已过保留期，请重新订阅",
    )
    disabled_at: datetime | None = Field(title="停用时间", description="UTC")
    not_before: datetime | None = Field(title="暂停至", description="接收方以 Retry-After 要求的；UTC")
    cursor: str = Field(title="游标", description="变更流取到的位置")
    waiting: int = Field(title="待送达条数", description="已取出而尚未送达的；其余仍在变更流中")
    former_secret_until: datetime | None = Field(title="旧密钥有效期至", description="UTC；null 为没有旧密钥")
    created_at: datetime = Field(title="订阅时间", description="UTC")
    updated_at: datetime = Field(title="更改时间", description="UTC")

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """As it is shown; the secret never is."""
        return cls(**plain(shown))


class WebhookSecretOut(WebhookOut):
    """推送订阅和它的密钥，密钥只在此时给出一次"""

    secret: str = Field(title="密钥", description="用来核对签名，whsec_ 开头；平台不再给出，请妥善保存")

    @classmethod
    def with_secret(cls, shown: Shown, secret: str) -> Self:
        """The one time that the secret is told."""
        return cls(**plain(shown), secret=secret)


class WebhookListOut(_Out):
    """推送订阅清单，先订阅的在前"""

    items: list[WebhookOut] = Field(title="推送订阅")
    next: str | None = Field(title="下一页位置", description="作为 `after` 传入；null 表示已到末尾")


class QueuedOut(_Out):
    """已排队的测试推送"""

    event_id: str = Field(title="事件编号", description="凭此在推送记录中查结果")


class RedeliveryOut(_Out):
    """已排队的重新推送"""

    queued: int = Field(title="条数", description="正在等待送达的不计")
    next: str | None = Field(title="游标", description="一次最多 1,000 条，作为 after 继续；null 为全部已排队")


class AttemptOut(_Out):
    """一次推送"""

    at: datetime = Field(title="时间", description="UTC")
    code: int | None = Field(title="响应码", description="null 为没有得到答复")
    milliseconds: int = Field(title="毫秒数")
    failure: Failure | None = Field(title="失败原因", description=f"送达为 null；{_FAILURES}")


class DeliveryOut(_Out):
    """一条推送及其各次尝试"""

    message_id: UUID = Field(title="推送编号")
    event_id: str = Field(title="事件编号", description="即请求头 webhook-id，接收方据此去重")
    type: str = Field(title="事件类型")
    position: int | None = Field(title="位置", description="变更流中的位置；测试推送为 null")
    household_no: str | None = Field(title="户编号", description="测试推送为 null")
    state: MessageState = Field(title="状态", description="pending 待送达 · delivered 已送达 · failed 测试推送未送达")
    due_at: datetime | None = Field(
        title="下次推送时间", description="最早在此时，同一户更早的一条送达之后；UTC；已有结果为 null"
    )
    created_at: datetime = Field(title="排队时间", description="UTC")
    attempts: list[AttemptOut] = Field(title="各次尝试", description="先的在前")


class DeliveryPageOut(_Out):
    """推送记录，新的在前"""

    items: list[DeliveryOut] = Field(title="推送记录")
    next: str | None = Field(title="下一页位置", description="作为 `after` 传入；null 表示已到末尾")

    @classmethod
    def of(cls, found: list[Logged], limit: int) -> Self:
        """A page of `limit + 1` that were asked for."""
        items = [DeliveryOut.model_validate(one) for one in found[:limit]]
        return cls(items=items, next=cursor(items[-1].message_id) if len(found) > limit else None)


def plain(shown: Shown) -> dict[str, Any]:
    """What may be told of a subscription."""
    webhook = shown.webhook
    same = ("webhook_id", "url", "description", "division", "enabled", "disabled_reason", "disabled_at", "not_before")
    return {name: getattr(webhook, name) for name in (*same, "created_at", "updated_at")} | {
        "rule": webhook.rules,
        "severity": webhook.severities,
        "cursor": str(webhook.cursor),
        "waiting": shown.waiting,
        "former_secret_until": webhook.former_until,
    }


def list_of(severities: list[Severity] | None) -> list[str] | None:
    """As plain texts."""
    return None if severities is None else [*severities]
