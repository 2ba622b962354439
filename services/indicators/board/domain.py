"""How the pages say things: a number with its unit, a target, a status, an age, in a clerk's words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from services.indicators.definitions.domain import COMPARISONS, Comparison, Indicator
from services.indicators.values.domain import Status

SHARE = Decimal(100)
"""All of it: where the scale of a percentage ends."""
_FINEST = Decimal("0.001")
METHODS: Mapping[str, str] = {
    "plan": "规划给出的算法",
    "practice": "统计年鉴的惯例",
    "ours": "本平台的算法，官方没有公布计算表",
}
MARKS: Mapping[Status, str] = {
    "achieved": "fine",
    "on_track": "fine",
    "behind": "normal",
    "reversed": "high",
    "gap_open": "normal",
    "breached": "urgent",
    "no_baseline": "",
    "no_target": "",
    "not_computable": "",
}
"""The shell's class for a status, in the order in which a summary counts them; colour only repeats the word."""


def number_words(number: Decimal | None, unit: str) -> str:
    """`98.21%`, `+1.2 个百分点`, `21,183.9 万元`; a dash where there is no number."""
    if number is None:
        return "—"
    plain = plain_words(number)
    if unit == "百分点":
        return f"{'+' if number > 0 else ''}{plain} 个百分点".replace("-", "−")
    return f"{plain}%" if unit == "%" else f"{plain} {unit}".rstrip().replace("-", "−")


def plain_words(number: Decimal) -> str:
    """A number without unit, exponent or idle zeros, thousands apart, to a thousandth at most."""
    exponent = number.as_tuple().exponent
    short = number.quantize(_FINEST) if isinstance(exponent, int) and exponent < -3 else number
    text = f"{short:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_words(comparison: Comparison, target: Decimal | None, unit: str) -> str:
    """`≥ 75%`; what only has to rise says so."""
    if comparison == "rising":
        return "高于上年" if target is None else f"高于上年（{number_words(target, unit)}）"
    if target is None:
        return "—"
    return f"{COMPARISONS[comparison]} {number_words(target, unit)}"


def parts_words(numerator: Decimal | None, denominator: Decimal | None) -> str:
    """`318 ÷ 735`; empty where there is no such pair."""
    if numerator is None or denominator is None:
        return ""
    return f"{plain_words(numerator)} ÷ {plain_words(denominator)}"


def yuan_words(fen: int) -> str:
    """An amount of fen in yuan: `18,330`, `0.5`."""
    return plain_words(Decimal(fen) / SHARE)


def delta_words(delta: Decimal | None, unit: str) -> str:
    """How far a restated number is from the closed one; of shares the difference is in points."""
    if delta is None:
        return "差额无法计算"
    if delta == 0:
        return "数值未变"
    return f"{'增加' if delta > 0 else '减少'} {number_words(abs(delta), '' if unit in ('%', '百分点') else unit)}" + (
        " 个百分点" if unit in ("%", "百分点") else ""
    )


def age_words(age_days: int | None) -> str:
    """How long ago a source was last heard of."""
    if age_days is None:
        return "从未报送"
    return "当天" if age_days == 0 else f"{age_days} 天前"


def full_scale(indicator: Indicator) -> Decimal | None:
    """Where the scale of an indicator ends, if that is known beforehand."""
    return SHARE if indicator.unit == "%" else None


def drawn(indicator: Indicator) -> bool:
    """Whether a bar is drawn of it: gaps in points have no scale that they share."""
    return indicator.unit != "百分点"


def tally(statuses: Iterable[Status]) -> list[tuple[Status, int]]:
    """How many rows have each status, in the order of MARKS; none that no row has."""
    found = list(statuses)
    return [(name, found.count(name)) for name in MARKS if name in found]
