"""What this room refuses beside the rules of entries."""

from __future__ import annotations

from shared.errors import ConflictError


class ApprovalLevelError(ConflictError):
    """The asset's class and value ask for an approver of a higher level."""

    code = "approval_level"
    title = "超出本级审批权限"
