"""Puts the labelled defects into a department's right records (design: feeds §6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from types import MappingProxyType

from shared.codes import divisions
from shared.codes.identity import CHECK_DIGITS
from shared.sample.domain import DEFECTS, Item, Record, later, money

_OLD_ENOUGH_DAYS = 40
"""So old must be a record that was corrected or retracted since."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_THOUSANDS = re.compile(r"[0-9]{4,}\.[0-9]{2}", re.ASCII)
_TOO_MUCH_FEN = 900_00
"""By so much the total of a bill is more than its parts."""
_GRADE_WORDS = ("壹级", "贰级", "叁级", "肆级")


@dataclass(frozen=True, slots=True)
class _Spoiler:
    """`make` gives the items to send instead of a record; `fits` says whether the record can carry the defect."""

    make: Callable[[Record, Random], list[Item]]
    fits: Callable[[Record], object] = lambda _: True


def spoil(feed: str, items: Iterable[Item], random: Random, as_of: date) -> Iterator[Item]:
    """The items of a feed, some of them with a defect: each record carries one at most, the very first none."""
    shares = [(label, defect.share) for label, defect in DEFECTS.items() if feed in defect.feeds]
    missing = [label for label, _ in shares]
    limit = sum(share for _, share in shares)
    settled = (as_of - timedelta(days=_OLD_ENOUGH_DAYS)).isoformat()
    for place, item in enumerate(items):
        if item.fixed or item.wave > 1 or not place or not shares:
            yield item
            continue
        label = next((label for label in missing if _fits(label, item.record, settled)), None)
        if label is not None:
            missing.remove(label)
        elif (draw := random.random()) < limit:
            label = _drawn(shares, draw)
            label = label if _fits(label, item.record, settled) else None
        if label is None:
            yield item
        else:
            yield from _SPOILERS[label].make(item.record, random)


def _drawn(shares: list[tuple[str, float]], draw: float) -> str:
    for label, share in shares:
        if draw < share:
            return label
        draw -= share
    return shares[-1][0]


def _fits(label: str, record: Record, settled: str) -> bool:
    if label in _NEED_TIME and record["source_updated_at"] >= settled:
        return False
    return bool(_SPOILERS[label].fits(record))


def _instead(label: str, change: Callable[[Record], Record]) -> Callable[[Record, Random], list[Item]]:
    """One item: the record with fields replaced."""
    return lambda record, _: [Item({**record, **change(record)}, label=label)]


def _wrong_check(record: Record) -> Record:
    number: str = record["id_number"]
    return {"id_number": number[:17] + CHECK_DIGITS[(CHECK_DIGITS.index(number[17]) + 3) % 11]}


def _field(record: Record, shape: re.Pattern[str]) -> str | None:
    """The first field whose text has the shape."""
    return next(
        (name for name, value in record.items() if isinstance(value, str) and shape.fullmatch(value)),
        None,
    )


def _separated(record: Record) -> Record:
    name = _field(record, _THOUSANDS) or ""
    whole, _, cents = record[name].partition(".")
    return {name: f"{int(whole):,}.{cents}"}


def _no_such_day(record: Record) -> Record:
    name = _field(record, _DATE) or ""
    return {name: record[name][:5] + "02-30"}


def _correction_first(record: Record, random: Random) -> list[Item]:
    """First was known only the township; the corrected record overtakes the original."""
    newer = {**record, "source_updated_at": later(record["source_updated_at"], days=random.randint(3, 20))}
    township = {**record, "division_code": record["division_code"][:9]}
    return [Item(newer), Item(township, wave=2, label="correction_before_original")]


def _twice(record: Record, random: Random) -> list[Item]:
    """The same file again, or the same content with a newer time stamp."""
    again = {**record, "source_updated_at": later(record["source_updated_at"], hours=1)}
    return [Item(record), Item(random.choice((record, again)), wave=2, label="duplicate")]


def _retraction(record: Record, _: Random) -> list[Item]:
    subject = "id_number" if "id_number" in record else "household_no"
    retract = {
        "source_id": record["source_id"],
        "source_updated_at": later(record["source_updated_at"], days=5),
        "op": "retract",
        "retract_reason": "重复登记，已核销",
        subject: record[subject],
    }
    return [Item(record), Item(retract, wave=2, label="retraction")]


def _both_schemes(record: Record, _: Random) -> list[Item]:
    second = {name: value for name, value in record.items() if name != "subsidised"}
    second |= {"source_id": record["source_id"] + "-Z", "scheme": "employee"}
    return [Item(record), Item(second, label="both_schemes")]


def _two_heads(record: Record, _: Random) -> list[Item]:
    """The file as it was before the clerk saw the message; the right one follows."""
    members = [dict(member, relation="head") if place < 2 else member for place, member in enumerate(record["members"])]
    wrong = {**record, "source_updated_at": later(record["source_updated_at"], days=-1), "members": members}
    return [Item(wrong, label="two_heads"), Item(record, wave=2)]


@lru_cache(maxsize=4_096)
def _place_name(code: str) -> str | None:
    """The full name of a village, if it means that village alone."""
    name = divisions.path(code)
    return name if divisions.resolve(name).code == code else None


_NEED_TIME = frozenset({"correction_before_original", "retraction"})
_SPOILERS: Mapping[str, _Spoiler] = MappingProxyType(
    {
        "wrong_check_digit": _Spoiler(_instead("wrong_check_digit", _wrong_check)),
        "disability_card_as_id": _Spoiler(
            _instead("disability_card_as_id", lambda record: {"id_number": record["id_number"] + "43"})
        ),
        "amounts_do_not_add_up": _Spoiler(
            _instead(
                "amounts_do_not_add_up",
                lambda record: {"total": money(int(record["total"].replace(".", "")) + _TOO_MUCH_FEN)},
            )
        ),
        "amounts_with_separators": _Spoiler(
            _instead("amounts_with_separators", _separated), lambda record: _field(record, _THOUSANDS)
        ),
        "impossible_date": _Spoiler(_instead("impossible_date", _no_such_day), lambda record: _field(record, _DATE)),
        "lower_case_x": _Spoiler(
            _instead("lower_case_x", lambda record: {"id_number": record["id_number"].lower()}),
            lambda record: record["id_number"].endswith("X"),
        ),
        "correction_before_original": _Spoiler(_correction_first),
        "duplicate": _Spoiler(_twice),
        "retraction": _Spoiler(_retraction),
        "both_schemes": _Spoiler(
            _both_schemes, lambda record: record["scheme"] == "resident" and record["status"] == "enrolled"
        ),
        "bad_grade": _Spoiler(_instead("bad_grade", lambda _: {"grade": "肆级"})),
        "empty_dwelling_grade": _Spoiler(_instead("empty_dwelling_grade", lambda _: {"grade": ""})),
        "grade_in_words": _Spoiler(
            _instead("grade_in_words", lambda record: {"grade": _GRADE_WORDS[int(record["grade"]) - 1]})
        ),
        "empty_grade": _Spoiler(_instead("empty_grade", lambda _: {"grade": ""})),
        "two_heads": _Spoiler(_two_heads, lambda record: len(record["members"]) > 1),
        "village_name_for_code": _Spoiler(
            _instead("village_name_for_code", lambda record: {"division_code": _place_name(record["division_code"])}),
            lambda record: _place_name(record["division_code"]),
        ),
        "wage_in_ten_thousands": _Spoiler(
            _instead(
                "wage_in_ten_thousands", lambda record: {"wage": money(int(record["wage"].replace(".", "")) // 10_000)}
            ),
            lambda record: 10_000_00 < int(record["wage"].replace(".", "")) < 990_000_00,
        ),
    }
)
