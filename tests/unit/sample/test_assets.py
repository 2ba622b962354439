"""The sample's ledger of assets: as many and as dear as the plan says, the same for the same arguments."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from shared.codes import credit, divisions
from shared.sample import generate
from shared.sample.assets import AssetSample
from shared.sample.assets.projects import projects

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def sample() -> AssetSample:
    return AssetSample(generate(2_000, 7, AS_OF))


def test_the_whole_is_the_plans_1636_operating_projects_worth_750_million() -> None:
    made = list(projects(130_000, [], generate(4, 1, AS_OF)._random("x"), AS_OF))
    operating = [one for one in made if one.assets[0].asset_class == "operating"]
    assert len(operating) == 1_636
    assert sum(asset.value_fen for one in operating for asset in one.assets) == 75_000_000_000
    public = sum(asset.value_fen for one in made for asset in one.assets if asset.asset_class == "public")
    assert public == 67_500_000_000


def test_a_part_of_the_households_has_its_part_of_the_value(sample: AssetSample) -> None:
    operating = [asset for asset in sample.assets if asset.asset_class == "operating"]
    count = len({asset.project_code for asset in operating})
    assert count == round(1_636 * 2_000 / 130_000)
    assert abs(sum(asset.value_fen for asset in operating) - 75_000_000_000 * count // 1_636) < 10_000


def test_funds_sum_and_cover_the_assets(sample: AssetSample) -> None:
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for asset in sample.assets:
        spent[asset.project_code] += Decimal(asset.body["original_value"])
    assert {body["code"] for body in sample.projects} == set(spent)
    for body in sample.projects:
        assert sum(Decimal(fund["amount"]) for fund in body["funds"]) == Decimal(body["total"])
        assert spent[body["code"]] <= Decimal(body["total"])


def test_every_household_class_asset_has_a_lifted_owner_of_its_banner(sample: AssetSample) -> None:
    lifted = {life.family.household_no: life.family.village for life in sample.sample.lives if life.family.lifted}
    owned = [asset for asset in sample.assets if asset.asset_class == "household"]
    assert len(owned) > 0.8 * len(lifted)
    assert all(lifted[str(asset.household_no)] == asset.village for asset in owned)


def test_nothing_is_of_tomorrow_or_before_its_asset(sample: AssetSample) -> None:
    acquired = {asset.code: asset.body["acquired_on"] for asset in sample.assets}
    for step in [*sample.steps(), *sample.plans()]:
        assert acquired[step.asset_code] <= step.body["holds_on"] <= AS_OF.isoformat()


def test_plans_pay_only_households_of_whom_the_ledger_will_hear(sample: AssetSample) -> None:
    spoiled = sample.sample.spoiled("rural-revitalization/household")
    labels = sample.sample.labels().source_ids.values()
    assert spoiled == {one for by_feed in labels for one in by_feed.get("rural-revitalization/household", [])}
    assert sample.households()
    assert not {f"HU-{number}" for number in sample.households()} & spoiled


def test_plans_add_up_to_the_fen(sample: AssetSample) -> None:
    drafts = [step.body for step in sample.plans() if step.path == "/plans"]
    assert drafts
    for body in drafts:
        assert sum(Decimal(line["amount"]) for line in body["lines"]) == Decimal(body["amount"])


def test_codes_of_collectives_are_right_and_places_real(sample: AssetSample) -> None:
    shares = [share for step in sample.steps() for share in step.body.get("shares", [])]
    keys = {share["key"] for share in shares if share["kind"] in ("collective", "state", "enterprise")}
    assert len(keys) > 20
    assert all(credit.parse(key) == key for key in keys)
    assert all(divisions.get(asset.village) for asset in sample.assets)


def test_the_same_arguments_make_the_same_ledger(sample: AssetSample) -> None:
    again = AssetSample(generate(2_000, 7, AS_OF))
    assert (again.projects, again.assets, list(again.steps()), list(again.plans())) == (
        sample.projects, sample.assets, list(sample.steps()), list(sample.plans()),
    )  # fmt: skip
    other = AssetSample(generate(2_000, 8, AS_OF))
    assert other.projects != sample.projects


@pytest.mark.parametrize("as_of", [date(2021, 1, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_the_smallest_sample_of_any_day_has_every_class(as_of: date) -> None:
    small = AssetSample(generate(4, 1, as_of))
    assert {asset.asset_class for asset in small.assets} == {"operating", "public", "household"}
    assert all(step.body["holds_on"] <= as_of.isoformat() for step in small.steps())


def test_some_income_stopped_within_the_days_that_screening_looks_back(sample: AssetSample) -> None:
    plans = list(sample.plans())
    stopped = [step for step in plans if step.path == "/income/dues"]
    assert stopped
    for step in stopped:
        told = date.fromisoformat(step.body["due_on"]) + timedelta(days=31)
        assert AS_OF - timedelta(days=90) < told <= AS_OF
        assert any(one.asset_code == step.asset_code and one.path.endswith("/payments") for one in plans)
