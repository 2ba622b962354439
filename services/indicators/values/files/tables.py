"""The board and lists of values as files that spreadsheets open, with Chinese headings: CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import ATTRIBUTES
from services.indicators.holdings import service as holdings
from services.indicators.values.ages import data_age
from services.indicators.values.domain import Board, Row, Stored, Value
from services.indicators.values.words import BESIDE, COMPARED, STATUSES, reading_words
from shared import clock
from shared.codes import divisions
from shared.feeds import catalogue
from shared.numbers import plain
from shared.sheets.blank import opened
from shared.sheets.cells import guarded
from shared.sheets.domain import MAX_CELL

Cell = str | int | Decimal | None

_BOARD = (
    "序号", "指标", "属性", "2021年（原文）", "2025年（原文）", "数值所属区划", "数值", "单位", "分子", "分母", "状态",
    "不可计算的原因", "口径说明", "旁列", "基期值", "比较", "目标值", "官方公布值", "公布值期间", "公布值依据",
    "其他读法", "截至日期", "知悉时间", "数据时效", "公式版本",
)  # fmt: skip
_VALUES = (
    "序号", "指标", "行政区划代码", "行政区划", "期间", "数值", "单位", "分子", "分母", "状态", "不可计算的原因",
    "口径说明", "旁列", "截至日期", "知悉时间", "数据时效", "公式版本", "发布时间", "被取代时间", "重述的数值编号",
    "数值编号",
)  # fmt: skip


def board_rows(board: Board, today: date) -> list[tuple[Cell, ...]]:
    """The board under its headings, the first row."""
    year = int(board.period[:4])
    return [_BOARD, *(_board_row(row, board.division_code, year, today) for row in board.rows)]


def value_rows(values: Sequence[Stored], today: date) -> list[tuple[Cell, ...]]:
    """Values under their headings, the first row."""
    return [_VALUES, *(_value_row(stored, today) for stored in values)]


def _board_row(row: Row, board_code: str, year: int, today: date) -> tuple[Cell, ...]:
    indicator, value, official = row.indicator, row.value, row.official
    target = indicator.target_of(year, definitions.catalogue().plan)
    readings = "；".join(
        f"{one.reading.title}：{reading_words(one.status, one.reading.population)}" for one in row.readings
    )
    return (
        indicator.number,
        indicator.title,
        ATTRIBUTES[indicator.attribute],
        indicator.plan_2021,
        indicator.plan_2025,
        divisions.path(row.value_division or board_code),
        *(_numbers(value) if value else (None, indicator.unit, None, None, STATUSES["not_computable"], row.otherwise)),
        value.basis if value else None,
        _beside(value) if value else None,
        indicator.baseline,
        COMPARED[indicator.comparison],
        target,
        official.value if official else None,
        official.period if official else None,
        official.document if official else None,
        readings or None,
        *(_age(value, today) if value else (None, None, None)),
        indicator.formula.version,
    )


def _value_row(stored: Stored, today: date) -> tuple[Cell, ...]:
    value = stored.value
    return (
        value.number,
        definitions.get(value.code).title,
        value.division_code,
        divisions.path(value.division_code),
        value.period,
        *_numbers(value),
        value.basis,
        _beside(value),
        *_age(value, today),
        value.formula_version,
        _minute(stored.published_at),
        _minute(stored.replaced_at) if stored.replaced_at else None,
        str(stored.restates) if stored.restates else None,
        str(stored.value_id),
    )


def _numbers(value: Value) -> tuple[Cell, ...]:
    return value.value, value.unit, value.numerator, value.denominator, STATUSES[value.status], value.reason


def _beside(value: Value) -> str | None:
    inputs = definitions.catalogue().inputs
    named = {name: inputs[name].title if name in inputs else BESIDE.get(name, name) for name in value.beside}
    return "；".join(f"{named[name]} {plain(number)}" for name, number in value.beside.items()) or None


def _age(value: Value, today: date) -> tuple[Cell, ...]:
    ages = "；".join(
        f"{_source(age.department, age.kind)} {'从未收到' if age.age_days is None else f'{age.age_days} 天'}"
        f"{'（逾期）' if age.overdue else ''}"
        for age in data_age(value.sources, today)
    )
    return value.as_of.isoformat(), _minute(value.known_at), ages or None


def _source(department: str, kind: str) -> str:
    if kind == "observation":
        return f"{definitions.catalogue().departments.get(department, department)}填报的观测值"
    if f"{department}/{kind}" == holdings.FEED:
        return holdings.TITLE
    return catalogue.get(department, kind).title


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def as_csv(rows: Sequence[tuple[Cell, ...]]) -> bytes:
    """Comma-separated, UTF-8 with a byte order mark, so that Excel and WPS read the Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> Cell:
    if isinstance(cell, Decimal):
        return plain(cell)
    return guarded(cell) if isinstance(cell, str) else cell


def as_xlsx(rows: Sequence[tuple[Cell, ...]], sheet_name: str) -> bytes:
    """A workbook of one sheet. Texts stay texts, whatever they begin with; numbers are numbers."""
    out = io.BytesIO()
    with opened(out) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1})
        sheet = book.add_worksheet(sheet_name)
        sheet.set_column(0, len(rows[0]) - 1, 16)
        sheet.freeze_panes(1, 2)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, guarded(cell)[:MAX_CELL], bold if number == 0 else None)
                elif cell is not None:
                    sheet.write_number(number, column, float(cell))
    return out.getvalue()
