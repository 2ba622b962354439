"""The first row against the columns of the feed: every title that is unknown, missing or there twice is named."""

from __future__ import annotations

import unicodedata
from collections import Counter
from difflib import get_close_matches

from shared.errors import FieldError
from shared.feeds.catalogue import FEEDS
from shared.feeds.domain import Feed
from shared.privacy import mask
from shared.sheets.domain import OWN_TITLES, Column, Table, shown
from shared.sheets.errors import LayoutError, WrongTemplateError
from shared.sheets.layout import columns

_LIKE = 0.5
_MANY_DIGITS = 6


def match(feed: Feed, table: Table) -> list[Column | str | None]:
    """For each column of the sheet the feed's column, the name of one of our own, or None for an untitled one.

    Raises WrongTemplateError where the sheet is another feed's, else LayoutError with every fault.
    """
    if table.feed and table.feed != feed.name:
        raise WrongTemplateError(_wrong(table.feed, feed))
    known = {plain(column.title): column for column in columns(feed)}
    own = {plain(title): title for title in OWN_TITLES}
    found = [plain(shown(title)) for title in table.titles]
    if not any(title in known for title in found):  # rows without titles: what stands there is data, and not echoed
        raise LayoutError(
            f"第 {table.title_row} 行不是列名：没有一格与模板的列名相同；"
            "第一行就应是列名，上面不能有标题行。请使用下载的模板"
        )
    faults = _faults(found, table, known, own)
    if faults:
        if other := _other_feed(feed, set(found)):
            raise WrongTemplateError(_wrong(other, feed), errors=faults)
        listed = "；".join(fault["message"] for fault in faults[:5])
        more = f"；等 {len(faults)} 处" if len(faults) > 5 else ""
        raise LayoutError(
            f"第 {table.title_row} 行的列名不对：{listed}{more}。请使用下载的模板，不要改列名", errors=faults
        )
    return [known.get(title) or own.get(title) for title in found]


def plain(title: str) -> str:
    """A title without what people add to it: blanks, full-width brackets, an asterisk."""
    return "".join(unicodedata.normalize("NFKC", title).split()).strip("*★")


def _faults(found: list[str], table: Table, known: dict[str, Column], own: dict[str, str]) -> list[FieldError]:
    faults = []
    missing = {title: column for title, column in known.items() if column.required and title not in found}
    absent = [title for title in known if title not in found]
    for title, count in Counter(title for title in found if title).items():
        if count > 1:
            faults.append(_fault(table, title, "title_twice", f"“{title}”出现了 {count} 次，只能有一列"))
        if title in known or title in own:
            continue
        near = get_close_matches(title, absent, 1, _LIKE) or get_close_matches(title, list(known), 1, _LIKE)
        hint = f"，是不是“{known[near[0]].title}”" if near else "，本类数据没有这一列，请删去"
        faults.append(_fault(table, title, "title_unknown", f"不认识列“{_told(title)}”{hint}"))
    faults += [
        _fault(table, column.title, "title_missing", f"缺少必填的列“{column.title}”") for column in missing.values()
    ]
    return faults


def _fault(table: Table, title: str, code: str, message: str) -> FieldError:
    pointer = f"/rows/{table.title_row}/{pointer_part(_told(title))}"
    return {"pointer": pointer, "code": code, "message": message, "value_masked": None}


def _told(title: str) -> str:
    """A title as it may be shown: short, and without what may be somebody's number."""
    return mask(title) if sum(character.isdigit() for character in title) >= _MANY_DIGITS else title[:40]


def pointer_part(title: str) -> str:
    """A title as one step of a JSON pointer."""
    return title.replace("~", "~0").replace("/", "~1")


def _other_feed(feed: Feed, found: set[str]) -> str | None:
    """The feed whose required titles are all there and that knows every title."""
    for other in FEEDS.values():
        theirs = {plain(column.title): column.required for column in columns(other)}
        titles = found - {""} - {plain(title) for title in OWN_TITLES}
        if other.name != feed.name and titles <= theirs.keys() and {t for t, must in theirs.items() if must} <= titles:
            return other.name
    return None


def _wrong(name: str, feed: Feed) -> str:
    department, _, kind = name.partition("/")
    other = FEEDS.get((department, kind))
    title = other.title if other else name[:60]
    return f"这是“{title}”的表格，现在报送的是“{feed.title}”；请换用“{feed.title}”的模板，或改报“{title}”"
