"""The law: records written as a sheet and read again are the same records."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feeds.catalogue import FEEDS
from shared.feeds.domain import Feed
from shared.sheets import Column, columns, read, write
from shared.sheets.writer import Encoding

EVERY = pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
FORMATS: list[tuple[Literal["csv", "xlsx"], Encoding]] = [
    ("csv", "utf-8"),
    ("csv", "utf-8-sig"),
    ("csv", "gb18030"),
    ("xlsx", "utf-8"),
]
VISIBLE = st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"))
"""What stands at either end of a text that a feed takes."""
TEXTS = st.builds(
    lambda first, inner, last: f"{first}{inner}{last}",
    VISIBLE,
    st.text(VISIBLE | st.just(" "), max_size=12),
    VISIBLE,
) | st.sampled_from(
    ["=1+1", "+86", "-", "@名", "'=1", "''-2", '="x"', "'旗", "1e5", "a,b;c", '"引"', "1,234.50", "TRUE", "００１"]
)
DAYS = st.dates(date(1949, 10, 1), date(2199, 12, 31)).map(date.isoformat)
_AT = datetime  # without a zone: it is put on below
MOMENTS = st.builds(
    lambda moment, hours: moment.replace(tzinfo=timezone(timedelta(hours=hours))).isoformat(),
    st.datetimes(_AT(1990, 1, 2), _AT(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from([8, 0, -5]),
)
AMOUNTS = st.integers(-(10**10), 10**10).map(lambda fen: f"{fen // 100}.{fen % 100:02d}") | st.sampled_from(
    ["0", "12", "3.5"]
)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Values of a field as the feed takes them."""
    one = st.sampled_from(column.codes.values()) if column.codes else _plain(column)
    if column.form == "list":
        return st.lists(one, min_size=1, max_size=4)
    return one


def _plain(column: Column) -> st.SearchStrategy[Any]:
    by_form: Mapping[str, st.SearchStrategy[Any]] = {
        "code": st.from_regex(r"[0-9A-HJ-NP-RT-Y]{6,22}", fullmatch=True),
        "list": st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True),
        "amount": AMOUNTS,
        "integer": st.integers(0, 10**17),
        "flag": st.booleans(),
        "day": DAYS,
        "month": DAYS.map(lambda day: day[:7]),
        "instant": MOMENTS,
        "text": TEXTS,
    }
    return by_form[column.form]


def objects(layout: list[Column]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {column.name: values(column) for column in layout if column.required},
        optional={column.name: values(column) for column in layout if not column.required},
    )


@cache  # made anew for every example it would be checked anew each time
def records(feed: Feed) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Upserts and retracts with distinct versions."""
    layout = [column for column in columns(feed) if column.name not in ("op", "retract_reason")]
    own = objects([column for column in layout if column.group is None])
    group = next((column.group for column in layout if column.group), None)
    upserts = own
    if group:
        items = st.lists(objects([column for column in layout if column.group]), min_size=1, max_size=3)
        upserts = st.builds(lambda record, found: record | {group: found}, own, items)
    subject = [column for column in layout if column.group is None and column.name in feed.retract_model.model_fields]
    retracts = objects(subject).flatmap(
        lambda record: TEXTS.map(lambda reason: record | {"op": "retract", "retract_reason": reason})
    )
    return st.lists(upserts | retracts, min_size=1, max_size=4, unique_by=lambda record: record["source_id"])


@EVERY
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_records_come_back_equal(feed: Feed, data: st.DataObject) -> None:
    sent = data.draw(records(feed))
    form, encoding = data.draw(st.sampled_from(FORMATS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{form}"
        write(feed, sent, form, path, encoding)
        found = list(read(feed, path))
    assert [record.record for record in found] == sent
    assert not any(record.errors for record in found)
