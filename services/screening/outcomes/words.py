"""What an officer reads of a warning that takes no verdict."""

from __future__ import annotations

from datetime import datetime

from services.screening.outcomes.domain import STATES, Entry
from services.screening.warnings.domain import HouseholdWarning
from shared import clock


def refusal(warning: HouseholdWarning, last: Entry | None) -> str:
    """Why the warning takes no verdict now: its state, and who brought it there (`last`)."""
    if warning.state == "superseded":
        return "这件预警已因部门数据更正、撤回或迟到而撤销，不需要再核实。"
    told = last is not None and last.act == warning.state
    by = f"由 {last.decided_by} 于 {minute(last.decided_at)} " if last is not None and told else ""
    after = "请直接登记属实或不属实" if warning.state == "verifying" else "不能再次登记"
    return f"这件预警已{by}登记为“{STATES[warning.state]}”，{after}。"


def minute(moment: datetime) -> str:
    """An instant as an officer in Ordos reads it."""
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
