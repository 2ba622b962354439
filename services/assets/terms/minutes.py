"""Minutes of a decision (表决): two thirds of all must attend and agree, not two thirds of those who came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BASIS = "农村集体经济组织法第二十七条、第二十八条：三分之二以上成员（代表）参加并同意"


def wrong(minutes: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """What is wrong with `members_total`, `present`, `in_favour`, `against`:
    (code, text, place); None when nothing is."""
    total, present, votes = minutes["members_total"], minutes["present"], minutes["in_favour"]
    if not 0 <= votes + minutes["against"] <= present <= total or total <= 0:
        return "minutes_do_not_add_up", "人数应满足：赞成＋反对 ≤ 到会 ≤ 应到，且应到大于 0", "/present"
    if 3 * present < 2 * total or 3 * votes < 2 * total:
        told = f"应到 {total}，到会 {present}，赞成 {votes}：到会和赞成都须达到全体的三分之二，不是到会人数的三分之二"
        return "less_than_two_thirds", told, "/in_favour"
    return None
