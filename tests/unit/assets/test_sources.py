"""An asset's value divided among the sources of its project."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.assets.overview.domain import divided

funds = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**12), min_size=1).map(lambda d: sorted(d.items()))


@given(value=st.integers(1, 10**12), funds=funds)
def test_a_value_is_divided_to_the_fen_and_nobody_gets_a_fen_more_or_less_than_its_part(
    value: int, funds: list[tuple[str, int]]
) -> None:
    found = divided([value], funds)
    assert sum(found.values()) == value
    total = sum(amount for _, amount in funds)
    rests = {}
    for source, amount in funds:
        exact = Fraction(value * amount, total)
        assert found[source] - exact.__floor__() in (0, 1)
        rests[source] = (found[source] - exact.__floor__(), exact - exact.__floor__())
    more = [rest for given, rest in rests.values() if given]
    less = [rest for given, rest in rests.values() if not given]
    assert min(more, default=Fraction(1)) >= max(less, default=Fraction(0)), "a fen over goes to the largest remainder"


@given(values=st.lists(st.integers(1, 10**6), max_size=8), funds=funds)
def test_several_assets_owe_what_each_owes(values: list[int], funds: list[tuple[str, int]]) -> None:
    alone = [divided([value], funds) for value in values]
    assert divided(values, funds) == {source: sum(one[source] for one in alone) for source, _ in funds}


def test_of_equal_remainders_the_first_source_gets_the_fen() -> None:
    assert divided([1], [("a", 5), ("b", 5)]) == {"a": 1, "b": 0}
