"""Files that are no sheet of the feed: each one refusal in Chinese that says what to do, and no memory lost on it."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import AppError
from shared.sheets import read, template, write
from shared.sheets.domain import MAX_ROWS
from shared.sheets.errors import (
    EmptySheetError,
    EncodingError,
    FileTooLargeError,
    LayoutError,
    UnreadableFileError,
    WrongTemplateError,
)
from tests.unit.feeds.support import ENROLMENT
from tests.unit.sheets.support import (
    HOUSEHOLD,
    SETTLEMENT,
    book,
    cells,
    csv_of,
    errors_of,
    one,
    only,
    parts,
    saved,
    zipped,
)

TITLES, ROW = cells(SETTLEMENT)
SHEET = "xl/worksheets/sheet1.xml"


def refusal(source: io.BytesIO, name: str = "") -> AppError:
    with pytest.raises(AppError) as caught:
        read(SETTLEMENT, source, name)
    assert any("一" <= character <= "鿿" for character in caught.value.detail)
    return caught.value


def spoilt(change: Callable[[bytes], bytes], part: str = SHEET) -> io.BytesIO:
    content = parts(saved(book([TITLES, ROW])))
    content[part] = change(content[part])
    return zipped(content)


# ---- CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found_out(encoding: str, delimiter: str) -> None:
    record = only(SETTLEMENT, csv_of([TITLES, ROW], encoding=encoding, delimiter=delimiter))
    assert record.record["name"] == "某某"
    assert not record.notes


def test_a_byte_of_another_encoding_is_named_by_its_line() -> None:
    data = csv_of([TITLES, ROW, ROW]).getvalue()
    at = data.rindex("某某".encode())
    error = refusal(io.BytesIO(data[:at] + "旗".encode("gb18030") + data[at + 3 :]))
    assert isinstance(error, EncodingError)
    assert "第 3 行" in error.detail
    assert "UTF-8" in error.detail


def test_big5_is_refused() -> None:
    assert isinstance(
        refusal(csv_of([["記錄主鍵", "姓名"], ["1", "某某"]], encoding="big5")), EncodingError | LayoutError
    )


def test_utf_16_is_told_apart() -> None:
    error = refusal(csv_of([TITLES, ROW], encoding="utf-16"))
    assert isinstance(error, EncodingError)
    assert "UTF-16" in error.detail


def test_a_nul_byte_is_refused_with_its_line() -> None:
    error = refusal(io.BytesIO(csv_of([TITLES, ROW]).getvalue() + b"a\0b"))
    assert isinstance(error, EncodingError)
    assert "第 3 行" in error.detail
    assert "NUL" in error.detail


def test_a_lone_surrogate_is_refused() -> None:
    row = ["\ud800" if cell == "某某" else cell for cell in ROW]
    out = csv_of([TITLES, ROW]).getvalue() + ",".join(map(str, row)).encode("utf-8", "surrogatepass")
    error = refusal(io.BytesIO(out))
    assert isinstance(error, EncodingError)
    assert "第 3 行" in error.detail


def test_an_open_quote_is_refused_with_its_row() -> None:
    error = refusal(io.BytesIO(csv_of([TITLES, ROW]).getvalue() + '"没有写完,1\r\n2'.encode()))
    assert isinstance(error, UnreadableFileError)
    assert "第 3 行" in error.detail


def test_fifty_megabytes_of_brackets_are_no_table() -> None:
    error = refusal(io.BytesIO(b"[" * 50_000_000))
    assert isinstance(error, UnreadableFileError)
    assert "第 1 行" in error.detail


def test_a_number_of_a_million_digits_is_refused() -> None:
    row = ["9" * 1_000_000 if title == "医疗总费用" else cell for title, cell in zip(TITLES, ROW, strict=True)]
    error = refusal(csv_of([TITLES, ROW, row]))
    assert isinstance(error, UnreadableFileError)
    assert "第 3 行" in error.detail


def test_a_comma_without_quotes_makes_one_row_wrong_and_not_the_file() -> None:
    text = csv_of([TITLES, ROW, ROW]).getvalue().decode().replace("18600.00", "18,600.00", 1)
    first, second = read(SETTLEMENT, io.BytesIO(text.encode()))
    assert "cell_without_title" in {error["code"] for error in errors_of(SETTLEMENT, first)}
    assert second.record == only(SETTLEMENT, csv_of([TITLES, ROW])).record


# ---- titles


def test_unknown_missing_and_double_titles_are_all_named_with_the_nearest() -> None:
    titles = [{"医疗总费用": "医疗费用总额", "姓名": "身份证号"}.get(title, title) for title in TITLES]
    error = refusal(csv_of([titles, ROW]))
    assert isinstance(error, LayoutError)
    assert {(fault["code"], fault["pointer"]) for fault in error.errors} == {
        ("title_unknown", "/rows/1/医疗费用总额"),
        ("title_twice", "/rows/1/身份证号"),
        ("title_missing", "/rows/1/医疗总费用"),
        ("title_missing", "/rows/1/姓名"),
    }
    assert "是不是“医疗总费用”" in error.detail


def test_rows_without_titles_are_not_echoed() -> None:
    error = refusal(csv_of([ROW, ROW]))
    assert isinstance(error, LayoutError)
    assert "第 1 行不是列名" in error.detail
    assert not error.errors
    named = refusal(csv_of([[*TITLES, "13847701234"], ROW]))
    assert "13847701234" not in str([named.detail, named.errors])


def test_titles_may_carry_what_people_add() -> None:
    titles = [f" {title}* " if title == "医疗总费用" else title for title in TITLES]
    assert only(SETTLEMENT, csv_of([titles, ROW])).record["total"] == "18600.00"


def test_optional_columns_may_be_left_out() -> None:
    titles, row = cells(SETTLEMENT, 生效日期=..., 撤回原因=..., 操作=..., 其他保险支付=...)
    assert only(SETTLEMENT, csv_of([titles, row])).record == only(SETTLEMENT, csv_of([TITLES, ROW])).record


def test_the_template_of_another_feed_is_recognised(tmp_path: Path) -> None:
    error = refusal(io.BytesIO(template(ENROLMENT)))
    assert isinstance(error, WrongTemplateError)
    assert "参保" in error.detail
    assert "医疗费用结算" in error.detail
    write(ENROLMENT, ENROLMENT.examples, "csv", tmp_path / "x.csv")
    with pytest.raises(WrongTemplateError, match="参保"):
        read(SETTLEMENT, tmp_path / "x.csv")


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf", ",".join(TITLES).encode()])
def test_empty_files_are_refused(content: bytes) -> None:
    assert isinstance(refusal(io.BytesIO(content)), EmptySheetError)


def test_too_many_rows_are_refused_before_the_first_is_read() -> None:
    data = csv_of([TITLES]).getvalue() + b"1\r\n" * (MAX_ROWS + 1)
    error = refusal(io.BytesIO(data))
    assert isinstance(error, FileTooLargeError)
    assert "200001 行" in error.detail


# ---- workbooks


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
        (b"<html><table><tr><td>", "网页"),
        (b"PK\x03\x04 nothing", "XLSX"),
        (b"%PDF-1.7", "扩展名"),
    ],
)
def test_other_formats_are_named(content: bytes, words: str) -> None:
    error = refusal(io.BytesIO(content))
    assert isinstance(error, UnreadableFileError)
    assert words in error.detail


def test_a_csv_called_xlsx_is_refused() -> None:
    assert isinstance(refusal(csv_of([TITLES, ROW]), "结算.XLSX"), UnreadableFileError)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert isinstance(refusal(zipped({"word/document.xml": b"<w/>"})), UnreadableFileError)


def test_a_cut_off_workbook_is_refused() -> None:
    data = saved(book([TITLES, ROW])).getvalue()
    for length in range(4, len(data), 211):
        assert isinstance(refusal(io.BytesIO(data[:length])), UnreadableFileError)


def test_a_thousand_columns_are_refused() -> None:
    wide = [*TITLES, *(f"列{number}" for number in range(1_000))]
    assert "200 列" in refusal(saved(book([wide, ROW]))).detail
    assert "200 列" in refusal(csv_of([wide, ROW])).detail


def test_merged_cells_are_refused_by_their_place() -> None:
    made = book([["医疗费用结算表"], TITLES, ROW])
    made.active.merge_cells("A1:T1")
    error = refusal(saved(made))
    assert isinstance(error, LayoutError)
    assert "A1:T1" in error.detail
    assert "取消合并" in error.detail


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    out = saved(book([TITLES, ROW]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/bomb.xml", b"<x/>")
        archive.infolist()[-1].file_size = 400_000_000
    error = refusal(out)
    assert isinstance(error, FileTooLargeError)
    assert "381 MB" in error.detail


def test_a_zip_bomb_is_refused_by_its_ratio() -> None:
    out = saved(book([TITLES, ROW]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/bomb.xml", b"<x>" + b" " * 70_000_000 + b"</x>")
    error = refusal(out)
    assert isinstance(error, FileTooLargeError)
    assert "压缩炸弹" in error.detail


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="3"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row><c r="A1048576"><v>1</v></c></row>',
        b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:c r="XFD1048576"/></x:row>',
        b'<row r="200001"><c r="GR200001"><v>1</v></c></row>',
    ],
    ids=["far corner", "row", "cell", "prefix", "area"],
)
def test_one_far_cell_does_not_fill_the_memory(cell: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = refusal(spoilt(lambda xml: xml.replace(b"</sheetData>", cell + b"</sheetData>")))
    assert isinstance(error, FileTooLargeError)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_entities_are_refused() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    assert isinstance(refusal(spoilt(lambda xml: doctype + xml)), UnreadableFileError)


def test_an_error_value_is_refused_where_it_stands() -> None:
    (error,) = errors_of(SETTLEMENT, one(SETTLEMENT, 其他保险支付="#DIV/0!"))
    assert (error["pointer"], error["code"]) == ("/rows/2/其他保险支付", "cell_broken")
    assert "#N/A" in error["message"]


def test_a_formula_counts_by_its_value_and_is_refused_without_one() -> None:
    (error,) = errors_of(SETTLEMENT, one(SETTLEMENT, 其他保险支付="=1+1"))
    assert (error["pointer"], error["code"]) == ("/rows/2/其他保险支付", "cell_broken")
    assert "公式" in error["message"]
    titles, row = cells(SETTLEMENT, 其他保险支付="=1+1")
    content = parts(saved(book([titles, row])))
    content[SHEET] = content[SHEET].replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert only(SETTLEMENT, zipped(content)).record["other_insurance_paid"] == "2"


def test_a_control_character_in_a_cell_is_refused_where_it_stands() -> None:
    source = spoilt(lambda xml: xml, SHEET)
    content = parts(source)
    content[SHEET] = content[SHEET].replace("某某".encode(), "某_x0000_某".encode())
    (error,) = errors_of(SETTLEMENT, only(SETTLEMENT, zipped(content)))
    assert (error["pointer"], error["code"]) == ("/rows/2/姓名", "cell_control_character")


def test_a_surrogate_escape_in_a_cell_never_reaches_a_record() -> None:
    content = parts(saved(book([TITLES, ROW])))
    content[SHEET] = content[SHEET].replace("某某".encode(), "某_xD800_".encode())
    record = only(SETTLEMENT, zipped(content))
    str(record.record["name"]).encode("utf-8")


def test_a_number_cell_of_a_million_digits_is_refused_where_it_stands() -> None:
    titles, row = cells(SETTLEMENT, 医疗总费用=18600.5)
    content = parts(saved(book([titles, row])))
    content[SHEET] = content[SHEET].replace(b"<v>18600.5</v>", b"<v>" + b"9" * 1_000_000 + b"</v>")
    (error,) = errors_of(SETTLEMENT, only(SETTLEMENT, zipped(content)))
    assert (error["pointer"], error["code"]) == ("/rows/2/医疗总费用", "number_precision_lost")


def test_hidden_and_explaining_sheets_are_passed_over() -> None:
    made = book([["无关"]], name="填写说明")
    hidden = made.create_sheet("旧表")
    hidden.sheet_state = "hidden"
    shown = made.create_sheet("三月")
    shown.append(TITLES)
    shown.append(ROW)
    assert only(SETTLEMENT, saved(made)).record["name"] == "某某"


def test_rows_are_counted_as_the_spreadsheet_shows_them() -> None:
    made = book([[], [], TITLES, ROW, [], ROW])
    assert [record.row for record in read(SETTLEMENT, saved(made))] == [4, 6]


def test_the_household_of_another_row_keeps_its_members_apart(tmp_path: Path) -> None:
    write(HOUSEHOLD, HOUSEHOLD.examples, "xlsx", tmp_path / "x.xlsx")
    assert read(HOUSEHOLD, tmp_path / "x.xlsx").rows == 1
