"""By what right: a kind or field without a live provision is refused, and what was sent of it is not kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.ingest.catalogue import service
from shared import clock
from shared.feeds import catalogue
from shared.feeds.domain import Feed, LegalBasis, Prepared, Refused
from shared.feeds.legal import barred, field_in_force, kind_in_force
from tests.unit.feeds.support import PREPARER, example

DISEASE = catalogue.get("health", "major-disease")
YESTERDAY = clock.today() - timedelta(days=1)
RETRACT = {
    "source_id": "DJB-1",
    "source_updated_at": "2026-03-05T09:30:00+08:00",
    "op": "retract",
    "retract_reason": "重复登记",
    "id_number": "150625197001019948",
}


def _lapsed(which: Callable[[LegalBasis], bool]) -> Feed:
    """The feed with some of its provisions ended yesterday."""
    ended = (replace(basis, valid_to=YESTERDAY) if which(basis) else basis for basis in DISEASE.legal_basis)
    return replace(DISEASE, legal_basis=tuple(ended))


@pytest.mark.parametrize("feed", catalogue.FEEDS.values(), ids=lambda feed: feed.name)
def test_everything_in_the_catalogue_may_be_taken_today_and_nothing_before_the_law(feed: Feed) -> None:
    assert barred(feed, clock.today()) == frozenset()
    assert barred(feed, date(2020, 12, 31)) >= {"id_number" if feed.subject != "household" else "household_no"}
    named = {name for basis in feed.legal_basis for name in basis.fields}
    assert named <= set(feed.model.model_fields)


@pytest.mark.parametrize("which", [lambda basis: basis.common, lambda basis: not basis.common and not basis.fields])
def test_a_kind_needs_a_common_provision_and_one_of_its_own(which: Callable[[LegalBasis], bool]) -> None:
    feed = _lapsed(which)
    assert kind_in_force(feed, YESTERDAY)
    assert not kind_in_force(feed, clock.today())
    first, second = PREPARER.records(feed, [example(feed), 5])
    assert isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert [(error["pointer"], error["code"]) for error in first.errors] == [("/records/0", "no_legal_basis")]
    assert "大病专项救治" in first.errors[0]["message"]
    assert first.source_id == feed.examples[0]["source_id"]
    assert first.raw == {}


def test_a_field_needs_its_own_provision_where_the_law_asks_for_one() -> None:
    feed = _lapsed(lambda basis: bool(basis.fields))
    today = clock.today()
    assert kind_in_force(feed, today)
    assert not field_in_force(feed, "disease_code", today)
    assert field_in_force(feed, "division_code", today)
    (result,) = PREPARER.records(feed, [example(feed)])
    assert isinstance(result, Refused)
    assert {error["pointer"].rpartition("/")[2] for error in result.errors} == {
        "disease_code", "diagnosed_on", "treatment_status",
    }  # fmt: skip
    assert {error["code"] for error in result.errors} == {"no_legal_basis"}
    assert "23" not in {error["value_masked"] for error in result.errors}
    assert not {"disease_code", "diagnosed_on", "treatment_status"} & set(result.raw)


def test_taking_back_is_always_lawful() -> None:
    (result,) = PREPARER.records(_lapsed(lambda _: True), [RETRACT])
    assert isinstance(result, Prepared)


def test_the_catalogue_shows_what_is_refused() -> None:
    def shown(feed: Feed) -> dict[str, Any]:
        return service.kind(feed)

    assert shown(DISEASE)["in_force"] is True
    assert all(field["in_force"] for field in shown(DISEASE)["fields"])
    assert shown(_lapsed(lambda basis: basis.common))["in_force"] is False
    fields = {field["name"]: field["in_force"] for field in shown(_lapsed(lambda basis: bool(basis.fields)))["fields"]}
    assert (fields["disease_code"], fields["id_number"]) == (False, True)
    disease = next(field for field in shown(DISEASE)["fields"] if field["name"] == "disease_code")
    assert len(disease["codes"]) == 30
    assert "内蒙古 2022 年" in disease["codes_source"]
    assert "第 31 至 39 种" in disease["codes_note"]
    sensitive = next(basis for basis in shown(DISEASE)["legal_basis"] if basis["fields"])
    assert sensitive["fields"] == ["diagnosed_on", "disease_code", "treatment_status"]
