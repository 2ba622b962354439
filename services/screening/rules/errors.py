"""What the rules room refuses."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class RuleInvalidError(InvalidError):
    """A rule lacks a legal basis, or names evidence, a department or a severity that do not exist."""

    code = "rule_invalid"
    title = "规则不符合要求"


class UnknownRuleError(NotFoundError):
    """No rule of this code is known at that time."""

    code = "unknown_rule"
    title = "没有这条规则"
