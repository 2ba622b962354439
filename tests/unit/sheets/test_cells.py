"""What people write in cells, and what is said of it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from shared.feeds import catalogue
from shared.sheets import SheetRecord, columns, rows_of
from shared.sheets.cells import guarded, unguarded
from tests.unit.sheets.support import HOUSEHOLD, SETTLEMENT, book, cells, csv_of, errors_of, one, only, saved

ALLOWANCE = catalogue.get("civil-affairs", "minimum-living-allowance")


def noted(record: SheetRecord) -> list[tuple[str, str]]:
    return [(note["pointer"], note["code"]) for note in record.notes]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.50", "1234.50"),
        ("１２３４．５０", "1234.50"),
        ("¥1,234.5", "1234.5"),
        ("￥ 1234.5 元", "1234.5"),
        ("1 234 567.00元", "1234567.00"),
        ("+12", "12"),
        ("0012.50", "12.50"),
        ("18600.000", "18600"),
        (" 18600.5 ", "18600.5"),
        ("'=12", None),
    ],
)
def test_amounts_as_text_are_put_right_and_said(cell: str, value: str | None) -> None:
    record = one(SETTLEMENT, 医疗总费用=cell)
    if value is None:
        assert record.record["total"] == "=12"
        assert not record.notes or noted(record) == []
        return
    assert record.record["total"] == value
    (note,) = record.notes
    assert note["pointer"] == "/rows/2/医疗总费用"
    assert note["code"] in ("number_normalised", "cell_trimmed")
    assert note["message"].startswith("第 2 行“医疗总费用”")


@pytest.mark.parametrize("cell", ["1.234,50", "1,23", "12万", "一百", "1234.567", "--", "12 34"])
def test_amounts_that_mean_no_one_number_are_left_for_the_feed_to_refuse(cell: str) -> None:
    record = one(SETTLEMENT, 医疗总费用=cell)
    assert not record.notes
    (error,) = errors_of(SETTLEMENT, record)
    assert (error["pointer"], error["code"]) == ("/rows/2/医疗总费用", "amount_format")
    assert error["message"].startswith("第 2 行“医疗总费用”应为")
    assert "引号" not in error["message"]


@pytest.mark.parametrize("number", ["150625197001019948", "150 625 197 001 019 948", "１３８４７７０１２３４"])
def test_a_number_of_a_person_in_the_wrong_column_is_not_echoed(number: str) -> None:
    record = one(SETTLEMENT, 医疗总费用=number)
    told = str([record.notes, errors_of(SETTLEMENT, record)])
    assert not {"150625197001019948", "150 625 197 001 019 948", "13847701234", "１３８４７７０１２３４"} & set(
        told.split("'")
    )
    assert "13847701234" not in told


@pytest.mark.parametrize(("cell", "value"), [(18600, "18600"), (18600.1, "18600.1"), (0.1 + 0.2, "0.3"), (0, "0")])
def test_number_cells_are_the_sheets_own_form(cell: float, value: str) -> None:
    record = one(SETTLEMENT, 医疗总费用=cell)
    assert record.record["total"] == value
    assert not record.notes


def test_a_number_cell_of_a_code_is_taken_while_no_digit_is_lost() -> None:
    record = one(SETTLEMENT, 行政区划代码=150625100201)
    assert record.record["division_code"] == "150625100201"
    assert noted(record) == [("/rows/2/行政区划代码", "number_as_text")]


@pytest.mark.parametrize("cell", [150625197001019948, "1.50625197001019E+17", 1e300])
def test_an_identity_number_stored_as_a_number_has_lost_its_last_digits(cell: Any) -> None:
    record = one(SETTLEMENT, 身份证号=cell)
    (error,) = errors_of(SETTLEMENT, record)
    assert (error["pointer"], error["code"]) == ("/rows/2/身份证号", "number_precision_lost")
    assert "只保留了前 15 位" in error["message"]
    assert "19700101" not in str(error)
    assert rows_of(record.record, columns(SETTLEMENT))[0][6] == record.record["id_number"]["cell"]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (date(2026, 3, 1), "2026-03-01", None),
        (datetime(2026, 3, 1), "2026-03-01", None),  # noqa: DTZ001 (a cell has no zone)
        (datetime(2026, 3, 1, 9, 30), "2026-03-01", "time_dropped"),  # noqa: DTZ001
        (46082, "2026-03-01", "serial_date"),
        (20260301, "2026-03-01", "date_normalised"),
        ("20260301", "2026-03-01", "date_normalised"),
        ("2026/3/1", "2026-03-01", "date_normalised"),
        ("2026.3.1", "2026-03-01", "date_normalised"),
        ("2026年3月1日", "2026-03-01", "date_normalised"),
        ("２０２６－３－１", "2026-03-01", "date_normalised"),
        ("2026-03-01 00:00:00", "2026-03-01", "date_normalised"),
        ("46082", "2026-03-01", "serial_date"),
        ("2026-03-01", "2026-03-01", None),
        (" 2026-03-01", "2026-03-01", "cell_trimmed"),
    ],
)
def test_dates(cell: Any, value: str, code: str | None) -> None:
    record = one(SETTLEMENT, 结算日期=cell)
    assert record.record["settled_on"] == value
    assert noted(record) == ([("/rows/2/结算日期", code)] if code else [])


@pytest.mark.parametrize(
    "cell", ["2026/2/30", "2026-13-01", "三月一日", "1/3/2026", "0000-01-01", 5, time(9, 30), True]
)
def test_no_dates_are_left_for_the_feed_to_refuse(cell: Any) -> None:
    record = one(SETTLEMENT, 结算日期=cell)
    (error,) = errors_of(SETTLEMENT, record)
    assert (error["pointer"], error["code"]) == ("/rows/2/结算日期", "date_format")


def test_serials_are_counted_in_the_workbooks_own_system() -> None:
    titles, row = cells(SETTLEMENT, 结算日期=44620)
    record = only(SETTLEMENT, saved(book([titles, row], from_1904=True)))
    assert record.record["settled_on"] == "2026-03-01"
    assert "1904" in record.notes[0]["message"]
    titles, row = cells(SETTLEMENT, 结算日期=date(2026, 3, 1))
    record = only(SETTLEMENT, saved(book([titles, row], from_1904=True)))
    assert record.record["settled_on"] == "2026-03-01"
    assert not record.notes


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (datetime(2026, 3, 5, 9, 30), "2026-03-05T09:30:00+08:00", None),  # noqa: DTZ001
        (date(2026, 3, 5), "2026-03-05T00:00:00+08:00", "time_assumed"),
        (46086.395833333336, "2026-03-05T09:30:00+08:00", "serial_date"),
        ("2026-03-05 09:30:00", "2026-03-05T09:30:00+08:00", "zone_assumed"),
        ("2026/3/5 9:30", "2026-03-05T09:30:00+08:00", "zone_assumed"),
        ("2026年3月5日9时30分", "2026-03-05T09:30:00+08:00", "zone_assumed"),
        ("2026-03-05", "2026-03-05T00:00:00+08:00", "time_assumed"),
        ("2026-03-05T01:30:00Z", "2026-03-05T01:30:00Z", None),
    ],
)
def test_instants_are_beijing_time(cell: Any, value: str, code: str | None) -> None:
    record = one(SETTLEMENT, 数据变更时间=cell)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        code = None  # openpyxl writes a date as a date-and-time at 0 h; calamine gives it back as a date
        value = "2026-03-05T00:00:00+08:00"
        assert noted(record) == [("/rows/2/数据变更时间", "time_assumed")]
    else:
        assert noted(record) == ([("/rows/2/数据变更时间", code)] if code else [])
    assert record.record["source_updated_at"] == value


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("2024-05", "2024-05", None),
        (date(2024, 5, 1), "2024-05", None),
        (date(2024, 5, 9), "2024-05", "day_dropped"),
        ("2024年5月", "2024-05", "date_normalised"),
        ("2024/5", "2024-05", "date_normalised"),
        ("202405", "2024-05", "date_normalised"),
        (202405, "2024-05", "date_normalised"),
        ("2024-05-09", "2024-05", "day_dropped"),
        (45413, "2024-05", "serial_date"),
    ],
)
def test_months(cell: Any, value: str, code: str | None) -> None:
    record = one(ALLOWANCE, 开始月份=cell)
    assert record.record["start_month"] == value
    assert noted(record) == ([("/rows/2/开始月份", code)] if code else [])


@pytest.mark.parametrize("cell", [2024.1, "2024.1", "2024-13", "5月"])
def test_a_month_that_may_be_january_or_october_is_not_guessed(cell: Any) -> None:
    (error,) = errors_of(ALLOWANCE, one(ALLOWANCE, 开始月份=cell))
    assert (error["pointer"], error["code"]) == ("/rows/2/开始月份", "month_format")


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("住院", "inpatient", None),
        ("inpatient", "inpatient", None),
        (" 住 院 ", "inpatient", "code_normalised"),
        ("INPATIENT", "inpatient", "code_normalised"),
    ],
)
def test_choices(cell: str, value: str, code: str | None) -> None:
    record = one(SETTLEMENT, 就医类别=cell)
    assert record.record["setting"] == value
    assert noted(record) == ([("/rows/2/就医类别", code)] if code else [])


def test_an_unknown_choice_is_answered_with_the_names_of_the_list() -> None:
    (error,) = errors_of(SETTLEMENT, one(SETTLEMENT, 就医类别="体检"))
    assert error["message"] == "第 2 行“就医类别”只能填：住院、普通门诊、门诊慢特病"


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("是", True, False),
        ("否", False, False),
        (True, True, False),
        ("有", True, True),
        (0, False, True),
        ("Ｙ", True, True),
    ],
)
def test_flags(cell: Any, value: bool, said: bool) -> None:
    record = one(HOUSEHOLD, 是否享受帮扶政策=cell)
    assert record.record["policy_entitled"] is value
    assert bool(record.notes) is said


def test_a_flag_of_neither_is_refused_in_the_words_of_a_sheet() -> None:
    (error,) = errors_of(HOUSEHOLD, one(HOUSEHOLD, 是否享受帮扶政策="可能"))
    assert error["message"] == "第 2 行“是否享受帮扶政策”只能填：是、否"


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [(2018, 2018, False), ("2018", 2018, False), ("２０１８年", 2018, True), ("2,018", 2018, True)],
)
def test_integers(cell: Any, value: int, said: bool) -> None:
    record = one(HOUSEHOLD, 脱贫年度=cell)
    assert record.record["lifted_year"] == value
    assert bool(record.notes) is said


@pytest.mark.parametrize("cell", ["二〇一八", 2018.5, "9" * 1_000_000, "-"])
def test_no_integers_are_refused(cell: Any) -> None:
    source = csv_of(cells(HOUSEHOLD, 脱贫年度=cell[:30_000] if isinstance(cell, str) else cell))
    (error,) = errors_of(HOUSEHOLD, only(HOUSEHOLD, source))
    assert error["pointer"] == "/rows/2/脱贫年度"
    assert len(str(error)) < 400


@pytest.mark.parametrize("separator", ["、", ",", "；", "\n", " 、 "])
def test_several_values_in_one_cell(separator: str) -> None:
    record = one(HOUSEHOLD, 健康状况=separator.join(["长期慢性病", "残疾"]))
    assert record.record["members"][0]["health"] == ["chronic", "disabled"]


def test_blanks_and_tricks_of_exports_are_taken_off_and_said() -> None:
    source = csv_of(cells(SETTLEMENT, 身份证号="\t150625197001019948", 医疗机构代码='="H15062500001"', 姓名="某某　"))
    record = only(SETTLEMENT, source)
    assert record.record["id_number"] == "150625197001019948"
    assert record.record["hospital_code"] == "H15062500001"
    assert record.record["name"] == "某某"
    assert dict(noted(record)) == {
        "/rows/2/身份证号": "cell_trimmed",
        "/rows/2/医疗机构代码": "cell_unwrapped",
        "/rows/2/姓名": "cell_trimmed",
    }
    assert "150625197001019948" not in str(record.notes)
    assert "某某" not in str(record.notes)


def test_what_is_blank_is_empty() -> None:
    record = one(SETTLEMENT, 其他保险支付="  ", 生效日期="　", 行政区划代码="\n")
    assert not {"other_insurance_paid", "effective_on", "division_code"} & record.record.keys()


@pytest.mark.parametrize("text", ["=1+1", "+1-2", "-旗", "@SUM(A1)", "'=x", "\tx", "=cmd|' /C calc'!A0"])
def test_formula_like_text_leaves_with_an_apostrophe_and_comes_back_without(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-12.50", "+86", "某某", "'引", ""])
def test_other_text_leaves_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text
