"""The 1,109 divisions and how names resolve to them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import divisions

ALL = list(divisions.all_divisions())


def test_all_divisions_are_there_and_hang_together() -> None:
    assert Counter(place.level for place in ALL) == {"city": 1, "banner": 9, "township": 88, "village": 1011}
    assert sum(place.rural for place in ALL) == 747
    assert all(divisions.get(place.parent) for place in ALL if place.level != "city")


@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_within_is_the_same_as_having_the_prefix(place: divisions.Division, scope: divisions.Division) -> None:
    chain = {place.code}
    parent = place.parent
    while parent:
        chain.add(parent)
        above = divisions.get(parent)
        parent = above.parent if above else ""
    assert divisions.is_within(place.code, scope.code) is (scope.code in chain)


@given(st.sampled_from(ALL))
def test_a_code_and_its_prefix_resolve_to_the_place(place: divisions.Division) -> None:
    assert divisions.resolve(place.code).code == place.code
    short = divisions.prefix(place.code)
    assert len(short) == {"city": 4, "banner": 6, "township": 9, "village": 12}[place.level]
    if len(short) in (6, 9):
        assert divisions.resolve(short) == divisions.Resolution(place.code, (place.code,), "prefix")


@given(st.sampled_from(ALL))
def test_a_full_name_finds_its_place_or_says_that_there_are_several(place: divisions.Division) -> None:
    found = divisions.resolve(divisions.path(place.code))
    assert place.code in found.candidates
    assert found.code == (place.code if len(found.candidates) == 1 else None)


@given(st.text(max_size=30))
def test_any_text_resolves_to_something_definite(text: str) -> None:
    found = divisions.resolve(text)
    assert (found.code is not None) is (len(found.candidates) == 1)
    assert found.how in ("code", "prefix", "alias", "name", "folded", "ambiguous", "none")


@pytest.mark.parametrize(
    ("text", "path", "how"),
    [
        ("杭锦旗", "杭锦旗", "name"),
        ("鄂托克旗前旗", "鄂托克前旗", "alias"),
        ("鄂尔多斯市杭锦旗锡尼镇", "杭锦旗锡尼镇", "name"),
        ("杭锦旗永兴村", "杭锦旗独贵塔拉镇永兴村委会", "folded"),
        ("王爱召村", "达拉特旗王爱召镇王爱召村委会", "folded"),
        ("达旗王爱召村", "达拉特旗王爱召镇王爱召村委会", "folded"),
        ("鄂托克旗前旗芒哈图嘎查", "鄂托克前旗上海庙镇芒哈图嘎查", "name"),
        ("布拉格嘎查", "伊金霍洛旗伊金霍洛镇布拉格嘎查村", "folded"),
    ],
)
def test_names_as_files_carry_them(text: str, path: str, how: str) -> None:
    found = divisions.resolve(text)
    assert found.code is not None
    assert (divisions.path(found.code), found.how) == (path, how)


@pytest.mark.parametrize("text", ["胜利村", "海子湾村", "锡尼"])
def test_several_candidates_are_given_back_and_none_is_chosen(text: str) -> None:
    found = divisions.resolve(text)
    assert (found.code, found.how) == (None, "ambiguous")
    assert len(found.candidates) > 1


@pytest.mark.parametrize("text", ["", "不存在的村", "110000000000", "1506", "15060200100", "९" * 12])
def test_what_is_not_there_resolves_to_nothing(text: str) -> None:
    assert divisions.resolve(text) == divisions.Resolution(None, (), "none")


def test_the_levels_above() -> None:
    village = "150625100201"
    assert divisions.banner_of(village) == "150625000000"
    assert divisions.township_of(village) == "150625100000"
    assert divisions.township_of("150625000000") is None
    assert divisions.banner_of("150600000000") == "150600000000"
    with pytest.raises(KeyError):
        divisions.banner_of("110000000000")
