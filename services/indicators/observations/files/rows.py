"""A spreadsheet's rows as drafts: words become codes, numbers and days what they mean; what cannot be read is named."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.indicators.definitions import service as definitions
from services.indicators.observations.domain import OFFICIAL, Draft
from services.indicators.observations.errors import ObservationsRefusedError
from services.indicators.observations.schemas import ObservationIn
from services.indicators.observations.spots import TITLES, Spot
from shared.codes import divisions
from shared.errors import FieldError
from shared.privacy import mask
from shared.sheets import dates, numbers
from shared.sheets.domain import OUTCOME_TITLE, Cell, Said, Table, Unreadable, shown
from shared.sheets.errors import EmptySheetError, FileTooLargeError, LayoutError
from shared.sheets.reader import opened
from shared.sheets.titles import plain

MAX_ROWS = 10_000
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_NEAR = 0.4
OFFICIAL_TITLE = "已公布的数字"
_REQUIRED = ("input", "division_code", "period", "value", "unit", "document")
_NUMBERS = ("value", "numerator", "denominator")
_MESSAGES = {
    "missing": "没有填写。",
    "value": "应为数字，不带单位。",
    "numerator": "应为数字，不带单位。",
    "denominator": "应为数字，不带单位。",
    "division_code": "应为 12 位数字的区划代码（见“区划”工作表）。",
    "period": "应写成 2025、2025-Q1 或 2025-03。",
    "document_on": "应为日期，例如 2025-03-31。",
    "supersedes": "应为现行观测值的编号（见 GET /v1/observations）。",
    "unit": "应为 1 至 16 个字。",
    "document": "应在一行之内，2 至 200 个字。",
    "restatement_reason": "应在一行之内，2 至 200 个字。",
}


class Read(NamedTuple):
    """The drafts of a file with the spot of each."""

    drafts: list[Draft]
    spots: list[Spot]


def read(content: bytes, name: str) -> Read:
    """The drafts of a CSV or XLSX. Raises the refusals of `shared.sheets.errors` for the file as a whole,
    ObservationsRefusedError with every cell that cannot be read."""
    table, _ = opened(io.BytesIO(content), frozenset(TITLES.values()), name)
    fields = _matched(table)
    if not table.count:
        raise EmptySheetError(f"第 {table.title_row} 行是列名，下面没有数据")
    if table.count > MAX_ROWS:
        raise FileTooLargeError(f"有 {table.count} 行数据，一个文件最多 {MAX_ROWS} 行，请拆成几个文件")
    found, wrong = Read([], []), list[FieldError]()
    for number, cells in table.rows():
        at = Spot.of_row(number)
        said = {name: cell for name, cell in zip(fields, cells, strict=False) if name and cell != ""}
        faults = _broken(table, number, fields, at) or _row_faults(said, at)
        draft = None if faults else _draft(said, at, faults)
        wrong += faults
        if draft is not None:
            found.drafts.append(draft)
            found.spots.append(at)
    if wrong:
        raise ObservationsRefusedError(f"有 {len(wrong)} 处读不出来，全部未保存。", errors=wrong)
    return found


def _matched(table: Table) -> list[str | None]:
    """For each column of the file the field it holds, None for one without a title."""
    known = {plain(title): name for name, title in TITLES.items()}
    given = [plain(shown(title)) for title in table.titles]
    if not set(given) & known.keys():
        raise LayoutError(f"第 {table.title_row} 行不是列名：没有一格与模板的列名相同；请使用下载的模板")
    wrong = [f"不认识列“{mask(title)}”" for title in given if title and title not in known and title != OUTCOME_TITLE]
    wrong += [f"“{title}”出现了多次" for title in known if given.count(title) > 1]
    wrong += [f"缺少列“{TITLES[name]}”" for name in _REQUIRED if plain(TITLES[name]) not in given]
    if wrong:
        raise LayoutError(f"第 {table.title_row} 行的列名不对：{'；'.join(wrong)}。请使用下载的模板，不要改列名")
    return [known.get(title) for title in given]


def _broken(table: Table, row: int, fields: list[str | None], at: Spot) -> list[FieldError]:
    """Cells that hold an error value or a formula nobody has calculated."""
    return [
        at.wrong(name, "cell_broken", f"{what}。")
        for index, name in enumerate(fields)
        if name is not None and (what := table.broken.get((row, index)))
    ]


def _row_faults(said: dict[str, Cell], at: Spot) -> list[FieldError]:
    """What the row lacks, and a division whose name is another's."""
    wrong = [at.wrong(name, "missing", _MESSAGES["missing"]) for name in _REQUIRED if name not in said]
    division = divisions.get(_text(said.get("division_code", "")))
    name = shown(said.pop("division_name", "")).strip()
    if division is not None and name and name not in (division.name, divisions.path(division.code)):
        message = f"与区划代码不符：{division.code} 是“{divisions.path(division.code)}”。"
        wrong.append(at.wrong("division_name", "division_name_differs", message, name))
    return wrong


def _draft(said: Mapping[str, Cell], at: Spot, faults: list[FieldError]) -> Draft | None:
    """The row's draft; what is no value of its field is added to `faults`."""
    fields = {name: _value(name, cell) for name, cell in said.items()}
    unread = [(name, value) for name, value in fields.items() if isinstance(value, Unreadable)]
    faults += [at.wrong(name, value.code, f"{value.predicate}。", value.text) for name, value in unread]
    if unread:
        return None
    try:
        return ObservationIn.model_validate(fields).draft()
    except ValidationError as refused:
        for error in refused.errors(include_url=False, include_context=False):
            name = str(error["loc"][0])
            faults.append(at.wrong(name, "unreadable", _MESSAGES[name], said.get(name)))
    return None


def _value(name: str, cell: Cell) -> Any:
    if name in _NUMBERS:
        number = numbers.amount(cell, None)
        return number.value if isinstance(number, Said) else number
    if name == "document_on":
        day = dates.day(cell)
        return day.value if isinstance(day, Said) else day
    if name == "period" and isinstance(cell, date | datetime):
        month = dates.month(cell)  # a spreadsheet makes a day of 2025-03
        return month.value if isinstance(month, Said) else month
    text = _text(cell)
    if name == "input":
        return _code(text, _inputs())
    return _code(text, _indicators()) if name == "indicator" else text


def _code(text: str, titled: Mapping[str, str]) -> str | Unreadable:
    """The code of what a person wrote: a title, or the code itself."""
    code = titled.get(plain(text))
    if code is not None or _CODE.fullmatch(text):
        return code or text
    near = get_close_matches(plain(text), list(titled), 3, _NEAR)
    hint = f"，是不是“{'”“'.join(near)}”" if near else "，可填的见模板中的工作表"
    return Unreadable(text, "unknown_name", f"没有这个名称{hint}")


def _text(cell: Cell) -> str:
    return shown(cell).strip()


def _inputs() -> dict[str, str]:
    """What a person may write for an input: its title."""
    titled = {plain(entry.title): code for code, entry in definitions.catalogue().inputs.items()}
    return {**titled, plain(OFFICIAL_TITLE): OFFICIAL}


def _indicators() -> dict[str, str]:
    return {plain(indicator.title): indicator.code for indicator in definitions.catalogue().indicators}
