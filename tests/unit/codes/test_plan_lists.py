"""The plan's lists of 专栏10: how many names, which have a place, and which a person must settle."""

from __future__ import annotations

from collections import Counter

import pytest

from shared.codes import divisions, plan_lists

UNRESOLVED = {
    "demonstration_village": {
        "折家梁村": "ambiguous",
        "长胜店村": "none",
        "哈沙图村": "ambiguous",
        "黄陶勒盖嘎查": "ambiguous",
        "三道泉则村": "none",
    },
    "key_township": {"塔然高勒": "none"},
    "key_village": {
        "王家豪村": "none",
        "哈拉亥图壕村": "none",
        "三倾地村": "none",
        "韩家塔村": "ambiguous",
        "乌拉素村": "ambiguous",
        "哈拉盖图村": "none",
        "萨如努图嘎查": "none",
        "巴音嘎查": "ambiguous",
        "巴音村": "ambiguous",
        "黄介壕嘎查": "none",
        "乌兰木独村": "none",
        "巴音布拉格嘎查": "ambiguous",
    },
}
"""Slips of the plan and names that two places bear; each is a question to the banner, not to a programmer."""


def test_the_lists_are_as_long_as_their_names_not_as_their_heading() -> None:
    found = {name: (len(one.entries), one.announced) for name, one in plan_lists.all_lists().items()}
    assert found == {
        "leading_banner": (2, None),
        "key_banner": (3, None),
        "steady_banner": (4, None),
        "regional_key_banner": (1, None),
        "demonstration_village": (20, 20),
        "key_township": (7, 7),
        "key_village": (87, 67),
    }


def test_every_banner_stands_on_exactly_one_of_the_three_lists() -> None:
    banners = Counter(
        code for name in ("leading_banner", "key_banner", "steady_banner") for code in plan_lists.get(name).codes
    )
    assert banners == {place.code: 1 for place in divisions.all_divisions() if place.level == "banner"}


@pytest.mark.parametrize("name", list(plan_lists.all_lists()))
def test_what_has_no_code_is_known_by_name(name: str) -> None:
    listed = plan_lists.get(name)
    assert {entry.name: entry.how for entry in listed.unresolved} == UNRESOLVED.get(name, {})
    assert len(listed.codes) == len(listed.entries) - len(listed.unresolved)  # no two names mean one place


@pytest.mark.parametrize("listed", plan_lists.all_lists().values(), ids=lambda listed: listed.name)
def test_a_code_lies_where_it_was_looked_for_and_on_its_level(listed: plan_lists.PlanList) -> None:
    for entry in listed.entries:
        assert divisions.is_within(entry.code or entry.scope, entry.scope)
        for code in (entry.code, *entry.candidates):
            place = divisions.get(code) if code else None
            assert place is None or place.level == listed.level


def test_several_places_are_all_named_and_a_slip_shows_what_is_written_alike() -> None:
    key = {entry.name: entry for entry in plan_lists.get("key_village").entries}
    assert {divisions.path(code) for code in key["韩家塔村"].candidates} == {
        "准格尔旗暖水乡韩家塔村委会",
        "准格尔旗龙口镇韩家塔村委会",
    }
    assert [divisions.path(code) for code in key["王家豪村"].candidates] == ["达拉特旗风水梁镇王家壕村委会"]


def test_the_regions_key_banner_is_another_fact_than_the_citys_three() -> None:
    (place,) = plan_lists.get("regional_key_banner").codes
    assert [listed.name for listed in plan_lists.lists_of(place)] == ["key_banner", "regional_key_banner"]
    (ejin,) = (code for code in plan_lists.get("leading_banner").codes if divisions.path(code) == "伊金霍洛旗")
    assert [listed.title for listed in plan_lists.lists_of(ejin)] == ["示范引领旗区"]
    assert plan_lists.lists_of("150625100201") == ()
