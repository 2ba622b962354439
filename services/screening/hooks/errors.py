"""Refusals of this room."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class WebhookNotFoundError(NotFoundError):
    """No such subscription, not the caller's, or wider than the caller's division."""

    code = "webhook_not_found"
    title = "未找到推送订阅"


class MessageNotFoundError(NotFoundError):
    """The subscription never sent such an event, or its log has forgotten it."""

    code = "message_not_found"
    title = "未找到推送记录"


class AddressRefusedError(InvalidError):
    """The address is not one that this site sends to; the problem says why."""

    code = "webhook_address_refused"
    title = "推送地址不允许"


class TooManyWebhooksError(ConflictError):
    """The caller has as many subscriptions as one may have."""

    code = "too_many_webhooks"
    title = "推送订阅过多"


class RotationRunningError(ConflictError):
    """Two secrets sign already; a third would cut off a receiver that still has the first."""

    code = "rotation_running"
    title = "上次更换密钥仍在并用期内"


class FilterRuleError(InvalidError):
    """A filter names a rule that there is not, so it would be silent for ever."""

    code = "filter_rule_unknown"
    title = "没有这条规则"


class WebhooksOffError(ConflictError):
    """The site has no key to keep secrets under, so it sends nothing."""

    code = "webhooks_off"
    title = "推送未启用"
