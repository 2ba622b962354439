"""What the templates of this room say things with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.assets.disposal.levels import levels
from services.assets.findings import service as findings
from services.assets.income.answers import STATES as PLAN_STATES
from services.assets.ledger.domain import DISPOSED, IDLE, IN_USE, LOST
from services.assets.overview.service import FIRST_YEAR, LAST_YEAR, plan
from services.assets.overview.telling import money, place
from services.assets.terms.schemas import LISTS, word
from shared import clock

TEMPLATES = Path(__file__).parent / "templates"
CLASSES: Mapping[str, str] = LISTS["asset_class"]["values"]
STATES: Mapping[str, str] = LISTS["asset_state"]["values"]
SOURCES: Mapping[str, str] = LISTS["fund_source"]["values"]
FINDING_STATES: Mapping[str, str] = {"open": "未说明", "explained": "已说明", "closed": "已销号"}
MARKS: Mapping[str, str] = {IN_USE: "fine", IDLE: "normal", LOST: "urgent", DISPOSED: ""}
"""The shell's class for a state of an asset; colour only repeats the word."""
_STANDING = {"lifted": "脱贫户", "monitored": "监测对象", "general": "一般农牧户", "shareholder": "份额持有人"}
_LEVELS = {level.level: level.title for lines in levels().values() for level in lines}


def percent(part: int, whole: int) -> str:
    """A share rounded down to a tenth: never `100.0%` before the last one; a dash of nothing."""
    permille = 1000 * part // whole if whole else None
    return "—" if permille is None else f"{permille // 10}.{permille % 10}%"


def deadline(day: date, today: date) -> str:
    """How long is left, or by how long it is over."""
    days = (day - today).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"已超期 {-days} 天"


def words() -> dict[str, Any]:
    """What the templates say things with."""
    return {
        "today": clock.today(),
        "classes": CLASSES,
        "states": STATES,
        "sources": SOURCES,
        "finding_kinds": findings.kinds(),
        "finding_states": FINDING_STATES,
        "plan_states": PLAN_STATES,
        "marks": MARKS,
        "levels": _LEVELS,
        "standing": _STANDING,
        "plan": plan(),
        "plan_years": range(FIRST_YEAR, LAST_YEAR + 1),
        "word": word,
        "money": money,
        "percent": percent,
        "deadline": deadline,
        "place_of": place,
        "minute_of": _minute,
    }


def _minute(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
