"""bills: what members paid for treatment."""

from __future__ import annotations

from datetime import date, timedelta

from tests.factories.deliveries import settlement
from tests.integration.facts.groups.scene import HEAD, SPOUSE, TODAY, Scene, ago


async def test_bills_of_twelve_months_together_and_of_the_member_who_paid_most(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    year_ago = date(2025, 11, 20)
    bills = [(year_ago, HEAD, "1.00"), (year_ago + timedelta(days=1), HEAD, "10.00"), (TODAY, HEAD, "5.00")]
    for number, (day, who, fen) in enumerate([*bills, (ago(1), SPOUSE, "12.00"), (ago(-1), SPOUSE, "99.00")]):
        scene.say(8, f"B{number}", settlement(day, fen, f"2{fen}"), who=who)
    facts = await scene.facts("bills")
    names = ("self_paid_in_catalogue_12m_sum", "self_paid_12m_sum", "self_paid_12m_max")
    assert tuple(facts[name] for name in names) == (27_00, 210_00 + 25_00 + 212_00, 235_00)
    assert await scene.records("bills") == ["B1", "B2", "B3"]


async def test_nothing_paid_is_zero(scene: Scene) -> None:
    scene.household(HEAD)
    assert set((await scene.facts("bills")).values()) == {0}
