"""Which part of a number an observation is, and what is said when a count differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.indicators.definitions import service as definitions
from services.indicators.lineage.domain import Compared, above, part_of, shares, words
from services.indicators.observations.domain import Observation
from services.indicators.values.domain import Value
from shared.codes import divisions

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def value(code: str, **more: Any) -> Value:
    indicator = definitions.get(code)
    plain: dict[str, Any] = {
        "number": indicator.number,
        "code": code,
        "division_code": "150625000000",
        "period": "2025",
        "as_of": date(2025, 12, 31),
        "known_at": NOW,
        "value": Decimal(1),
        "numerator": Decimal(3),
        "denominator": Decimal(4),
        "unit": indicator.unit,
        "status": "behind",
        "reason": None,
        "basis": None,
        "beside": {},
        "sources": (),
        "formula_version": 1,
    }
    return Value(**{**plain, **more})


def seen(input_code: str, amount: str, number: int = 1, period: str = "2025") -> tuple[Observation, Decimal]:
    return (
        Observation(
            observation_id=UUID(int=number),
            input=input_code,
            division_code="150625000000",
            period=period,
            value=Decimal(amount),
            unit="%",
            document="示例",
            document_on=None,
            supersedes=None,
            submitted_by="x",
            known_at=NOW,
        ),
        Decimal(amount),
    )


@pytest.mark.parametrize(
    ("code", "inputs", "expected"),
    [
        (
            "sanitary_toilets",
            ["sanitary_toilet_households", "rural_households"],
            [("numerator", 1), ("denominator", 2)],
        ),
        (
            "hangjin_income_growth_gap",
            ["rural_income_growth", "region_rural_income_growth"],
            [("numerator", 1), ("beside", None)],
        ),
        (
            "allowance_standard_ratio",
            ["rural_allowance_standard", "urban_allowance_persons"],
            [("numerator", None), ("denominator", None)],
        ),
        ("hangjin_gdp_growth_gap", ["gdp_constant", "region_gdp_constant"], [("numerator", None), ("beside", None)]),
        ("lifted_income_growth_gap", ["rural_income_growth"], [("beside", None)]),
        ("lifted_income_ratio", ["rural_income"], [("denominator", None)]),
        ("major_disease_kinds", ["major_disease_kinds"], [("numerator", 1)]),
    ],
)
def test_each_observation_is_the_part_that_its_formula_says(
    code: str, inputs: list[str], expected: list[tuple[str, int | None]]
) -> None:
    used = [seen(name, str(number), number) for number, name in enumerate(inputs, 1)]
    found = shares(definitions.get(code), value(code), used)
    assert [(share.part, share.counts) for share in found] == expected


@pytest.mark.parametrize(("income", "part"), [("49.99", "missing"), ("50", "numerator"), ("120", "numerator")])
def test_a_village_counts_once_on_the_side_of_its_income(income: str, part: str) -> None:
    code = "village_income_over_500k"
    [village] = shares(definitions.get(code), value(code), [seen("village_operating_income", income)])
    assert (str(village.part), village.counts) == (part, Decimal(1))
    [whole] = shares(definitions.get(code), value(code), [seen("villages", "12")])
    assert (whole.part, whole.counts) == ("denominator", Decimal(12))


@pytest.mark.parametrize(
    ("income", "parts"), [("49.99", ["missing", "denominator"]), ("50", ["numerator", "denominator"])]
)
def test_a_village_is_its_own_whole(income: str, parts: list[str]) -> None:
    village = next(d.code for d in divisions.all_divisions() if d.rural)
    code = "village_income_over_500k"
    found = shares(
        definitions.get(code), value(code, division_code=village), [seen("village_operating_income", income)]
    )
    assert [(str(share.part), share.counts) for share in found] == [(part, Decimal(1)) for part in parts]


def test_a_growths_base_year_is_its_denominator() -> None:
    indicator = next(i for i in definitions.catalogue().indicators if i.formula.name == "growth")
    name = indicator.formula.arguments["value"]
    used = [seen(name, "120", 1), seen(name, "100", 2, indicator.formula.arguments["base"])]
    found = shares(indicator, value(indicator.code), used)
    assert [(share.part, share.counts) for share in found] == [
        ("numerator", Decimal(120)),
        ("denominator", Decimal(100)),
    ]


def test_every_argument_of_every_observed_formula_is_a_part() -> None:
    for indicator in definitions.catalogue().indicators:
        for entry in indicator.inputs:
            assert shares(indicator, value(indicator.code), [seen(entry.code, "60")])


def test_what_is_missing_is_the_denominator_less_the_numerator() -> None:
    whole = value("medical_insurance")
    parts = [part_of(whole, part) for part in ("numerator", "denominator", "missing", "beside")]
    assert parts == [3, 4, 1, None]
    assert part_of(replace(whole, numerator=None), "missing") is None


@pytest.mark.parametrize(
    ("published", "recounted", "said"),
    [
        ("3", "3", None),
        ("3", "5", "多 2"),
        ("3", "2.50", "少 0.5"),
        (None, "3", "不同"),
        ("3", None, "不同"),
    ],
)
def test_a_count_that_differs_says_by_how_much(published: str | None, recounted: str | None, said: str | None) -> None:
    compared = Compared(*(None if one is None else Decimal(one) for one in (published, recounted)))
    text = words(compared, value("medical_insurance"))
    assert text is None if said is None else said in str(text)


def test_a_part_without_a_number_says_the_values_own_reason() -> None:
    empty = Compared(None, None)
    assert words(empty, value("medical_insurance", reason="从未报送")) == "从未报送"
    assert words(empty, value("medical_insurance"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("150625100201", ["150625100201", "150625100000", "150625000000", "150600000000"]),
        ("150625000000", ["150625000000", "150600000000"]),
        ("150600000000", ["150600000000"]),
    ],
)
def test_a_place_is_counted_in_itself_and_in_all_above(code: str, expected: list[str]) -> None:
    assert above(code) == expected
