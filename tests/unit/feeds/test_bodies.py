"""Bodies as a whole: what is no JSON or no list of records is refused clearly, whatever was sent."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import AppError
from shared.feeds.bodies import HugeNumber, read_records, serialisable
from shared.feeds.domain import Refused
from shared.feeds.errors import BodyShapeError, MalformedBodyError, TooManyRecordsError
from tests.unit.feeds.support import PREPARER, SETTLEMENT

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"records": [}',
        b"\xff\xfe",
        b'{"records": [NaN]}',
        b'{"records": [Infinity]}',
        b"[" * 100_000,
        b'{"records": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}",
        b'{"records": ["\x00"]}',
    ],
)
def test_what_is_no_json_is_a_400_with_a_place(body: bytes) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        read_records(body)
    assert (refused.value.status, refused.value.code) == (400, "malformed_json")
    assert refused.value.detail


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"records": [{"a": 1}, {"b": "x],[", "c": tru}]}', "/records/1"),
        (b'{"records": [{"a": 1}, {"a": "\xff"}]}', "/records/1"),
        (b'{"records": [1, 2, NaN]}', "/records/2"),
        (b'{"records": [1, {"a": 2} {"a": 3}]}', "/records/1"),
        (b'{"records": [{"a": 1}, {"b', "/records/1"),
        (b'{"records": [[], ' + b"[" * 5_000, "/records/1"),
        (b'{"records": [1, 2', "/records/1"),
        (b'{"records": [1, 2]', ""),
        (b'{"records": [1, 2]}}', ""),
        (b"[1, 2", ""),
        (b"", ""),
    ],
)
def test_what_is_no_json_is_pointed_at(body: bytes, pointer: str) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        read_records(body)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"[]", "", "invalid_body"),
        (b"5", "", "invalid_body"),
        (b"{}", "/records", "required"),
        (b'{"records": {}}', "/records", "required"),
        (b'{"records": []}', "/records", "no_records"),
        (b'{"records": [1], "dry_run": true}', "/dry_run", "unknown_field"),
        ('{"records": [1], "张三": 1}'.encode(), "", "unknown_field"),
    ],
)
def test_what_is_no_list_of_records_is_a_422_with_a_pointer(body: bytes, pointer: str, code: str) -> None:
    with pytest.raises(BodyShapeError) as refused:
        read_records(body)
    assert refused.value.status == 422
    assert [(error["pointer"], error["code"]) for error in refused.value.errors] == [(pointer, code)]
    assert "张三" not in refused.value.detail


def test_too_many_records_are_a_413_that_names_the_limit() -> None:
    with pytest.raises(TooManyRecordsError, match="5000") as refused:
        read_records(orjson.dumps({"records": [1] * 5_001}))
    assert refused.value.status == 413
    assert len(read_records(orjson.dumps({"records": [1] * 5_000}))) == 5_000


def test_a_byte_order_mark_is_forgiven() -> None:
    assert read_records(b'\xef\xbb\xbf{"records": [1]}') == [1]


def test_one_bad_character_or_number_spoils_its_record_only() -> None:
    good = json.dumps(SETTLEMENT.examples[0])
    body = f'{{"records": [{good}, {{"source_id": "\\ud800", "total": {"9" * 1_000_000}}}, {good}]}}'
    first, bad, last = PREPARER.body(SETTLEMENT, body.encode())
    assert not isinstance(first, Refused)
    assert not isinstance(last, Refused)
    assert isinstance(bad, Refused)
    found = {(error["pointer"], error["code"]) for error in bad.errors}
    assert {("/records/1/source_id", "invalid_text"), ("/records/1/total", "number_too_large")} <= found
    assert bad.source_id is None
    assert len(orjson.dumps(bad.raw)) < 200


@given(st.binary(max_size=200) | _json.map(lambda value: json.dumps({"records": [value]}).encode("utf-8")))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    try:
        results = PREPARER.body(SETTLEMENT, body)
    except AppError as refused:
        assert refused.status in (400, 413, 422)  # noqa: PT017 (both ways are right)
    else:
        assert all(isinstance(result, Refused) and result.errors for result in results)
        orjson.dumps([result.raw for result in results if isinstance(result, Refused)])


@given(_json)
def test_whatever_was_refused_can_be_kept(value: object) -> None:
    orjson.dumps(serialisable([value, HugeNumber("999999", 5_000)]), option=orjson.OPT_NON_STR_KEYS)


def test_what_is_nested_deeply_is_kept_in_part() -> None:
    deep: object = "x"
    for _ in range(5_000):
        deep = [deep]
    assert len(orjson.dumps(serialisable(deep))) < 100
