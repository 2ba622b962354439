"""What this room refuses beside the rules of entries."""

from __future__ import annotations

from shared.errors import NotFoundError


class PlanNotFoundError(NotFoundError):
    """No such plan, or none in the caller's division."""

    code = "plan_not_found"
    title = "没有这个分配方案"
