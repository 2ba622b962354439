"""Laws of the ledger for any sequence of legal entries, in any order of back-dating (issue 10)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from services.assets.disposal.domain import ending
from services.assets.entries.domain import Entry, standing, until
from services.assets.income.books import money
from services.assets.rights.domain import rights
from services.assets.rules import RULES
from tests.unit.assets.lives import BORN, SAID, candidates, entry, live

Drawn = list[tuple[date, tuple[str, dict[str, Any]]]]
_MONEY = {"income_received": 1, "plan_reversed": 1, "plan_paid": -1}


def _turns(life: list[Entry]) -> list[date]:
    return sorted({one.holds_on for one in standing(life)})


@settings(max_examples=60, deadline=None)
@given(drawn=candidates)
def test_shares_sum_to_one_on_every_day(drawn: Drawn) -> None:
    life = live(drawn)
    for day in _turns(life):
        for held in rights(until(standing(life), day)).values():
            assert sum(held.values()) == Fraction(1)
            assert min(held.values()) > 0


@settings(max_examples=60, deadline=None)
@given(drawn=candidates)
def test_money_in_is_money_out_and_what_is_in_hand_on_every_day(drawn: Drawn) -> None:
    life = live(drawn)
    for day in _turns(life):
        held = until(standing(life), day)
        sums: dict[str, int] = defaultdict(int)
        for one in held:
            sums[one.kind] += one.body.get("amount_fen", 0)
        in_hand = money(held).in_hand_fen
        assert in_hand == sums["income_received"] + sums["plan_reversed"] - sums["plan_paid"]
        assert in_hand >= 0
        proceeds = ending(held).proceeds
        assert proceeds.received_fen == sums["proceeds_received"]
        assert proceeds.unassigned_fen == sums["proceeds_received"] - sums["proceeds_assigned"] >= 0
        assert proceeds.unspent_fen == sums["proceeds_received"] - sums["proceeds_spent"] >= 0


@settings(max_examples=60, deadline=None)
@given(drawn=candidates)
def test_what_the_law_let_in_stays_lawful_whatever_the_order_of_recording(drawn: Drawn) -> None:
    life = live(drawn)
    assert RULES.law(standing(life)) == []
    assert RULES.law(standing(list(reversed(life)))) == []


def test_the_lives_drawn_reach_every_kind_that_a_life_is_made_of() -> None:
    """Without this the laws above could hold of lives in which nothing happens."""
    seen: set[str] = set()

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(drawn=candidates)
    def collect(drawn: Drawn) -> None:
        seen.update(one.kind for one in live(drawn))

    collect()
    assert (
        not {"right_confirmed", "right_transferred", "plan_paid", "plan_reversed", "proceeds_spent", "reversed"} - seen
    )


def test_a_back_dated_entry_that_makes_a_later_one_wrong_is_refused() -> None:
    life = [
        entry("asset_registered", BORN, SAID),
        entry("income_due", date(2025, 3, 1), {"due_id": "D1", "period": "2025", "kind": "rent", "amount_fen": 100,
              "due_on": "2025-06-30", "contract": "合同"}),
        entry("income_received", date(2025, 6, 1), {"due_id": "D1", "amount_fen": 100}),
    ]  # fmt: skip
    assert RULES.law(standing(life)) == []
    back_dated = entry("income_received", date(2025, 4, 1), {"due_id": "D1", "amount_fen": 1})
    assert [fault.code for fault in RULES.law(standing([*life, back_dated]))] == ["more_than_due"]
