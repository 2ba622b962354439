"""What came, and what is overdue: per feed and banner, told on the bus when it changes either way."""

from __future__ import annotations

from tests.integration.ingest.conftest import retract, settlement
from tests.integration.reconciliation.conftest import CITY, DONGSHENG, HANGJIN, NOON, Books


async def test_any_stored_record_refreshes_its_banner_and_the_city_and_no_other(books: Books) -> None:
    await books.settle()
    row = await books.freshness()
    assert (row["state"], row["last_at"], row["age_days"], row["published"]) == ("never", None, None, 0)
    assert books.changes() == []
    await books.api.push(settlement())
    await books.settle()
    row = await books.freshness()
    assert (row["state"], row["last_by"], row["age_days"], row["published"]) == ("fresh", "record", 0, 1)
    assert row["last_at"] == NOON.isoformat().replace("+00:00", "Z")
    assert (await books.freshness(CITY))["state"] == "fresh"
    assert (await books.freshness(DONGSHENG))["state"] == "never"
    assert books.changes() == [(CITY, "never", "fresh"), (HANGJIN, "never", "fresh")]


async def test_it_is_overdue_past_its_cadence_and_fresh_again_with_the_next_record(books: Books) -> None:
    await books.api.push(settlement())
    await books.settle()
    books.later(days=15)
    await books.settle()
    assert (await books.freshness())["state"] == "fresh"
    books.later(days=1, hours=-12)  # midnight in Shanghai: the first moment of the sixteenth day after
    assert (await books.freshness())["state"] == "overdue"  # also before the worker has told it
    assert len(books.changes()) == 2
    await books.settle()
    overdue = books.told("freshness.changed")[-1]
    assert (overdue.division_code, overdue.was, overdue.state) == (HANGJIN, "fresh", "overdue")
    assert overdue.since.isoformat() == "2026-03-20T16:00:00+00:00"
    assert overdue.overdue_after_days == 15
    await books.api.push(settlement("s2", person=2))
    await books.settle()
    assert books.changes()[-2:] == [(CITY, "overdue", "fresh"), (HANGJIN, "overdue", "fresh")]


async def test_nothing_is_told_twice(books: Books) -> None:
    for minute, place in enumerate((HANGJIN, HANGJIN, DONGSHENG)):
        await books.api.push(settlement(minute=minute, self_paid=100 + minute, division_code=place))
        await books.settle()
        await books.work()
    assert [place for place, _, _ in books.changes()] == [CITY, HANGJIN, DONGSHENG]
    assert (await books.freshness(DONGSHENG))["published"] == 1
    assert (await books.freshness(CITY))["published"] == 3


async def test_a_record_without_a_division_counts_for_the_city_only(books: Books) -> None:
    await books.api.push(settlement(division_code=None), settlement("s2", person=2, division_code=CITY))
    await books.settle()
    assert books.changes() == [(CITY, "never", "fresh")]
    [event] = books.told("freshness.changed")
    assert (event.published, event.unplaced) == (2, 2)


async def test_a_refused_record_and_the_same_file_again_refresh_nothing_but_a_repeat_and_a_retraction_do(
    books: Books,
) -> None:
    await books.api.push(settlement())
    await books.settle()
    last = (await books.freshness())["last_at"]
    books.later(days=3)
    await books.api.push(settlement())
    await books.api.push(settlement("bad", total="1"))
    await books.settle()
    assert (await books.freshness())["last_at"] == last
    books.later(days=1)
    await books.api.push(settlement(minute=60))
    await books.settle()
    row = await books.freshness()
    assert row["age_days"] == 0
    assert row["published"] == 1
    books.later(days=3)
    await books.api.push({**retract(minute=90), "division_code": HANGJIN})
    await books.settle()
    assert (await books.freshness())["age_days"] == 0


async def test_freshness_does_not_overtake_data(books: Books) -> None:
    """Nothing is fresh by what the broker has not acknowledged; and the event says how much must be applied first."""
    await books.api.push(settlement(), settlement("s2", person=2), settlement("s3", person=3, division_code=None))
    await books.number()
    await books.work()
    assert (await books.freshness())["state"] == "never"
    await books.settle()
    event = next(e for e in books.told("freshness.changed") if e.division_code == HANGJIN)
    assert (event.published, event.unplaced) == (2, 1)
    city = next(e for e in books.told("freshness.changed") if e.division_code == CITY)
    assert (city.published, city.unplaced) == (3, 1)


async def test_a_department_sees_itself_and_a_banner_its_own_row(books: Books) -> None:
    own = books.api.bearer("department", "housing")
    rows = (await books.api.get("/v1/freshness", own)).json()["items"]
    assert {row["department"] for row in rows} == {"housing"}
    assert len({row["division_code"] for row in rows}) == 10
    officer = books.api.bearer("township_officer", division="150625100000")
    rows = (await books.api.get("/v1/freshness", officer)).json()["items"]
    assert {row["division_code"] for row in rows} == {HANGJIN}
    outside = await books.api.get("/v1/freshness", officer, division=DONGSHENG)
    assert outside.json()["code"] == "division_not_found"
    rows = (await books.api.get("/v1/freshness", books.api.bearer("operator"), state="never")).json()["items"]
    assert len({row["kind"] for row in rows}) > 10


async def test_the_gauges_say_the_same(books: Books) -> None:
    await books.api.push(settlement())
    await books.settle()
    books.later(days=2)
    text = (await books.api.client.get("/metrics")).text
    labels = f'{{division="{HANGJIN}",feed="medical-insurance/settlement"}}'
    assert f"xianjie_feed_age_days{labels} 2.0" in text
    assert f"xianjie_feed_overdue{labels} 0.0" in text
    assert f'xianjie_feed_overdue{{division="{DONGSHENG}",feed="medical-insurance/settlement"}} 1.0' in text


async def test_metrics_are_answered_while_the_database_is_away(books: Books) -> None:
    books.api.app.state.engine = books.api.engine_to("postgresql://nobody@127.0.0.1:1/nothing")
    answer = await books.api.client.get("/metrics")
    assert answer.status_code == 200
    assert "xianjie_http_request_seconds" in answer.text


async def test_schooling_does_not_age_in_the_holidays(books: Books) -> None:
    """The example of the catalogue, sent on the last day of the autumn term."""
    books.now(NOON.replace(month=1, day=9))
    feed = "education/schooling"
    pupil = {
        "source_id": "XJ-1",
        "source_updated_at": "2026-01-08T09:00:00+08:00",
        "division_code": "150625100201",
        "id_number": "150625201403159942",
        "name": "龘龘",
        "school_code": "2115001234",
        "stage": "primary",
        "grade_year": 6,
        "status": "enrolled",
        "as_of": "2026-01-07",
    }
    assert await books.api.outcomes(pupil, feed=feed) == ["accepted"]
    await books.settle()
    books.later(days=45)
    row = await books.freshness(kind="schooling")
    assert row["state"] == "fresh"
    assert row["age_days"] < 15
    books.later(days=60)
    assert (await books.freshness(kind="schooling"))["state"] == "overdue"
