"""The catalogue of facts and a household's facts over HTTP; what is stored has a column for each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from services.screening.facts.domain import FACTS, GROUPS
from services.screening.facts.groups import facts_sql, records_sql
from shared.db import driver, transaction
from tests.factories import deliveries as made
from tests.integration.screening.conftest import HEAD, TODAY, WIFE, Ask, World

POSTGRES = {
    "count": "int4",
    "fen": "int8",
    "boolean": "bool",
    "grade": "int2",
    "text": "text",
    "days": "int4",
}
REFERENCE = (
    "fact_group",
    "household_no",
    "kind",
    "source_id",
    "version",
    "part_id",
    "line",
    "submission_id",
    "partition",
    "offset",
)


async def test_the_stored_row_and_every_statement_have_the_declared_columns_of_their_types(world: World) -> None:
    async with transaction(world.engine) as conn:
        db = await driver(conn)
        stored = await db.prepare("SELECT * FROM household_facts")
        columns = {column.name: column.type.name for column in stored.get_attributes()}
        assert {name: columns.pop(name, None) for name in FACTS} == {n: POSTGRES[f.type] for n, f in FACTS.items()}
        assert set(columns) == {"household_no", "division_code", "as_of"}
        for group in GROUPS:
            declared = {name: POSTGRES[fact.type] for name, fact in FACTS.items() if fact.group == group}
            for in_set in (False, True):
                statement = await db.prepare(facts_sql((group,), in_set))
                given = {column.name: column.type.name for column in statement.get_attributes()}
                assert given == {"household_no": "text", "division_code": "text"} | declared
            behind = await db.prepare(records_sql((group,)))
            assert tuple(column.name for column in behind.get_attributes()) == REFERENCE


async def test_the_catalogue_says_what_a_rule_s_author_needs(ask: Ask) -> None:
    answer = await ask("GET", "/v1/facts")
    assert answer.status_code == 200
    items = {item["name"]: item for item in answer.json()["items"]}
    assert list(items) == list(FACTS)
    assert items["stable_employed_members"] == {
        "name": "stable_employed_members",
        "title": "稳定就业成员数",
        "group": "work",
        "type": "count",
        "unit": "人",
        "labels": {},
        "feeds": ["rural-revitalization/employment"],
        "silence": "both",
        "parameters": ["stable_months"],
        "definition": "截至日的在就业记录中，有一段已满“稳定就业月数”的成员人数；当地没有设定该参数的为未知。",
    }
    assert items["house_damage_90d"]["labels"] == {"0": "无损坏", "1": "一般损坏", "2": "严重损坏", "3": "倒塌"}


async def facts_of(ask: Ask, no: str = "H1", **query: Any) -> dict[str, dict[str, Any]]:
    answer = await ask("GET", f"/v1/households/{no}/facts", **query)
    assert answer.status_code == 200, answer.text
    return {fact["name"]: fact for fact in answer.json()["facts"]}


async def test_a_household_s_facts_with_words_for_codes_and_what_is_lacking(world: World, ask: Ask) -> None:
    snow = made.disaster(TODAY - timedelta(days=3), "serious", type_="snow", livestock_loss="12000.00")
    await world.take(world.household("H1", HEAD, WIFE), world.of(15, "Z1", snow, HEAD))
    facts = await facts_of(ask)
    assert list(facts) == list(FACTS)
    shown = {name: (facts[name]["value"], facts[name]["label"]) for name in ("house_damage_90d", "house_damage_cause")}
    assert shown == {"house_damage_90d": ("严重损坏", "严重损坏"), "house_damage_cause": ("snow", "雪灾")}
    assert facts["disaster_net_loss_90d"]["value"] == "12000.00"
    assert facts["disaster_net_loss_90d"]["complete"] is True
    assert facts["net_12m"]["value"] is None
    assert facts["net_12m"]["lacking"] == []
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("DELETE FROM parameter WHERE name = 'stable_months'")
    (lacking,) = ((f["value"], f["lacking"], f["complete"]) for f in (await facts_of(ask)).values() if f["lacking"])
    assert lacking == (None, ["stable_months"], False)


async def test_facts_at_a_past_day_and_as_known_then(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000", on=date(2026, 10, 1)))
    before = datetime.fromisoformat(f"{TODAY}T00:00:00+00:00").isoformat()
    name = "self_paid_in_catalogue_12m_sum"
    assert (await facts_of(ask))[name]["value"] == "12000.00"
    assert (await facts_of(ask, as_of="2026-09-30"))[name]["value"] == "0.00"
    unknown = await ask("GET", "/v1/households/H1/facts", known_at=before)
    assert unknown.status_code == 404, "nobody knew of the household then"


async def test_nobody_sees_the_facts_of_another_banner_or_of_tomorrow(world: World, ask: Ask) -> None:
    await world.take(world.household())
    refused = await ask("GET", "/v1/households/H1/facts", role="banner_officer", in_division="150602000000")
    assert (refused.status_code, refused.json()["code"]) == (404, "household_not_found")
    future = await ask("GET", "/v1/households/H1/facts", as_of=str(TODAY + timedelta(days=1)))
    assert (future.status_code, future.json()["code"]) == (422, "as_of_in_future")


async def test_the_rows_of_the_release_before_say_nothing_until_they_are_computed(world: World) -> None:
    """The migration dates them back, so that a batch computes them whole."""
    await world.take(world.household(), world.settlement("12000"))
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("UPDATE household_facts SET as_of = DATE '1970-01-01', members = NULL")
    await world.take(world.settlement("1", "S2"))
    async with transaction(world.engine) as conn:
        row = await (await driver(conn)).fetchrow("SELECT as_of, members FROM household_facts")
    assert tuple(row) == (TODAY, 1)
