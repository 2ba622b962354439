"""Spreadsheets 表格: a feed as CSV or XLSX with Chinese titles, read, written, and handed back with what is wrong."""

from shared.sheets.blank import template
from shared.sheets.corrections import OF_ANOTHER_ROW, ErrorRow, error_workbook, rejected_rows
from shared.sheets.domain import Column, SheetRecord
from shared.sheets.layout import columns
from shared.sheets.places import locate
from shared.sheets.reader import Reading, read
from shared.sheets.rows import rows_of
from shared.sheets.writer import write

__all__ = [
    "OF_ANOTHER_ROW", "Column", "ErrorRow", "Reading", "SheetRecord", "columns", "error_workbook", "locate", "read",
    "rejected_rows", "rows_of", "template", "write",
]  # fmt: skip
