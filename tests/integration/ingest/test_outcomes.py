"""Every outcome of feeds §1, from a department's side and in the tables."""

from __future__ import annotations

import orjson

from tests.integration.ingest.conftest import START, Api, retract, settlement


async def test_a_receipt_says_what_was_taken(api: Api) -> None:
    answer = await api.push(settlement("a"), settlement("b", person=2))
    assert answer.status_code == 201
    assert answer.headers["Preference-Applied"] == "handling=lenient"
    receipt = answer.json()
    assert answer.headers["Location"] == f"/v1/submissions/{receipt['submission_id']}"
    assert receipt["state"] == "complete"
    assert receipt["feed"] == "medical-insurance/settlement"
    assert receipt["counts"] == {
        "accepted": 2, "corrected": 0, "retracted": 0, "duplicate": 0, "stale": 0, "rejected": 0,
    }  # fmt: skip
    version = int(START.timestamp() * 1_000_000)
    line = {
        "outcome": "accepted", "version": version, "normalised": [], "errors": [], "published": None,
        "quarantine_id": None, "corrects": [],
    }  # fmt: skip
    assert receipt["records"] == [
        {"index": 0, "source_id": "a", **line}, {"index": 1, "source_id": "b", **line},
    ]  # fmt: skip


async def test_all_outcomes_one_by_one(api: Api) -> None:
    first, corrected = settlement(minute=10, self_paid=200), settlement(minute=20, self_paid=150)
    assert await api.outcomes(first) == ["accepted"]
    assert await api.outcomes(corrected) == ["corrected"]
    assert await api.outcomes(first) == ["duplicate"]
    assert await api.outcomes(settlement(minute=5, self_paid=999)) == ["stale"]
    assert await api.outcomes({**corrected, "total": "151", "self_paid": "151"}) == ["rejected"]
    assert await api.outcomes(settlement(minute=30, self_paid=150)) == ["duplicate"]
    assert await api.outcomes(settlement(minute=25, self_paid=7)) == ["stale"]
    assert await api.outcomes(retract(minute=40)) == ["retracted"]
    assert await api.outcomes(settlement(minute=50, self_paid=150)) == ["corrected"]
    stored = await api.rows("SELECT outcome, publish, follows IS NULL AS history FROM record_version ORDER BY version")
    assert [tuple(row) for row in stored] == [
        (4, True, True), (1, True, False), (2, True, False), (4, True, True), (2, True, False), (3, True, False),
        (2, True, False),
    ]  # fmt: skip


async def test_one_body_and_many_bodies_give_the_same_outcomes(api: Api) -> None:
    records = [
        settlement(minute=10), settlement(minute=30), settlement(minute=20, self_paid=7),
        settlement(minute=40, self_paid=8), settlement(minute=15, self_paid=9), settlement(minute=40, self_paid=9),
        retract(minute=50), retract(minute=60), settlement(minute=70, self_paid=8), settlement(minute=1),
    ]  # fmt: skip
    other = [{**record, "source_id": "s2"} for record in records]
    apart = [outcome for record in records for outcome in await api.outcomes(record)]
    assert await api.outcomes(*other) == apart
    assert apart == [
        "accepted", "duplicate", "stale", "corrected", "stale", "rejected", "retracted", "duplicate", "corrected",
        "stale",
    ]  # fmt: skip


async def test_the_event_body_is_what_the_contract_says_and_names_nobody(api: Api) -> None:
    submission = (await api.push(settlement("a", person=3))).json()["submission_id"]
    await api.push(settlement("a", minute=1, person=4))
    first, second = await api.rows("SELECT * FROM record_version ORDER BY version")
    body = orjson.loads(first["payload"])
    assert body["data"] == {
        "setting": "inpatient", "settled_on": "2026-02-20", "hospital_code": "H15062500001", "total": "100.00",
        "basic_paid": "0.00", "critical_illness_paid": "0.00", "medical_assistance_paid": "0.00",
        "self_paid": "100.00", "self_paid_in_catalogue": "100.00",
    }  # fmt: skip
    meta = body["meta"]
    assert meta.pop("known_at").endswith("Z")
    assert meta == {
        "department": "medical-insurance", "kind": "settlement", "source_id": "a", "version": first["version"],
        "source_updated_at": "2026-03-01T01:00:00Z", "subject_key": first["key"], "household_no": None,
        "division_code": "150625100201", "effective_on": "2026-02-20", "submission_id": submission, "line": 0,
        "outcome": "accepted",
    }  # fmt: skip
    assert orjson.loads(second["payload"])["meta"]["previous_subject_key"] == first["key"]
    dump = repr(await api.rows("SELECT * FROM record_version, submission, part, person"))
    assert settlement(person=3)["id_number"] not in dump
    assert settlement(person=3)["name"] not in dump


async def test_the_vault_keeps_each_person_once_under_the_newest_name(api: Api) -> None:
    await api.push(settlement("a", minute=5, person=3, name="甲"))
    await api.push(settlement("b", minute=9, person=3, name="乙"), settlement("c", minute=1, person=3, name="丙"))
    [person] = await api.rows("SELECT * FROM person")
    sealer = api.app.state.intake.sealer
    assert orjson.loads(sealer.open(person["sealed"], person["person_key"]))["name"] == "乙"


async def test_large_bodies_take_the_same_way(api: Api) -> None:
    records = [settlement(f"s{i}", person=i) for i in range(60)]
    assert await api.outcomes(*records) == ["accepted"] * 60
    assert await api.outcomes(*records) == ["duplicate"] * 60
    again = [{**record, "source_updated_at": "2026-03-02T00:00:00+08:00", "total": "101"} for record in records]
    assert await api.outcomes(*again) == ["corrected"] * 60
