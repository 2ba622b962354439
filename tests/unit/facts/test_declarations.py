"""What facts.yaml declares, what it may not say, and that each group's files give just that."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest

from services.screening.facts import groups
from services.screening.facts.domain import (
    FACTS,
    GROUPS,
    PARAMETERS,
    SILENCE_KINDS,
    Fact,
    groups_fed_by,
    kinds_of,
    read,
    wire_value,
)
from services.screening.facts.groups import wording
from services.screening.facts.service import FactRow
from services.screening.parameters.shipped import definitions
from services.screening.register.domain import ASSET_EVENTS
from shared.codes import plan_lists
from shared.feeds import catalogue

DESIGNED = 74
"""Of screening §2."""


def entry(**changes: Any) -> dict[str, Any]:
    return {"title": "人数", "of": {"type": "count", "unit": "人", "kinds": [17], "silence": "none"}, **changes}


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_a_declaration_is_whole(fact: Fact) -> None:
    assert re.search(r"[\u4e00-\u9fff]", fact.title)
    assert fact.definition.endswith("。")
    assert len(fact.definition) > len("户基础类型为")
    assert set(fact.kinds) <= set(catalogue.BY_NUMBER)
    assert (fact.silence == "none") is (set(fact.kinds) <= {17})
    assert set(fact.parameters) <= set(definitions())
    assert bool(fact.unit) or fact.type in ("boolean", "grade", "text")
    assert bool(fact.labels) is (fact.type in ("grade", "text"))


def test_all_of_the_design_is_there_and_titles_do_not_repeat() -> None:
    assert len(FACTS) == DESIGNED
    assert len({fact.title for fact in FACTS.values()}) == DESIGNED
    assert PARAMETERS == ("stable_months", "insurance_grace_days")
    assert set(SILENCE_KINDS) == set(catalogue.BY_NUMBER) - {17}


def test_a_declaration_without_a_definition_or_with_an_unknown_list_is_no_declaration() -> None:
    with pytest.raises(KeyError):
        list(read({"people": {"members": entry()}}))
    with pytest.raises(KeyError):
        list(read({"people": {"members": entry(definition="人数。", labels_from="no_such_list")}}))
    (fact,) = read({"people": {"members": entry(definition="人数。")}})
    assert (fact.group, fact.parameters, dict(fact.labels)) == ("people", (), {})


def test_the_files_of_groups_are_those_of_the_declarations() -> None:
    there = {file.name for file in files(groups.__package__).iterdir() if file.name.endswith(".sql")}
    declared = {f"{group}{ending}" for group in GROUPS for ending in (".sql", ".records.sql")}
    assert {name for name in there if not name.startswith("_")} == declared
    groups.check()


@pytest.mark.parametrize("group", GROUPS)
def test_a_statement_of_one_group_selects_its_facts_and_leaves_no_word_open(group: str) -> None:
    for in_set in (False, True):
        sql = groups.facts_sql((group,), in_set)
        assert f"SELECT household_no, division_code, {', '.join(groups.columns_of((group,)))} FROM" in sql
        assert not re.search(r"\{[a-z_]+[ }]", sql)
    assert f"SELECT '{group}' AS fact_group, q.* FROM (" in groups.records_sql((group,))


def test_what_several_groups_need_stands_in_a_statement_once() -> None:
    sql = groups.facts_sql(GROUPS, in_set=True)
    for part in ("cover", "monitoring", "income", "incomes", "billed", "folk", "ill", "homes"):
        assert len(re.findall(rf"(?<![\w.]){part} AS MATERIALIZED", sql)) == 1, part
    behind = groups.records_sql(GROUPS)
    for part in ("income", "homes", "concerned"):
        assert len(re.findall(rf"(?<![\w.]){part} AS MATERIALIZED", behind)) == 1, part
    joined = re.findall(r"^LEFT JOIN .*$", sql, re.MULTILINE)
    assert len(joined) == len(set(joined))


def test_a_word_that_is_not_there_stops_the_assembly() -> None:
    with pytest.raises(KeyError):
        wording.fill("SELECT {nonsense 8}", in_set=True)
    with pytest.raises(ValueError, match="invalid literal"):
        wording.fill("SELECT 1 FROM {persons bills}", in_set=True)


def test_a_batch_feeds_the_groups_of_its_kinds_and_a_household_record_all() -> None:
    assert groups_fed_by({8}) == ("rigid", "bills")
    assert groups_fed_by({18}) == ("income", "rigid", "help")
    assert groups_fed_by({2}) == ("status", "disability", "safety_net")
    assert groups_fed_by({ASSET_EVENTS}) == ("assets",)
    assert groups_fed_by({17, 8}) == GROUPS
    assert groups_fed_by(set()) == ()
    assert kinds_of(("rigid", "water")) == (8, 12, 18, 20)
    for kind in SILENCE_KINDS:
        assert groups_fed_by({kind}), kind


def test_values_go_out_as_yuan_and_labels() -> None:
    assert wire_value(FACTS["net_12m"], -1_205) == "-12.05"
    assert wire_value(FACTS["dwelling_grade"], 3) == "C"
    assert wire_value(FACTS["house_damage_90d"], 0) == "无损坏"
    assert wire_value(FACTS["house_damage_cause"], "snow") == "snow"
    assert FACTS["house_damage_cause"].label("snow") == "雪灾"
    assert wire_value(FACTS["net_12m"], None) is None
    assert FACTS["members"].label(3) is None


def test_a_row_says_which_parameter_it_lacks() -> None:
    values: dict[str, Any] = dict.fromkeys(FACTS, 0) | {"stable_employed_members": None, "net_12m": None}
    row = FactRow("H1", "150625100201", values, frozenset({22}))
    assert row.lacking("stable_employed_members") == ("stable_months",)
    assert row.lacking("uninsured_members") == ()
    assert row.lacking("net_12m") == ()
    assert not row.complete("stable_employed_members")
    assert not row.complete("employed_members")
    assert row.complete("uninsured_members")
    assert row.complete("members")


def test_a_doubtful_village_is_on_no_list() -> None:
    listed, doubtful = (
        set(re.findall(r"[0-9]{12}", wording.fill(f"{{{word} key_village}}", in_set=True)))
        for word in ("listed", "doubtful")
    )
    assert listed == plan_lists.get("key_village").codes
    assert doubtful
    assert not doubtful & listed
