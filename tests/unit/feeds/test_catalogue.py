"""The catalogue: what is said of each feed is complete, and its examples are what it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from pydantic import BaseModel

from shared.feeds import catalogue
from shared.feeds.domain import Feed, Prepared
from shared.feeds.errors import UnknownFeedError
from shared.feeds.fields import nested
from shared.feeds.plan import titles_of
from tests.unit.feeds.support import PREPARER

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
DESIGN = {
    1: "civil-affairs/minimum-living-allowance",
    2: "civil-affairs/extreme-hardship-support",
    3: "civil-affairs/low-income-margin",
    4: "civil-affairs/temporary-relief",
    5: "health/major-disease",
    6: "health/chronic-care",
    7: "medical-insurance/enrolment",
    8: "medical-insurance/settlement",
    9: "housing/dwelling-appraisal",
    10: "housing/dwelling-renovation",
    11: "education/schooling",
    12: "education/student-aid",
    13: "disabled-federation/certificate",
    14: "disabled-federation/benefit",
    15: "emergency/disaster-loss",
    16: "emergency/casualty",
    17: "rural-revitalization/household",
    18: "rural-revitalization/income",
    19: "rural-revitalization/assistance",
    20: "rural-revitalization/drinking-water",
    21: "rural-revitalization/interest-linkage",
    22: "rural-revitalization/employment",
    23: "rural-revitalization/monitored-household",
}
every_feed = pytest.mark.parametrize("feed", catalogue.FEEDS.values(), ids=lambda feed: feed.name)


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        if inner := nested(field):
            yield from _models(inner)


def _properties(schema: Any) -> Iterator[dict[str, Any]]:
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).values()


def test_the_feeds_have_the_numbers_of_the_design() -> None:
    found = {number: feed.name for number, feed in catalogue.BY_NUMBER.items()}
    assert found == DESIGN
    assert len(found) == len(catalogue.FEEDS)
    assert len(catalogue.DEPARTMENTS) == 8
    assert {feed.department for feed in catalogue.FEEDS.values()} <= set(catalogue.DEPARTMENTS)


@every_feed
def test_every_field_has_a_chinese_title(feed: Feed) -> None:
    for model in (*_models(feed.model), *_models(feed.retract_model)):
        assert all(_CHINESE.search(title) for title in titles_of(model).values())
    assert all("title" in entry for entry in _properties(feed.model.model_json_schema()))


@every_feed
def test_every_code_list_and_unit_stands_in_the_schema(feed: Feed) -> None:
    text = str(feed.model.model_json_schema())
    leaving = str(feed.model.model_json_schema(mode="serialization"))
    assert text.count("'x-enum-titles'") == leaving.count("'x-enum-titles'") == leaving.count("'enum'")
    for name in ("total", "subsidy"):
        if name in feed.model.model_fields:
            assert "'x-unit': '元'" in text


@every_feed
def test_it_says_by_what_right_how_often_and_from_when(feed: Feed) -> None:
    assert {basis.document for basis in feed.legal_basis} >= {"中华人民共和国个人信息保护法"}
    assert len(feed.legal_basis) >= 4
    assert feed.overdue_days > 0
    assert feed.title
    assert feed.description
    assert feed.cadence
    assert feed.own_date_text
    assert feed.topic == f"feeds.{feed.department}.v1"


@every_feed
def test_the_examples_are_taken_and_fit_the_schema(feed: Feed) -> None:
    for example, result in zip(feed.examples, PREPARER.records(feed, list(feed.examples)), strict=True):
        assert isinstance(result, Prepared)
        assert result.notes == []
        jsonschema_rs.validate(feed.model.model_json_schema(), example)


def test_an_unknown_feed_names_those_that_there_are() -> None:
    with pytest.raises(UnknownFeedError) as refused:
        catalogue.get("medical-insurance", "nothing")
    assert (refused.value.status, refused.value.code) == (404, "unknown_feed")
    assert "medical-insurance/settlement（医疗费用结算）" in refused.value.detail
