"""What the documents offer to paste is there after `xianjie up`."""

from __future__ import annotations

from datetime import date

from services.local.feeding import SEED
from services.screening.register.api import router
from shared.sample import generate


def test_the_household_of_the_documents_is_in_the_sample() -> None:
    (example,) = {
        parameter.field_info.examples[0]
        for route in router.routes
        for parameter in route.dependant.path_params  # type: ignore[attr-defined]  # an APIRoute
    }
    records = (record for _, _, batch in generate(60, SEED, date(2026, 7, 1)).submissions() for record in batch)
    assert any(record.get("household_no") == example for record in records)
