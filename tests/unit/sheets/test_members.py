"""Households: a member a row, wherever the rows stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.codes.identity import check_digit
from shared.sheets import locate, read, rows_of
from shared.sheets.layout import columns
from tests.unit.feeds.support import PREPARER
from tests.unit.sheets.support import HOUSEHOLD, book, csv_of, errors_of, example, saved

LAYOUT = columns(HOUSEHOLD)
TITLES = [column.title for column in LAYOUT]
HEAD: dict[str, Any] = HOUSEHOLD.examples[0]["members"][0]
SPOUSE = HEAD | {
    "id_number": f"15062519720305452{check_digit('15062519720305452')}",
    "name": "某甲",
    "relation": "spouse",
}
FIRST = example(HOUSEHOLD, members=[HEAD, SPOUSE])
SECOND = example(HOUSEHOLD, source_id="HU-2", household_no="150625000002")
NEWER = FIRST | {"source_updated_at": "2026-02-11T10:00:00+08:00", "members": [HEAD]}


def rows(*records: dict[str, Any]) -> list[list[str]]:
    return [row for record in records for row in rows_of(record, LAYOUT)]


def test_rows_of_one_household_need_not_follow_one_another() -> None:
    one, two, other = rows(FIRST, SECOND)
    found = list(read(HOUSEHOLD, csv_of([TITLES, one, other, two])))
    assert [(record.record, record.rows) for record in found] == [(SECOND, (3,)), (FIRST, (2, 4))]


def test_two_versions_of_a_household_are_two_records() -> None:
    found = list(read(HOUSEHOLD, csv_of([TITLES, *rows(FIRST, NEWER)])))
    assert [record.record for record in found] == [FIRST, NEWER]


def test_the_same_household_twice_is_two_records() -> None:
    found = list(read(HOUSEHOLD, csv_of([TITLES, *rows(FIRST, FIRST)])))
    assert [record.record for record in found] == [FIRST, FIRST]


def test_a_member_twice_stays_one_record_that_is_refused_at_his_row() -> None:
    one, two = rows(FIRST)
    (record,) = read(HOUSEHOLD, csv_of([TITLES, one, two, two]))
    errors = {(error["pointer"], error["code"]) for error in errors_of(HOUSEHOLD, record)}
    assert ("/rows/4/身份证号", "member_twice") in errors


def test_the_households_columns_may_be_filled_on_its_first_row_only() -> None:
    one, two = rows(FIRST)
    keys = ("记录主键", "数据变更时间")
    bare = [cell if column.group or column.title in keys else "" for column, cell in zip(LAYOUT, two, strict=True)]
    (record,) = read(HOUSEHOLD, csv_of([TITLES, one, bare]))
    assert record.record == FIRST


def test_rows_belong_together_however_their_keys_are_written() -> None:
    one, two = rows(FIRST)
    typed: list[Any] = list(two)
    typed[TITLES.index("数据变更时间")] = datetime.fromisoformat(FIRST["source_updated_at"]).replace(tzinfo=None)
    typed[TITLES.index("记录主键")] += " "
    (record,) = read(HOUSEHOLD, saved(book([TITLES, one, typed])))
    assert record.record == FIRST


def test_rows_that_disagree_are_refused_at_the_second() -> None:
    one, two = rows(FIRST)
    two[TITLES.index("户基础类型")] = "一般农牧户"
    (record,) = read(HOUSEHOLD, csv_of([TITLES, one, two]))
    (error,) = [error for error in errors_of(HOUSEHOLD, record) if error["code"] == "rows_disagree"]
    assert error["pointer"] == "/rows/3/户基础类型"
    assert "第 2 行和第 3 行" in error["message"]


def test_a_members_fault_is_placed_at_his_row_and_column() -> None:
    one, two, other = rows(FIRST, SECOND)
    two[TITLES.index("劳动技能")] = "超人"
    found = list(read(HOUSEHOLD, csv_of([TITLES, one, other, two])))
    (error,) = errors_of(HOUSEHOLD, found[1])
    assert (error["pointer"], error["code"]) == ("/rows/4/劳动技能", "not_in_code_list")
    assert error["message"].startswith("第 4 行“劳动技能”只能填：普通劳动力")


def test_a_fault_of_the_family_is_placed_at_the_households_first_row() -> None:
    (record,) = read(
        HOUSEHOLD, csv_of([TITLES, *rows(example(HOUSEHOLD, members=[HEAD, SPOUSE | {"relation": "head"}]))])
    )
    (error,) = errors_of(HOUSEHOLD, record)
    assert (error["pointer"], error["code"]) == ("/rows/2", "one_head")


def test_a_note_of_the_feed_is_placed_like_an_error() -> None:
    record = next(iter(read(HOUSEHOLD, csv_of([TITLES, *rows(example(HOUSEHOLD, division_code="巴音恩格尔嘎查"))]))))
    result = PREPARER.records(HOUSEHOLD, [record.record])[0]
    found = result.notes if hasattr(result, "notes") else result.errors
    assert locate(record, found[0])["pointer"] == "/rows/2/行政区划代码"


def test_a_retracted_household_needs_only_what_a_retract_takes() -> None:
    one, two = rows(FIRST)
    for row in (one, two):
        row[TITLES.index("操作")] = "撤回"
        row[TITLES.index("撤回原因")] = "重复登记"
    (record,) = read(HOUSEHOLD, csv_of([TITLES, one, two]))
    assert record.record == {
        "source_id": FIRST["source_id"],
        "source_updated_at": FIRST["source_updated_at"],
        "op": "retract",
        "retract_reason": "重复登记",
        "household_no": FIRST["household_no"],
        "division_code": FIRST["division_code"],
    }
    assert [note["code"] for note in record.notes] == ["retract_ignores"]
