"""How a life is told line by line, and how the asset pages say numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assets.entries.domain import REVERSED, Entry
from services.assets.income.kinds import PAID
from services.assets.ledger.domain import AMENDED, STATE_CHANGED
from services.assets.overview.lives import steps
from services.assets.overview.telling import money, told
from services.assets.overview.wording import deadline, percent

ASSET = UUID(int=1)


def entry(number: int, kind: str, day: int, takes_back: int | None = None, **body: Any) -> Entry:
    return Entry(
        UUID(int=number), ASSET, kind, date(2026, 1, day), body, "凭证", datetime(2026, 2, 1, tzinfo=UTC), "clerk",
        None if takes_back is None else UUID(int=takes_back),
    )  # fmt: skip


def paid(number: int, day: int, plan: str, fen: int, line: str = "1") -> Entry:
    return entry(number, PAID, day, plan_id=plan, line_id=line, amount_fen=fen)


def test_payments_of_one_plan_and_day_are_one_line_but_for_what_was_taken_back() -> None:
    life = [
        paid(10, 1, "p", 100, "1"),
        paid(11, 1, "p", 1, "2"),
        paid(12, 1, "p", 50, "3"),
        entry(20, REVERSED, 1, takes_back=12, of=PAID),
        paid(13, 1, "q", 7),
        paid(14, 2, "q", 8),
    ]
    found = steps(life, {"p": "2025", "q": "2026"})
    assert [step.told for step in found] == [
        "支付：2025 方案的 2 行，共 1.01 元", "支付：第 3 行 0.50 元", "支付：第 1 行 0.07 元", "支付：第 1 行 0.08 元",
    ]  # fmt: skip
    assert [step.reversal is not None for step in found] == [False, True, False, False]
    assert found[0].parts == ["支付：第 1 行 1.00 元", "支付：第 2 行 0.01 元"]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3), st.sampled_from("pq")), max_size=30))
def test_every_entry_is_in_one_step_and_in_its_order(drawn: list[tuple[bool, int, str]]) -> None:
    life = [
        paid(number, day, plan, 1) if pays else entry(number, STATE_CHANGED, day, state="idle", reason="停用")
        for number, (pays, day, plan) in enumerate(sorted(drawn, key=lambda one: one[1]), 1)
    ]
    found = steps(life, {"p": "2025", "q": "2026"})
    assert [one for step in found for one in step.entries] == life


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (123456789, "1,234,567.89"), (-5, "−0.05"), (-123456, "−1,234.56"), (100000, "1,000.00")],
)
def test_money_has_its_thousands_and_its_sign(fen: int, text: str) -> None:
    assert money(fen) == text


def test_an_amendment_is_told_in_words_and_with_thousands() -> None:
    said: dict[str, Any] = {"original_value_fen": 120000000, "division_code": "150625100000", "real_estate": True}
    assert (
        told(entry(1, AMENDED, 1, **said))
        == "信息变动：原值改为“1,200,000.00 元”；区划改为“杭锦旗锡尼镇”；不动产改为“是”"
    )


def test_a_share_is_whole_only_when_it_is_and_a_deadline_is_told_in_days() -> None:
    assert [percent(1999, 2000), percent(2000, 2000), percent(0, 0)] == ["99.9%", "100.0%", "—"]
    today = date(2026, 11, 26)
    left = [deadline(date(2026, 11, day), today) for day in (25, 26, 27)]
    assert left == ["已超期 1 天", "今天到期", "还有 1 天"]
