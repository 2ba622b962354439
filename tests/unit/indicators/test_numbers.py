"""Round numbers go out as `20000`, never as `2E+4`: on the wire, in events and in files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from services.indicators.assessments import schemas as assessments
from services.indicators.lineage import schemas as lineage
from services.indicators.observations import schemas as observations
from services.indicators.observations.domain import Observation
from services.indicators.restatements import schemas as restatements
from services.indicators.values import schemas as values
from services.indicators.values.domain import Stored, Value
from services.indicators.values.files.tables import as_csv, value_rows
from services.indicators.values.words import COMPARED
from shared.events import values as events
from shared.ids import uuid7
from shared.sheets.cells import guarded

NOW = datetime(2026, 11, 20, tzinfo=UTC)
NUMBERS = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent).normalize(),
    st.integers(-(10**6), 10**6),
    st.integers(-10, 6),
)
"""As the driver gives them: a round number has an exponent above 0."""


@given(NUMBERS)
def test_an_observation_has_all_its_digits(number: Decimal) -> None:
    made = Observation(
        uuid7(), "gdp", "150625000000", "2025", number, "元", "示例", None, None, "x", NOW, None, number, number
    )
    sent = orjson.loads(observations.ObservationOut.of(made).model_dump_json())
    for name in ("value", "numerator", "denominator"):
        assert "E" not in sent[name]
        assert Decimal(sent[name]) == number


@given(NUMBERS)
def test_a_value_has_all_its_digits_on_the_wire_and_in_csv(number: Decimal) -> None:
    value = Value(
        4, "sanitary_toilets", "150625000000", "2025", date(2025, 12, 31), NOW, number, number, number, "%", "behind",
        None, None, {"households": number}, (), 1,
    )  # fmt: skip
    stored = Stored(uuid7(), value, NOW)
    sent = orjson.loads(values.ValueOut.of(stored, date(2026, 1, 1)).model_dump_json())
    for text in (sent["value"], sent["numerator"], sent["denominator"], str(sent["beside"]["households"])):
        assert "E" not in text
        assert Decimal(text) == number
    rows = value_rows([stored], date(2026, 1, 1))
    assert "E+" not in as_csv([(cell,) for cell in rows[1]]).decode()
    assert Decimal(as_csv([(number,)]).decode("utf-8-sig").strip()) == number
    assert "E" not in as_csv([(number,)]).decode("utf-8-sig")


def test_no_schema_of_the_rooms_or_event_writes_a_number_another_way() -> None:
    """A schema with a bare Decimal would let `2E+4` out again."""
    rooms: list[Any] = [observations, values, restatements, lineage, assessments, events]
    for room in rooms:
        for one in vars(room).values():
            if isinstance(one, type) and issubclass(one, BaseModel) and not one.__name__.endswith("In"):
                for name, field in one.model_fields.items():
                    bare = "Decimal" in str(field.annotation) and "PlainSerializer" not in repr(field)
                    assert not bare, (one.__name__, name)


def test_no_word_of_a_comparison_looks_like_a_formula() -> None:
    assert [guarded(word) for word in COMPARED.values()] == list(COMPARED.values())
