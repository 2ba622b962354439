"""Cursors come back as what they were, and nothing else passes for one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.etags import PreconditionFailedError, PreconditionRequiredError, etag, require_match
from shared.http.idempotency import Claim, fingerprint
from shared.http.paging import BadCursorError, cursor, cut, position

_TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
_INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(st.tuples(_TEXTS, st.integers(-(2**63) + 1, 2**63 - 1), st.dates(), _INSTANTS, st.uuids()))
def test_a_cursor_comes_back(key: tuple[Any, ...]) -> None:
    text = cursor(*key)
    assert text.isascii()
    assert position(text, *map(type, key)) == key


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_anything_else_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(BadCursorError) as refused:
        position(text, datetime, int)
    assert refused.value.errors[0]["pointer"] == "/query/after"


@pytest.mark.parametrize("values", ["[1,2]", "[1]", '["2024-05-31T00:00:00",1]', '["2024-05-31T00:00:00Z",true]', "{}"])
def test_a_cursor_of_another_list_is_refused(values: str) -> None:
    with pytest.raises(BadCursorError):
        position(base64.urlsafe_b64encode(values.encode()).decode(), datetime, int)


@pytest.mark.parametrize("value", ['"a\\u0000"', str(2**63)])
def test_a_cursor_that_no_column_holds_is_refused(value: str) -> None:
    with pytest.raises(BadCursorError):
        position(base64.urlsafe_b64encode(f"[{value}]".encode()).decode(), int if value.isdigit() else str)


@given(st.lists(st.integers(0, 1000), unique=True).map(sorted), st.integers(1, 7))
def test_pages_together_are_the_list(rows: list[int], limit: int) -> None:
    seen: list[int] = []
    after: str | None = None
    while True:
        start = position(after, int)
        left = [row for row in rows if start is None or row > start[0]]
        page, after = cut(left[: limit + 1], limit, lambda row: (row,))
        seen += page
        assert len(page) <= limit
        if after is None:
            break
    assert seen == rows


@given(st.lists(st.text() | st.binary()), st.lists(st.text() | st.binary()))
def test_parts_of_a_fingerprint_do_not_run_together(one: list[str | bytes], other: list[str | bytes]) -> None:
    same = [p.encode("utf8", "surrogatepass") if isinstance(p, str) else p for p in one] == [
        p.encode("utf8", "surrogatepass") if isinstance(p, str) else p for p in other
    ]
    if not any(isinstance(p, str) and not p.isprintable() for p in one + other):
        assert (fingerprint(*one) == fingerprint(*other)) == same


def test_a_key_belongs_to_its_caller_and_operation_quoted_or_not() -> None:
    claim = Claim("a", "POST /x", "k", b"")
    assert claim.digest == Claim("a", "POST /x", '"k"', b"other").digest
    assert claim.digest not in {Claim("b", "POST /x", "k", b"").digest, Claim("a", "POST /y", "k", b"").digest}


def test_an_edit_names_the_state_it_edits() -> None:
    current = etag("parameter", 3)
    assert current != etag("parameter", 4)
    require_match(f'"x", {current}', current)
    require_match("*", current)
    with pytest.raises(PreconditionRequiredError):
        require_match(None, current)
    with pytest.raises(PreconditionFailedError) as refused:
        require_match(etag("parameter", 2), current)
    assert refused.value.headers["ETag"] == current
