"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class WarningNotFoundError(NotFoundError):
    """No such warning, or not in the caller's division."""

    code = "warning_not_found"
    title = "未找到预警"


class RuleNotInForceError(NotFoundError):
    """The rule exists, but was not in force on the day asked, or not known at the instant asked."""

    code = "rule_not_in_force"
    title = "规则当时没有施行"
