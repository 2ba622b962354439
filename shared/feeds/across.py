"""Checks across fields that several kinds share; each is written for a draft whose single fields are right."""

from __future__ import annotations

from shared.codes import identity
from shared.feeds.draft import Draft

_TINY_FEN = 10_000
"""Below 100 yuan a wage is suspected to be in thousands or ten thousands."""


def in_order(draft: Draft, earlier: str, later: str) -> None:
    """Refuse `later` if it lies before `earlier`; both are days, or both are months. Nothing to say if one is empty."""
    first, second = draft.values[earlier], draft.values[later]
    if first is not None and second is not None and second < first:
        draft.refuse(later, "dates_out_of_order", f"早于{draft.label(earlier)}（{first}），请核对")


def not_before_birth(draft: Draft, field: str) -> None:
    """Refuse a day before the person was born: number or day is wrong. The birth date is not shown."""
    for _, number, _ in draft.identities:
        born, day = identity.birth_of(number), draft.values[field]
        if born is not None and day < born.isoformat():
            draft.refuse(field, "before_birth", "早于身份证号中的出生日期，请核对日期和身份证号")


def unit_suspect(draft: Draft, field: str) -> None:
    """Note a wage above 0 and below 100 yuan: many files carry it in ten thousands."""
    if 0 < draft.fen.get(field, 0) < _TINY_FEN:
        draft.note(field, "unit_suspect", "大于 0 而不足 100 元，请核对单位是否为元（不是千元、万元）")
