"""Each kind's typed columns are what `kinds` says of them, read from records as the bus brings them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed, Prepared
from shared.versions import kinds
from shared.versions.extract import EXTRACT, covered, typed
from shared.versions.extract.values import fen
from shared.versions.kinds import Typed
from tests.factories import deliveries as made
from tests.unit.feeds.mended import upserts
from tests.unit.feeds.support import KEYS, PREPARER, example, taken

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)

SAID: dict[int, tuple[dict[str, Any], Typed]] = {
    1: (
        made.allowance(MARCH, "b", "a", exit_=JUNE, tapering=date(2026, 9, 3), category="C"),
        Typed(starts_on=MARCH, ends_on=JUNE, extra_on=date(2026, 9, 30), amount_fen=60_000, grade=3, flag=False),
    ),
    2: (
        made.hardship(MARCH, mode="institution"),
        Typed(starts_on=MARCH, amount_fen=142_000, grade=2, status=2, flag=True),
    ),
    3: (made.margin(MARCH, "a"), Typed(starts_on=MARCH, flag=True)),
    4: (made.relief(MARCH, kind="expenditure"), Typed(happened_on=MARCH, amount_fen=300_000, grade=1)),
    5: (made.disease(MARCH, status="deceased"), Typed(happened_on=MARCH, status=5)),
    6: (made.chronic(contracted=False, disease="tuberculosis"), Typed(grade=3, flag=False)),
    7: (made.enrolment(2026, scheme="employee"), Typed(year=2026, grade=2, flag=True)),
    8: (
        made.settlement(MARCH, "1234.5", "2000"),
        Typed(happened_on=MARCH, amount_fen=123_450, amount2_fen=200_000, grade=1),
    ),
    9: (made.appraisal(MARCH, "D"), Typed(happened_on=MARCH, grade=4)),
    10: (
        made.renovation(2025, "accepted", MARCH),
        Typed(year=2025, grade=4, status=1, flag=True, ends_on=MARCH),
    ),
    11: (
        made.schooling(MARCH, "suspected_dropout", stage="junior", reason="tired_of_study"),
        Typed(happened_on=MARCH, grade=3, status=3, reason=3),
    ),
    12: (
        made.aid(2025, aid="2000.00", paid="3600.00", stage="secondary_vocational"),
        Typed(year=2025, grade=5, amount_fen=200_000, amount2_fen=360_000),
    ),
    13: (
        made.certificate(MARCH, 2, 6, event="cancelled"),
        Typed(happened_on=MARCH, grade=2, reason=6, status=3),
    ),
    14: (made.benefit(MARCH, end=JUNE), Typed(starts_on=MARCH, ends_on=JUNE, amount_fen=12_000, grade=2)),
    15: (
        made.disaster(MARCH, "serious", type_="pest", livestock_loss="100.00", other_loss="0.50", relief_given="30"),
        Typed(happened_on=MARCH, grade=2, amount_fen=10_050, amount2_fen=3_000, reason=13),
    ),
    16: (made.casualty(MARCH, "missing", cause="fire"), Typed(happened_on=MARCH, status=2, reason=4)),
    17: (made.household("H1", "a"), Typed()),
    18: (
        made.income(date(2026, 2, 1), "100.00", "50.00", "80.50", other="1.00", members=4),
        Typed(happened_on=date(2026, 2, 28), amount_fen=7_050, amount3_fen=10_000, amount4_fen=-3_050, counted=4),
    ),
    19: (made.assistance(MARCH, "relocation", JUNE), Typed(starts_on=MARCH, ends_on=JUNE, grade=12)),
    20: (made.water(MARCH, short_of="reliability"), Typed(happened_on=MARCH, flag=False)),
    21: (made.linkage(MARCH, JUNE, tight=False), Typed(starts_on=MARCH, ends_on=JUNE, flag=False)),
    22: (
        made.employment(MARCH, work="seeking", wage="0.00"),
        Typed(starts_on=MARCH, grade=6, amount_fen=0),
    ),
    23: (
        made.monitored(MARCH, kind="sudden", removed=JUNE),
        Typed(starts_on=MARCH, ends_on=date(2026, 6, 30), grade=3, status=3),
    ),
}


@pytest.mark.parametrize("kind", sorted(BY_NUMBER))
def test_every_kind_says_what_the_facts_read(kind: int) -> None:
    data, expected = SAID[kind]
    assert typed(kind, data) == expected


@pytest.mark.parametrize("feed", BY_NUMBER.values(), ids=lambda feed: feed.name)
def test_the_catalogue_s_examples_are_understood_as_ingest_puts_them_on_the_bus(feed: Any) -> None:
    data = orjson.loads(taken(feed).data_json)
    found = typed(feed.number, data)
    assert (found == Typed()) is (feed.number == kinds.HOUSEHOLD)


@pytest.mark.parametrize("feed", BY_NUMBER.values(), ids=lambda feed: feed.name)
@settings(max_examples=20)
@given(st.data())
def test_whatever_ingest_takes_fits_the_columns(feed: Feed, data: st.DataObject) -> None:
    record = data.draw(upserts(feed))
    result = PREPARER.records(feed, [{name: value for name, value in record.items() if value is not None}])[0]
    assert isinstance(result, Prepared), result
    found = typed(feed.number, orjson.loads(result.data_json))
    assert all(abs(code or 0) < 2**15 for code in (found.grade, found.status, found.reason, found.year, found.counted))
    if feed.shape == "event" and feed.number != kinds.AID:
        assert found.happened_on == date.fromisoformat(str(feed.own_date(defaultdict(lambda: None, record))))


def test_whom_a_benefit_covers_are_person_keys() -> None:
    feed = BY_NUMBER[kinds.ALLOWANCE]
    data = orjson.loads(taken(feed).data_json)
    assert covered(feed.number, data) == [KEYS.of(example(feed)["id_number"])]
    assert covered(kinds.HARDSHIP, SAID[2][0]) == []


def test_what_was_not_said_is_not_nothing() -> None:
    assert typed(kinds.INCOME, made.income(MARCH, payout="0.00")).amount2_fen == 0
    assert typed(kinds.INCOME, made.income(MARCH)).amount2_fen is None
    assert typed(kinds.DISASTER, made.disaster(MARCH)).amount_fen == 0
    assert typed(kinds.MONITORED, made.monitored(MARCH)).flag is None


@pytest.mark.parametrize(
    ("yuan", "expected"), [("0", 0), ("-0.05", -5), ("-12.3", -1230), ("100000000", 10_000_000_000), (None, None)]
)
def test_money_is_exact(yuan: str | None, expected: int | None) -> None:
    assert fen(yuan) == expected


def test_a_code_never_changes_its_meaning() -> None:
    """They are stored: a list may grow at its end only, and nothing in it may move."""
    assert dict(kinds.SCHOOLING_STATUS) == {
        "enrolled": 1,
        "enrolled_elsewhere": 2,
        "suspected_dropout": 3,
        "dropped_out": 4,
        "returned": 5,
        "home_teaching": 6,
        "deferred": 7,
        "graduated": 8,
    }
    assert list(kinds.STAGE) == [
        "preschool", "primary", "junior", "senior", "secondary_vocational", "college", "university", "postgraduate",
    ]  # fmt: skip
    assert list(kinds.ABSENCE) == ["physical", "poverty", "tired_of_study", "employment", "other"]
    assert list(kinds.DISASTER_TYPE) == [
        "flood", "drought", "typhoon", "hail", "freeze", "snow", "sandstorm", "earthquake", "collapse", "landslide",
        "debris_flow", "wildfire", "pest",
    ]  # fmt: skip
    assert dict(kinds.HOUSE_DAMAGE) == {"none": 0, "minor": 1, "serious": 2, "collapsed": 3}
    assert list(kinds.CASUALTY_CAUSE) == ["natural_disaster", "production_accident", "traffic", "fire", "other"]
    assert list(kinds.CASUALTY_OUTCOME) == ["deceased", "missing", "disabled", "injured"]
    assert list(kinds.MEASURE) == [
        "industry", "employment", "public_post", "finance", "education", "health", "housing", "water",
        "comprehensive_security", "social", "motivation", "relocation",
    ]  # fmt: skip
    assert list(kinds.WORK) == ["away", "local", "public_post", "workshop", "self_employed", "seeking"]
    assert list(kinds.TREATMENT) == ["diagnosed", "in_treatment", "treated", "stable", "deceased"]
    assert list(kinds.CHRONIC_DISEASE) == ["hypertension", "diabetes", "tuberculosis", "severe_mental_disorder"]
    assert list(kinds.MONITORED_KIND) == ["unstable", "marginal", "sudden"]
    assert list(kinds.MONITORING_STATE) == ["monitored", "tracked", "removed"]
    assert list(kinds.CERTIFICATE_EVENT) == ["issued", "changed", "cancelled"]
    assert list(kinds.SOLUTION) == ["repair", "rebuild", "public_housing", "rental"]
    assert EXTRACT.keys() == BY_NUMBER.keys()
