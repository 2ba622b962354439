"""The template (填报模板): a sheet 数据 with drop-downs, 填写说明, and the lists of what may be entered."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import LEVELS
from services.indicators.definitions.periods import TITLES as PERIODS
from services.indicators.observations.files.rows import MAX_ROWS, OFFICIAL_TITLE
from services.indicators.observations.spots import TITLES
from shared.codes import divisions
from shared.sheets.blank import opened
from shared.sheets.workbook import DATA_SHEET, GUIDE_SHEET

INPUTS_SHEET, INDICATORS_SHEET, DIVISIONS_SHEET, UNITS_SHEET = "观测项", "指标", "区划", "单位"
_REQUIRED = frozenset({"input", "division_code", "period", "value", "unit", "document"})
_WIDTHS = {"input": 34, "indicator": 34, "document": 40, "restatement_reason": 30, "supersedes": 38}
_MUST, _MAY = "#F8CBAD", "#DDEBF7"
_RULES = (
    "只在“数据”工作表中填写；不要改列名，不要合并单元格，一行一个观测值。橙色列必填，蓝色列可不填。",
    "“观测项”从下拉列表中选；每项可用的单位、层级和期间见“观测项”工作表。",
    "“区划代码”为 12 位数字，见“区划”工作表；“区划名称”可不填，填了就会与代码核对。嘎查村代码同底册。",
    "“期间”写成 2025、2025-Q1 或 2025-03。“数值”只写数字，不写单位。",
    f"公报、规划等已公布的指标数字：“观测项”选“{OFFICIAL_TITLE}”，“指标”选是哪一项；有分子、分母的一并填写。",
    "更正已报的值：在“更正的观测值编号”中写现行值的编号；期间已经审定的，还须写“重报原因”。",
    "约束性指标的观测值，以及审定后的补报和更正，由另一人审核同意后才生效。",
    "一个文件全部保存或全部不保存；有不符合要求的，逐行逐格指明。",
)


def template() -> bytes:
    """An XLSX to be filled in."""
    out = io.BytesIO()
    with opened(out) as book:
        _data(book)
        _guide(book)
        _list(
            book, INPUTS_SHEET, ("观测项", "代码", "单位", "填报层级", "期间", "数值范围", "小数位", "审核"), _inputs()
        )
        _list(book, INDICATORS_SHEET, ("指标", "代码", "单位", "填报层级", "审核"), _indicators())
        _list(book, DIVISIONS_SHEET, ("区划代码", "区划名称", "层级"), _divisions())
        _list(book, UNITS_SHEET, ("单位",), ([unit] for unit in _units()))
    return out.getvalue()


def _data(book: Workbook) -> None:
    sheet: Worksheet = book.add_worksheet(DATA_SHEET)
    text = book.add_format({"num_format": "@"})
    look = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "num_format": "@"}
    must, may = (book.add_format(look | {"bg_color": colour}) for colour in (_MUST, _MAY))
    for index, (name, title) in enumerate(TITLES.items()):
        sheet.set_column(index, index, _WIDTHS.get(name, 16), text)
        sheet.write_string(0, index, title, must if name in _REQUIRED else may)
    sheet.freeze_panes(1, 0)
    catalogue = definitions.catalogue()
    counts = {
        "input": (INPUTS_SHEET, len(catalogue.inputs) + 1),
        "indicator": (INDICATORS_SHEET, len(catalogue.indicators)),
        "unit": (UNITS_SHEET, len(_units())),
    }
    for name, (source, count) in counts.items():
        at = list(TITLES).index(name)
        options = {
            "validate": "list",
            "source": f"={source}!$A$2:$A${count + 1}",
            "error_title": TITLES[name],
            "error_message": "请从下拉列表中选择。",
        }
        sheet.data_validation(1, at, MAX_ROWS, at, options)


def _guide(book: Workbook) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET)
    sheet.set_column(0, 0, 120)
    sheet.write_string(0, 0, "指标观测值 填写说明", book.add_format({"bold": True, "font_size": 14}))
    for number, rule in enumerate(_RULES, 1):
        sheet.write_string(number, 0, f"{number}. {rule}")


def _list(book: Workbook, title: str, headings: Sequence[str], rows: Iterator[list[str]]) -> None:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "border": 1, "bg_color": _MAY})
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, 0, 36, text)
    sheet.set_column(1, len(headings), 22, text)
    for index, heading in enumerate(headings):
        sheet.write_string(0, index, heading, head)
    for number, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            sheet.write_string(number, index, cell, text)
    sheet.freeze_panes(1, 0)


def _inputs() -> Iterator[list[str]]:
    for code, entry in definitions.catalogue().inputs.items():
        yield [
            entry.title,
            code,
            "或".join(entry.units),
            "、".join(LEVELS[level] for level in entry.levels),
            "、".join(PERIODS[period] for period in entry.periods),
            f"{entry.minimum} 至 {entry.maximum}",
            str(entry.decimals),
            "须另一人审核" if entry.binding else "",
        ]
    yield [OFFICIAL_TITLE, "official_value", "同指标", "同指标", "同指标", "", "4", "约束性指标须另一人审核"]


def _indicators() -> Iterator[list[str]]:
    for indicator in definitions.catalogue().indicators:
        levels = "、".join(LEVELS[level] for level in indicator.levels)
        checked = "须另一人审核" if indicator.binding else ""
        yield [indicator.title, indicator.code, indicator.unit, levels, checked]


def _divisions() -> Iterator[list[str]]:
    """City, banners and townships; the villages are in the register."""
    titles = {str(level): title for level, title in LEVELS.items()}
    for division in divisions.all_divisions():
        if division.level != "village":
            yield [division.code, divisions.path(division.code), titles[division.level]]


def _units() -> list[str]:
    """Every unit that an input or an indicator has."""
    catalogue = definitions.catalogue()
    units = [unit for entry in catalogue.inputs.values() for unit in entry.units]
    return list(dict.fromkeys([*units, *(indicator.unit for indicator in catalogue.indicators)]))
