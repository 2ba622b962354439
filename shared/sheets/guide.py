"""The sheet 填写说明: every column with what it means, how it is filled in and why it may be asked for."""

from __future__ import annotations

import re

from xlsxwriter import Workbook

from shared.feeds.domain import Feed
from shared.sheets.domain import Column
from shared.sheets.layout import columns
from shared.sheets.places import how
from shared.sheets.rows import cell_of
from shared.sheets.workbook import GUIDE_SHEET

_HEAD = (("列名", 20), ("是否必填", 10), ("格式", 36), ("可填的内容", 40), ("示例", 26), ("说明", 50))
_RULES = (
    "只在“数据”工作表中填写；不要改列名，不要合并单元格，第一行下面就是数据，一行一条记录。橙色列必填，蓝色列可不填。",
    "号码列（身份证号、代码等）已设为文本格式；从别处粘贴时请用“选择性粘贴—数值”，否则号码的后几位会丢失。",
    "“操作”不填就是新增或更新；要撤回一条记录，选“撤回”，填记录主键、数据变更时间、撤回原因和号码，其余不用填。",
)
_FLAGS = {"true": "是", "false": "否"}
_MEMBERS = "一名成员一行；同一户的各行重复填写户的信息（记录主键、数据变更时间等相同），成员的信息填各人的。"


def write_guide(book: Workbook, feed: Feed) -> None:
    """Add the sheet to a workbook."""
    sheet = book.add_worksheet(GUIDE_SHEET)
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    for index, (_, width) in enumerate(_HEAD):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, f"{feed.title} 填写说明", bold)
    sheet.write_string(1, 0, f"{feed.description} 报送周期：{feed.cadence}。生效日期不填时：{feed.own_date_text}。")
    layout = columns(feed)
    rules = (*_RULES, _MEMBERS) if any(column.group for column in layout) else _RULES
    for number, rule in enumerate(rules, 1):
        sheet.write_string(number + 1, 0, f"{number}. {rule}")
    top = len(rules) + 3
    for index, (title, _) in enumerate(_HEAD):
        sheet.write_string(top, index, title, head)
    for number, column in enumerate(layout, top + 1):
        for index, text in enumerate(_line(column)):
            sheet.write_string(number, index, text, cell)
    bottom = top + len(layout) + 2
    sheet.write_string(bottom, 0, "法律依据", bold)
    for number, basis in enumerate(feed.legal_basis, bottom + 1):
        until = f"至 {basis.valid_to}" if basis.valid_to else "起"
        sheet.write_string(number, 0, f"{basis.document} {basis.article}（{basis.valid_from} {until}）")


def _line(column: Column) -> tuple[str, ...]:
    words = "、".join(column.codes.titles.values()) if column.codes else "是、否" if column.form == "flag" else ""
    must = "必填" if column.required else "选填"
    return (column.title, must, how(column), words, cell_of(column.example, column), _in_words(column))


def _in_words(column: Column) -> str:
    """The field's description as a clerk needs it: with the words of the list instead of its codes."""
    text = column.text
    for code, title in (column.codes.titles if column.codes else _FLAGS if column.form == "flag" else {}).items():
        text = re.sub(rf"(?<![A-Za-z0-9_]){re.escape(code)}(?![A-Za-z0-9_])(（[^）]*）)?", f"“{title}”", text)
    return text
