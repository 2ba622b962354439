"""A law for every kind, tried on records generated from its model: what is right is taken and comes back equal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feeds import catalogue
from shared.feeds.domain import Feed, Prepared, Refused
from shared.feeds.envelope import ENVELOPE
from shared.feeds.fields import bus_of, nested
from tests.unit.feeds import wrong
from tests.unit.feeds.generated import objects
from tests.unit.feeds.mended import upserts
from tests.unit.feeds.support import BUS, KEYS, PREPARER

BEIJING = timezone(timedelta(hours=8))
PUT_RIGHT = ("_normalised", "_resolved", "_dropped")
every_feed = pytest.mark.parametrize("feed", catalogue.FEEDS.values(), ids=lambda feed: feed.name)


def _sent(record: dict[str, Any]) -> dict[str, Any]:
    """As a department sends it: nothing for what is not known."""
    return {name: value for name, value in record.items() if value is not None}


def _opened(member: dict[str, Any]) -> dict[str, Any]:
    """A member as it was sent, from what is on the bus."""
    opened = orjson.loads(BUS.open(member.pop("sealed"), member["person_key"]))
    assert member.pop("person_key") == KEYS.of(opened["id_number"])
    assert member.pop("birth_on").replace("-", "") == opened["id_number"][6:14]
    return {**opened, **member}


def _back(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "members": [_opened(member) for member in data["members"]]} if "members" in data else data


def _expected(feed: Feed, sent: dict[str, Any]) -> dict[str, Any]:
    """What of a record goes on the bus."""
    data: dict[str, Any] = {}
    for name in sent.keys() - ENVELOPE:
        match bus_of(feed.model.model_fields[name]):
            case "plain":
                data[name] = sent[name]
            case "keys":
                data[name] = sorted(map(KEYS.of, sent[name]))
    if "members" in data:
        data["members"] = [_sent(member) | _sorted_health(member) for member in data["members"]]
    return data


def _sorted_health(member: dict[str, Any]) -> dict[str, Any]:
    return {"health": sorted(member["health"])} if member["health"] else {}


@every_feed
@settings(max_examples=30)
@given(data=st.data())
def test_a_valid_record_is_taken_and_comes_back_equal(feed: Feed, data: st.DataObject) -> None:
    record = data.draw(upserts(feed))
    sent = _sent(record)
    (taken,) = PREPARER.records(feed, [sent])
    assert isinstance(taken, Prepared), taken
    assert not [note for note in taken.notes if note["code"].endswith(PUT_RIGHT)]
    assert _back(orjson.loads(taken.data_json)) == _expected(feed, sent)
    assert (taken.source_id, taken.op) == (sent["source_id"], "upsert")
    assert (taken.household_no, taken.division_code) == (sent.get("household_no"), sent.get("division_code"))
    assert taken.subject_key == (KEYS.of(sent["id_number"]) if feed.subject != "household" else None)
    people = {(number, name) for _, number, name in taken.identities}
    if feed.subject != "household":
        assert (sent["id_number"], sent["name"]) in people
    moment = datetime.fromisoformat(sent["source_updated_at"])
    assert datetime.fromisoformat(taken.source_updated_at) == moment
    assert datetime.fromtimestamp(taken.version / 1_000_000, UTC) == moment
    day = sent.get("effective_on") or feed.own_date(record) or moment.astimezone(BEIJING).date().isoformat()
    assert taken.effective_on == date.fromisoformat(day)


@every_feed
@settings(max_examples=10)
@given(data=st.data())
def test_a_valid_retract_is_taken_and_carries_its_reason_only(feed: Feed, data: st.DataObject) -> None:
    sent = _sent(data.draw(objects(feed.retract_model)))
    (taken,) = PREPARER.records(feed, [sent])
    assert isinstance(taken, Prepared), taken
    assert orjson.loads(taken.data_json) == {"retract_reason": sent["retract_reason"]}
    assert taken.key == sent.get("household_no") or taken.key == KEYS.of(sent["id_number"])
    assert (taken.op, taken.effective_on, taken.identities) == ("retract", None, [])


def _pointers(feed: Feed, record: dict[str, Any]) -> set[str]:
    (result,) = PREPARER.records(feed, [record])
    assert isinstance(result, Refused), (result, record)
    assert result.errors
    assert all(error["code"] and error["message"] for error in result.errors)
    return {error["pointer"].removeprefix("/records/0/") for error in result.errors}


def _spoiled(record: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    rest = {field: kept for field, kept in record.items() if field != name}
    return rest if value is wrong.ABSENT else {**rest, name: value}


@every_feed
@settings(max_examples=5)
@given(data=st.data())
def test_one_wrong_field_is_refused_with_its_own_pointer(feed: Feed, data: st.DataObject) -> None:
    sent = _sent(data.draw(upserts(feed)))
    for name, field in feed.model.model_fields.items():
        for value in wrong.values(field):
            found = _pointers(feed, _spoiled(sent, name, value))
            assert all(pointer.split("/")[0] == name for pointer in found), (name, value, found)
    assert _pointers(feed, {**sent, "phone": "1"}) == {"phone"}


@settings(max_examples=5)
@given(data=st.data())
def test_one_wrong_field_of_a_member_is_refused_with_its_own_pointer(data: st.DataObject) -> None:
    feed = catalogue.get("rural-revitalization", "household")
    member = nested(feed.model.model_fields["members"])
    assert member is not None
    sent = _sent(data.draw(upserts(feed)))
    for name, field in member.model_fields.items():
        for value in wrong.values(field):
            members = [_spoiled(_sent(sent["members"][0]), name, value), *sent["members"][1:]]
            found = _pointers(feed, {**sent, "members": members})
            assert all(pointer.startswith(f"members/0/{name}") for pointer in found), (name, value, found)
