"""What a good record becomes: key, version, dates, data for the bus, digest, people for the vault."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.feeds import catalogue
from shared.feeds.domain import Feed, Prepared
from tests.unit.feeds.support import (
    APPRAISAL,
    BUS,
    ENROLMENT,
    HOUSEHOLD,
    KEYS,
    PREPARER,
    RENOVATION,
    SETTLEMENT,
    example,
    refused,
    taken,
)

NUMBER = "150625197001019948"
OTHER = "11010519491231002X"
every_feed = pytest.mark.parametrize("feed", catalogue.FEEDS.values(), ids=lambda feed: feed.name)


def _data(record: Prepared) -> Any:
    return orjson.loads(record.data_json)


def test_a_settlement_is_keyed_by_person_and_carries_no_identity() -> None:
    record = taken(SETTLEMENT)
    key = KEYS.of(NUMBER)
    assert (record.subject_key, record.key, record.household_no) == (key, key, None)
    assert record.identities == [(key, NUMBER, "某某")]
    assert record.effective_on == date(2026, 3, 1)
    assert record.division_code == "150625100201"
    assert NUMBER not in record.data_json.decode()
    assert not {"name", "id_number", "source_id", "source_updated_at", "op", "division_code"} & set(_data(record))


@pytest.mark.parametrize(("sent", "kept"), [("96.9", "96.90"), ("96", "96.00"), ("0", "0.00"), ("96.91", "96.91")])
def test_an_area_is_the_same_however_many_decimals_it_was_sent_with(sent: str, kept: str) -> None:
    result, other = (taken(APPRAISAL, floor_area_m2=area) for area in (sent, kept))
    assert _data(result)["floor_area_m2"] == kept
    assert result.digest == other.digest
    assert not result.notes


def test_money_goes_on_as_text_with_two_decimals() -> None:
    data = _data(taken(SETTLEMENT, total="18600", basic_paid="9800.0", self_paid="6100"))
    assert (data["total"], data["basic_paid"], data["self_paid"]) == ("18600.00", "9800.00", "6100.00")
    assert "other_insurance_paid" not in data


@every_feed
def test_no_identity_is_in_the_data(feed: Feed) -> None:
    record, sent = taken(feed), example(feed)
    (person, *_) = sent.get("members", [sent])
    if number := person.get("id_number"):
        assert record.identities[0][1:] == (number, "某某")
        assert number not in record.data_json.decode()
        assert "某某" not in record.data_json.decode()
    else:
        assert record.identities == []


def test_a_household_seals_its_members() -> None:
    record = taken(HOUSEHOLD)
    member = _data(record)["members"][0]
    assert (record.subject_key, record.key, record.household_no) == (None, "150625000001", "150625000001")
    assert orjson.loads(BUS.open(member["sealed"], member["person_key"])) == {"id_number": NUMBER, "name": "某某"}
    assert member["person_key"] == KEYS.of(NUMBER)
    assert member["birth_on"] == "1970-01-01"
    assert (member["relation"], member["labour"]) == ("head", "ordinary")
    assert not {"id_number", "name", "sex", "key"} & set(member)


def test_relations_are_understood_in_the_words_of_the_national_system() -> None:
    members = example(HOUSEHOLD)["members"]
    chinese = taken(HOUSEHOLD, members=[{**members[0], "relation": "户主"}])
    assert _data(chinese)["members"][0]["relation"] == "head"
    assert chinese.digest == taken(HOUSEHOLD).digest


_instants = st.datetimes(datetime(1990, 1, 2), datetime(2026, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001
_offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(_instants, _offsets | st.just(timezone(timedelta(hours=8))), st.booleans())
def test_the_version_is_the_instant_whatever_its_zone(moment: datetime, zone: timezone, whole: bool) -> None:
    moment = moment.replace(microsecond=0) if whole else moment
    record = taken(SETTLEMENT, source_updated_at=moment.astimezone(zone).isoformat())
    assert record.version == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert record.source_updated_at == moment.isoformat().replace("+00:00", "Z")


def test_what_is_finer_than_microseconds_is_cut_and_noted() -> None:
    record = taken(SETTLEMENT, source_updated_at="2026-03-05T09:30:00.1234567+08:00")
    assert record.source_updated_at == "2026-03-05T01:30:00.123456Z"
    assert [note["code"] for note in record.notes] == ["precision_dropped"]


def test_dates_default_to_the_kinds_own() -> None:
    late = "2026-03-05T17:30:00Z"  # the sixth of March in Beijing
    assert taken(APPRAISAL).effective_on == date(2026, 4, 12)
    assert taken(ENROLMENT).effective_on == date(2026, 1, 1)
    assert taken(ENROLMENT, status="terminated", source_updated_at=late).effective_on == date(2026, 3, 6)
    assert taken(RENOVATION, source_updated_at=late).effective_on == date(2026, 3, 6)
    accepted = taken(RENOVATION, progress="accepted", accepted_on="2026-06-18")
    assert accepted.effective_on == date(2026, 6, 18)
    assert taken(HOUSEHOLD, source_updated_at=late).effective_on == date(2026, 3, 6)
    assert taken(HOUSEHOLD, effective_on="2026-01-05").effective_on == date(2026, 1, 5)


def test_a_retract_carries_its_subject_and_reason_only() -> None:
    retract = {
        "source_id": "JS-1",
        "source_updated_at": "2026-03-05T09:30:00+08:00",
        "op": "retract",
        "retract_reason": "重复登记",
        "id_number": NUMBER,
    }
    (record,) = PREPARER.records(SETTLEMENT, [retract])
    assert isinstance(record, Prepared)
    assert (record.op, record.effective_on, record.key) == ("retract", None, KEYS.of(NUMBER))
    assert record.identities == []
    assert _data(record) == {"retract_reason": "重复登记"}
    (full,) = PREPARER.records(SETTLEMENT, [{**retract, "total": "1.00", "phone": "1"}])
    assert not isinstance(full, Prepared)
    assert [error["message"] for error in full.errors] == [
        "“医疗总费用”在撤回时不需要，请删去；撤回只填主键、变更时间、撤回原因和身份证号",
        "“phone”不是本类数据的字段，请删去；本平台不接收目录以外的信息",
    ]


@every_feed
def test_equal_content_has_an_equal_digest_whatever_its_time_and_way_of_writing(feed: Feed) -> None:
    same = taken(feed)
    later = taken(feed, source_updated_at="2026-07-01T08:00:00+08:00")
    assert same.digest == later.digest
    assert len(same.digest) == 16
    assert taken(feed, op="upsert").digest == same.digest


def test_a_stated_default_is_no_other_content() -> None:
    assert taken(SETTLEMENT, effective_on="2026-03-01").digest == taken(SETTLEMENT).digest
    assert taken(SETTLEMENT, total="18600").digest == taken(SETTLEMENT).digest
    assert taken(SETTLEMENT, other_insurance_paid=None).digest == taken(SETTLEMENT).digest


@pytest.mark.parametrize(
    "change",
    [
        {"id_number": OTHER},
        {"name": "某人"},
        {"effective_on": "2026-03-02"},
        {"division_code": "150625000000"},
        {"division_code": ...},
        {"hospital_code": "H15062500002"},
        {"total": "18600.50"},
        {"other_insurance_paid": "0.00"},
    ],
    ids=str,
)
def test_other_content_has_another_digest(change: dict[str, Any]) -> None:
    assert taken(SETTLEMENT, **change).digest != taken(SETTLEMENT).digest


def test_another_order_of_members_is_no_other_content_but_another_member_is() -> None:
    head = example(HOUSEHOLD)["members"][0]
    son = {**head, "id_number": OTHER, "relation": "son"}
    both = taken(HOUSEHOLD, members=[head, son])
    assert both.digest == taken(HOUSEHOLD, members=[son, head]).digest
    assert both.digest != taken(HOUSEHOLD).digest
    assert both.digest != taken(HOUSEHOLD, members=[head, {**son, "name": "某人"}]).digest
    assert _data(both)["members"][0]["relation"] == "head"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id_number": "11010519491231002x"}, "id_number_normalised"),
        ({"id_number": "１１０１０５１９４９１２３１００２Ｘ"}, "id_number_normalised"),
        ({"name": " 某 某 "}, "name_normalised"),
        ({"division_code": "杭锦旗"}, "division_resolved"),
    ],
)
def test_what_is_put_right_is_noted_with_its_place(change: dict[str, Any], code: str) -> None:
    record = taken(SETTLEMENT, **change)
    (note,) = record.notes
    assert note["code"] == code
    assert note["pointer"] == f"/records/0/{next(iter(change))}"
    assert OTHER[6:] not in str(note)


def test_the_index_goes_on_from_the_first() -> None:
    results = PREPARER.records(SETTLEMENT, [example(SETTLEMENT), 5], 1_000)
    assert [result.index for result in results] == [1_000, 1_001]


def test_nothing_lies_in_the_future() -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert refused(SETTLEMENT, settled_on=tomorrow) == [("settled_on", "date_in_future")]
    two_days = (clock.now() + timedelta(hours=25)).isoformat()
    assert refused(SETTLEMENT, source_updated_at=two_days) == [("source_updated_at", "instant_in_future")]
    taken(SETTLEMENT, source_updated_at=(clock.now() + timedelta(hours=8)).isoformat())
    assert refused(ENROLMENT, effective_on="9999-12-31") == [("effective_on", "date_in_future")]
