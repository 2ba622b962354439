"""The population: nobody real, in real villages, as the plan and the region's statistics have it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import shared
from shared.codes import divisions, identity
from shared.sample import Sample, generate
from tests.unit.sample.support import AS_OF, by_kind

Kinds = dict[str, list[dict[str, Any]]]
LINE_FEN = 830_000


HOUSEHOLDS = 4_000


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(HOUSEHOLDS, 1, AS_OF)


@pytest.fixture(scope="module")
def kinds(sample: Sample) -> Kinds:
    return by_kind(sample)


@pytest.fixture(scope="module")
def households(kinds: Kinds) -> dict[str, dict[str, Any]]:
    return {record["household_no"]: record for record in kinds["household"]}


@pytest.fixture(scope="module")
def home(households: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Identity number → household."""
    return {member["id_number"]: number for number, record in households.items() for member in record["members"]}


def test_nobody_is_real(households: dict[str, dict[str, Any]]) -> None:
    numbers = [member["id_number"] for record in households.values() for member in record["members"]]
    assert all(identity.birth_of(number) is not None and 990 <= int(number[14:17]) <= 999 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_names_are_made_of_characters_that_stand_nowhere_else(households: dict[str, dict[str, Any]]) -> None:
    characters = {
        character for record in households.values() for member in record["members"] for character in member["name"]
    }
    root = Path(shared.__file__).parent.parent
    texts = [
        path
        for folder in ("shared", "services")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".yaml", ".csv", ".json", ".html", ".sql") and path.name != "names.yaml"
    ]
    assert len(texts) > 50
    for path in texts:
        assert not characters & set(path.read_text("utf-8")), path


def test_households_stand_in_real_villages_and_about_one_in_eighteen_was_lifted(
    households: dict[str, dict[str, Any]],
) -> None:
    assert len(households) == HOUSEHOLDS
    places = [divisions.resolve(record["division_code"]).code for record in households.values()]
    assert all(code and (place := divisions.get(code)) and place.rural for code in places)
    lifted = sum(record["base_status"] == "lifted" for record in households.values())
    assert 0.045 < lifted / HOUSEHOLDS < 0.065
    assert 2.3 < sum(len(record["members"]) for record in households.values()) / HOUSEHOLDS < 3.3


def test_about_one_in_eighty_is_monitored_and_some_no_longer(kinds: Kinds) -> None:
    states: dict[str, str] = {}
    for record in kinds["monitored-household"]:
        states[record["household_no"]] = record["state"]
    assert 0.008 < len(states) / HOUSEHOLDS < 0.017
    assert set(states.values()) == {"monitored", "tracked", "removed"}


def _fen(text: str) -> int:
    return round(float(text) * 100)


def _latest_incomes(kinds: Kinds) -> dict[str, tuple[int, int, list[int]]]:
    """Household → (net, members, the four parts) of the last twelve months; what carries a defect is left out."""
    latest: dict[str, tuple[str, dict[str, Any]]] = {}
    for record in kinds["income"]:
        if any("," in str(value) for value in record.values()) or _fen(record["wage"]) < 10_000:
            continue
        number, month = record["household_no"], record["period_end_month"]
        if month > latest.get(number, ("",))[0]:
            latest[number] = (month, record)
    found = {}
    for number, (_, record) in latest.items():
        net = _fen(record["operating"]) - _fen(record["operating_cost"])
        parts = [_fen(record["wage"]), net, _fen(record["property"]), _fen(record["transfer"])]
        found[number] = (sum(parts), record["members_counted"], parts)
    return found


def test_incomes_have_the_regions_mix(kinds: Kinds) -> None:
    incomes = _latest_incomes(kinds).values()
    totals = [sum(parts[kind] for _, _, parts in incomes) for kind in range(4)]
    shares = [total / sum(totals) for total in totals]
    assert shares == pytest.approx([0.193, 0.546, 0.025, 0.236], abs=0.012)
    assert any(net < 0 for net, _, _ in incomes), "a year in the red"


def test_the_lifted_stand_where_the_plan_saw_them_in_2020() -> None:
    kinds = by_kind(generate(3_000, 3, date(2021, 1, 31)))
    lifted = {record["household_no"] for record in kinds["household"] if record["base_status"] == "lifted"}
    incomes = [income for number, income in _latest_incomes(kinds).items() if number in lifted]
    assert {record["period_end_month"] for record in kinds["income"]} >= {"2020-12"}
    mean = sum(net for net, _, _ in incomes) / sum(members for _, members, _ in incomes)
    assert mean == pytest.approx(2_118_390, rel=0.08)


def test_of_the_medical_warnings_about_two_in_a_hundred_would_be_confirmed(
    sample: Sample, kinds: Kinds, households: dict[str, dict[str, Any]], home: dict[str, str]
) -> None:
    since = (AS_OF - timedelta(days=365)).isoformat()
    paid: Counter[str] = Counter()
    for bill in {bill["source_id"]: bill for bill in kinds["settlement"] if "settled_on" in bill}.values():
        if bill["settled_on"] > since and bill["id_number"] in home:
            paid[home[bill["id_number"]]] += _fen(bill["self_paid_in_catalogue"])
    incomes = _latest_incomes(kinds)
    lifted = {number for number, record in households.items() if record["base_status"] == "lifted"}
    warned = {number for number, fen in paid.items() if fen >= (1_000_000 if number in lifted else 2_600_000)}
    hard = {
        number
        for number in warned & set(incomes)
        if (incomes[number][0] - paid[number]) / incomes[number][1] <= LINE_FEN
    }
    assert 0.01 < len(warned) / HOUSEHOLDS < 0.035
    assert hard == set(sample.confirmed)
    assert 0.005 < len(hard) / len(warned) < 0.05
    assert warned & lifted
    assert warned - lifted


def test_some_houses_are_unsafe_some_lifted_uninsured_some_children_away(
    kinds: Kinds, households: dict[str, dict[str, Any]], home: dict[str, str]
) -> None:
    grades = Counter(record["grade"] for record in kinds["dwelling-appraisal"])
    assert 0.02 < (grades["C"] + grades["D"]) / sum(grades.values()) < 0.08
    insured = {r["id_number"] for r in kinds["enrolment"] if r["insurance_year"] == AS_OF.year}
    lifted = [number for number, place in home.items() if households[place]["base_status"] == "lifted"]
    assert 0.005 < sum(number not in insured for number in lifted) / len(lifted) < 0.06
    states = Counter(record.get("status") for record in kinds["schooling"])
    assert states["enrolled"] > 0.85 * sum(states.values())
    assert states["home_teaching"]
    assert states["graduated"]
    assert states["dropped_out"] + states["suspected_dropout"] < 0.01 * sum(states.values())


def test_what_departments_say_of_one_life_fits(kinds: Kinds, home: dict[str, str]) -> None:
    cards: dict[str, str] = {}
    for record in kinds["certificate"]:
        cards[record["id_number"]] = record["certificate_no"]
    assert {r["id_number"] for r in kinds["benefit"] if r["benefit"] == "nursing"} - set(home) <= _misspelt(kinds)
    holders = {number for number, card in cards.items() if card[:18] == number}
    nursed = {r["id_number"] for r in kinds["benefit"] if r["benefit"] == "nursing"} & holders
    assert nursed
    assert all(cards[number][19] in "12" for number in nursed)
    covered: defaultdict[str, set[str]] = defaultdict(set)
    for record in kinds["minimum-living-allowance"]:
        covered[record["id_number"]] |= set(record["covered_members"])
    assert all({home[number] for number in numbers} == {home[head]} for head, numbers in covered.items())


def _misspelt(kinds: Kinds) -> set[str]:
    return {r["id_number"] for r in kinds["benefit"] if identity.birth_of(r["id_number"]) is None}
