"""A snapshot as an XLSX for the files: what was frozen, its totals, by which methods, and what was restated."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from services.indicators.assessments.schemas import AssessmentOut, MethodOut, RestatedOut, RowOut, TallyOut
from services.indicators.assessments.words import METHOD_WORDS, day, minute, paths, statuses
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import ATTRIBUTES, FAMILIES
from services.indicators.holdings import service as holdings
from services.indicators.values.words import COMPARED, reading_words
from shared.codes import divisions
from shared.feeds.catalogue import FEEDS
from shared.numbers import plain
from shared.sheets.blank import opened
from shared.sheets.cells import guarded
from shared.sheets.domain import MAX_CELL

_TARGETS = (
    "序号", "类别", "指标", "规划出处", "属性", "责任部门", "行政区划", "期间", "数值", "单位", "分子", "分母",
    "基期值", "目标", "状态", "其他读法", "官方公布值", "公布依据", "不可计算的原因", "口径说明", "截至日期",
    "知悉时间", "公式版本", "数据时效",
)  # fmt: skip
_TALLIES = ("区划或部门", "指标数")
_METHODS = ("指标代码", "指标", "公式版本", "公式来源", "公式", "分子", "分母", "小数位数", "路径")
_RESTATED = ("序号", "指标代码", "指标", "行政区划", "期间", "重述前", "重述后", "差", "原因", "重述时间", "数值编号")

Cell = str | int | Decimal | None


def as_workbook(shown: AssessmentOut) -> bytes:
    """The snapshot as it is shown to this caller. Texts stay texts, whatever they begin with."""
    sheets = (
        ("说明", ("项目", "内容"), _head(shown)),
        ("冻结的指标", _TARGETS, [_target(row) for row in shown.items]),
        (
            "合计",
            (*_TALLIES, *statuses().values()),
            [_tally(tally) for tally in (*shown.divisions, *shown.departments)],
        ),
        ("采用的方法", _METHODS, [_method(method) for method in shown.methods]),
        ("冻结之后的重述", _RESTATED, [_restated(item) for item in shown.restated]),
    )
    out = io.BytesIO()
    with opened(out) as book:
        bold = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DDEBF7"}
        )
        for name, titles, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(titles) - 1, 18)
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(titles):
                sheet.write_string(0, column, title, bold)
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, guarded(cell)[:MAX_CELL])
                    elif cell is not None:
                        sheet.write_number(number, column, float(cell))
    return out.getvalue()


def _head(shown: AssessmentOut) -> list[tuple[Cell, ...]]:
    closed = "尚未审定" if shown.period_closed_at is None else f"{minute(shown.period_closed_at)} 审定"
    return [
        ("名称", shown.title),
        ("种类", shown.kind_title),
        ("年度", f"{shown.year}（生成时{closed}）"),
        ("尚待计算的变动", f"{shown.waiting} 项"),
        ("状态判定方法", f"第 {shown.method_version} 版"),
        ("规划", shown.document),
        ("生成人", shown.made_by),
        ("生成时间", minute(shown.made_at)),
        ("摘要（SHA-256）", f"{shown.sha256}（对全部 {shown.rows} 行计算，读取时已核对）"),
        ("快照编号", str(shown.assessment_id)),
    ]


def _target(row: RowOut) -> tuple[Cell, ...]:
    return (
        row.number,
        FAMILIES[row.family],
        row.title,
        row.place,
        ATTRIBUTES[row.attribute],
        row.department,
        _place(row.division_code),
        row.period,
        row.value,
        row.unit,
        row.numerator,
        row.denominator,
        row.baseline,
        COMPARED[row.comparison] + ("" if row.target is None else f" {plain(row.target.normalize())}"),
        statuses()[row.status],
        "；".join(f"{one.title}：{reading_words(one.status, one.population)}" for one in row.readings) or None,
        row.official.value if row.official else None,
        row.official.document if row.official else None,
        row.reason,
        row.basis,
        day(row.as_of),
        minute(row.known_at),
        row.formula_version,
        "；".join(_ages(row)),
    )


def _ages(row: RowOut) -> Iterable[str]:
    for age in row.data_age:
        known = "从未收到" if age.age_days is None else f"{age.age_days} 天"
        yield f"{_source(age.department, age.kind)} {known}{'（逾期）' if age.overdue else ''}"


def _source(department: str, kind: str) -> str:
    if f"{department}/{kind}" == holdings.FEED:
        return holdings.TITLE
    found = FEEDS.get((department, kind))
    return found.title if found else f"{definitions.catalogue().departments.get(department, department)}观测值"


def _tally(tally: TallyOut) -> tuple[Cell, ...]:
    return (tally.title, tally.targets, *(tally.statuses.get(status, 0) for status in statuses()))


def _method(method: MethodOut) -> Sequence[Cell]:
    return (
        method.code,
        _title(method.code),
        method.version,
        METHOD_WORDS[method.method],
        method.text,
        method.numerator,
        method.denominator,
        method.precision,
        paths()[method.path],
    )


def _restated(item: RestatedOut) -> tuple[Cell, ...]:
    return (
        item.number,
        item.code,
        _title(item.code),
        _place(item.division_code),
        item.period,
        item.before,
        item.after,
        item.delta,
        item.reason,
        minute(item.published_at),
        str(item.value_id),
    )


def _title(code: str) -> str | None:
    """An indicator's title, if it is still defined: the snapshot may be older than today's definitions."""
    found = definitions.catalogue().by_code().get(code)
    return found.title if found else None


def _place(code: str) -> str:
    found = divisions.get(code)
    return found.name if found else code
