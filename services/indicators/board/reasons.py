"""Why somebody behind a number does not count in its numerator, and which records moved one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.indicators.cohort import service as cohort
from services.indicators.definitions.domain import Indicator
from services.indicators.lineage.domain import PARTS, Part
from services.indicators.restatements.domain import Cause

_SHORT: Mapping[str, tuple[str, str]] = {
    "insured_members": ("没有本年度的参保记录", "本年度的记录为未参保"),
    "housed_members": ("没有住房安全鉴定记录", "住房鉴定为C级或D级，没有鉴定以后验收合格的改造记录"),
    "schooled_members": ("没有学籍与控辍记录", "学籍记录为辍学、疑似辍学等没有保障的情形"),
    "watered_members": ("没有饮水安全检测记录", "饮水检测未达标"),
    "linked_households": ("没有企业利益联结记录", "利益联结记录不紧密，或者不在存续期内"),
    "enrolled_disabled": ("没有学籍记录", "学籍记录不是在读、复学或送教上门"),
    "employed_resettled": ("没有就业台账记录", "就业记录不满3个月、已结束，或者为求职中"),
    "earning_resettled": ("没有产业帮扶或利益联结记录", "没有正在实施的产业帮扶，也没有存续的利益联结"),
}
"""By calculation: what is said of a unit without a record in force, and of one whose records fall short."""
_WITHOUT_YEAR = ("没有{year}年（截至12月）的收入报告", "没有{before}年（截至12月）的收入报告")
_INCOME_PARTS: Mapping[Part, str] = {
    "numerator": "两年都有收入报告的户",
    "denominator": "对照的收入",
    "missing": "缺收入报告、没有计入的户",
    "beside": "被减的增速",
}


def means(indicator: Indicator) -> bool:
    """Whether households with their incomes are behind the number."""
    return indicator.formula.name in cohort.INCOMES


def part_title(indicator: Indicator, part: Part) -> str:
    """What a part of the number is called; of incomes no numerator, but households."""
    return _INCOME_PARTS[part] if means(indicator) else PARTS[part]


def why_not(indicator: Indicator, year: int, *, recorded: bool) -> str:
    """Why a unit is not in the numerator."""
    texts = _WITHOUT_YEAR if means(indicator) else _SHORT.get(indicator.formula.name or "", ("没有记录", "记录未达标"))
    return texts[recorded].format(year=year, before=year - 1)


def moving(causes: Iterable[Cause]) -> list[Cause]:
    """One cause for each record or figure: a record that concerns several persons is one."""
    named = {
        (one.department, one.record_kind, one.source_id, one.observation_id): one
        for one in causes
        if one.kind != "method"
    }
    return list(named.values())
