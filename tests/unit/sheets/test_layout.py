"""The columns of every feed come from its models."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from shared.feeds.catalogue import FEEDS
from shared.feeds.domain import Feed
from shared.feeds.fields import nested
from shared.sheets import columns, read, template
from shared.sheets.errors import EmptySheetError
from tests.unit.sheets.support import HOUSEHOLD, SETTLEMENT

EVERY = pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)


@EVERY
def test_every_field_has_one_column_under_its_own_title(feed: Feed) -> None:
    layout = columns(feed)
    assert len({column.title for column in layout}) == len(layout)
    fields = {column.field for column in layout}
    own = {name for name, field in feed.model.model_fields.items() if nested(field) is None}
    assert own | {"retract_reason"} == {field for field in fields if "/" not in field}
    optional_in_retracts = {"division_code"}
    assert set(feed.retract_model.model_fields) - optional_in_retracts <= fields


def test_members_have_columns_of_their_own_after_the_households() -> None:
    groups = [column.group for column in columns(HOUSEHOLD)]
    assert groups == sorted(groups, key=lambda group: group is not None)
    assert {column.name: column.form for column in columns(HOUSEHOLD) if column.group} == {
        "id_number": "code",
        "name": "text",
        "relation": "choice",
        "health": "list",
        "labour": "choice",
        "education": "choice",
        "in_school_stage": "choice",
        "works_away_months": "integer",
        "insurance_exempt": "flag",
    }


@EVERY
def test_the_template_offers_what_the_feed_takes(feed: Feed) -> None:
    book = load_workbook(io.BytesIO(template(feed)))
    data, guide, hidden = book["数据"], book["填写说明"], book["_xianjie"]
    layout = columns(feed)
    assert [cell.value for cell in data[1]] == [column.title for column in layout]
    assert (data.sheet_state, guide.sheet_state, hidden.sheet_state) == ("visible", "visible", "hidden")
    assert hidden["A1"].value == feed.name
    letters = {str(rule.sqref).split(":")[0].rstrip("0123456789") for rule in data.data_validations.dataValidation}
    offered = {
        cell.column_letter for cell, column in zip(data[1], layout, strict=True) if column.form in ("choice", "flag")
    }
    assert letters == offered
    for cell in data[1]:
        assert data.column_dimensions[cell.column_letter].number_format == "@" or cell.number_format == "@"
    explained = {row[0].value: [cell.value for cell in row] for row in guide.iter_rows()}
    for column in layout:
        line = explained[column.title]
        assert line[1] == ("必填" if column.required else "选填")
        assert line[2]
        for title in column.codes.titles.values() if column.codes else ():
            assert title in line[3]
    texts = [str(row[0].value) for row in guide.iter_rows()]
    assert all(any(basis.document in text for text in texts) for basis in feed.legal_basis)


def test_an_empty_template_is_told_to_be_empty() -> None:
    with pytest.raises(EmptySheetError, match="下面没有数据"):
        read(SETTLEMENT, io.BytesIO(template(SETTLEMENT)))


def test_a_drop_down_lists_every_choice() -> None:
    book = load_workbook(io.BytesIO(template(HOUSEHOLD)))
    relation = next(column for column in columns(HOUSEHOLD) if column.name == "relation")
    assert relation.codes
    letter = book["数据"].cell(1, columns(HOUSEHOLD).index(relation) + 1).column_letter
    rule = next(
        rule for rule in book["数据"].data_validations.dataValidation if str(rule.sqref).startswith(f"{letter}2:")
    )
    area = rule.formula1.removeprefix("_xianjie!").replace("$", "")
    assert [row[0].value for row in book["_xianjie"][area]] == list(relation.codes.titles.values())
