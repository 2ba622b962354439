"""A warning's life, from records: raised, updated, superseded, eased, and again."""

from __future__ import annotations

from datetime import date, timedelta

from tests.integration.screening.conftest import HEAD, TODAY, VILLAGE, WIFE, World

M01 = ("H1", "M01")


async def test_a_settlement_over_the_line_raises_with_all_that_it_stands_on(world: World) -> None:
    home, bill = world.household(), world.settlement("12000.50")
    await world.take(home, bill)
    one = (await world.standing())[M01]
    warning, evidence = one.warning, one.evidence
    assert (warning.state, warning.severity, warning.risk_type, warning.demo) == ("open", "high", "因病", True)
    assert (warning.division_code, warning.as_of, warning.rule_version) == (VILLAGE, TODAY, 1)
    assert evidence["verdict"] == "hit"
    assert evidence["rule"]["code"] == "M01"
    facts = {fact["name"]: (fact["value"], fact["unit"], fact["complete"]) for fact in evidence["facts"]}
    assert facts["self_paid_in_catalogue_12m_sum"] == ("12000.50", "元", True)
    assert facts["lifted"] == (True, "", True)
    assert facts["monitored"] == (False, "", False)
    assert [p["value"] for p in evidence["parameters"]] == ["10000.00"]
    assert any(leaf["truth"] is True and "12000.50" in str(leaf["value"]) for leaf in evidence["leaves"])
    refs = {record["kind"]: record for record in evidence["records"]}
    assert set(refs) == {"household", "settlement"}
    assert refs["settlement"]["event_id"] == bill.event_id
    assert refs["settlement"]["version"] == bill.event.meta.version
    assert (refs["settlement"]["topic"], refs["settlement"]["offset"]) == (bill.topic, bill.offset)
    ages = {f"{age['department']}/{age['kind']}": age for age in evidence["data_age"]}
    assert ages["medical-insurance/settlement"]["overdue"] is False
    assert ages["medical-insurance/settlement"]["age_days"] == 0
    assert await world.told() == [("raised", "M01", "hit")]


async def test_the_same_again_changes_nothing(world: World) -> None:
    await world.take(world.household(), bill := world.settlement("12000"))
    before = await world.canonical(history=True)
    await world.take(bill)
    await world.settle()
    assert await world.canonical(history=True) == before
    assert len(await world.changes()) == 1


async def test_another_amount_updates_and_one_that_changes_no_value_only_renews_the_records(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"))
    await world.take(world.settlement("500", "S2"))
    await world.take(world.settlement("0", "S3"))
    assert await world.told() == [("raised", "M01", "hit"), ("updated", "M01", "evidence_changed")]
    evidence = (await world.standing())[M01].evidence
    assert [r["source_id"] for r in evidence["records"] if r["kind"] == "settlement"] == ["S1", "S2", "S3"]


async def test_a_correction_below_the_line_supersedes_and_names_the_record(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"))
    correction = world.settlement("9999.99")
    await world.take(correction)
    warning = (await world.standing())[M01].warning
    assert warning.state == "superseded"
    assert warning.superseded_by is not None
    assert warning.superseded_by["event_id"] == correction.event_id
    assert await world.told() == [("raised", "M01", "hit"), ("superseded", "M01", "record_changed")]


async def test_after_a_superseded_one_a_new_one_may_be_raised(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"))
    await world.take(world.settlement("1"))
    await world.take(world.settlement("15000"))
    assert [kind for kind, _, _ in await world.told()] == ["raised", "superseded", "raised"]
    changes = await world.changes()
    assert [change["household_seq"] for change in changes] == [1, 2, 3]
    assert changes[0]["warning"]["warning_id"] != changes[2]["warning"]["warning_id"]


async def test_a_retraction_and_a_late_record_supersede_too(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    await world.take(world.settlement(None))
    await world.take(world.renovation(TODAY - timedelta(days=3)))  # came late: accepted before the raise
    states = {pair[1]: one.warning.state for pair, one in (await world.standing()).items()}
    assert states == {"M01": "superseded", "H01": "superseded"}


async def test_a_withdrawn_appraisal_and_a_corrected_status_take_the_ground_away(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    await world.take(world.appraisal(None))  # no appraisal left: unknown, but nothing to stand on
    await world.take(world.household(lifted=False))  # who else is a key household is not known yet: unknown
    states = {pair[1]: one.warning.state for pair, one in (await world.standing()).items()}
    assert states == {"M01": "superseded", "H01": "superseded"}


async def test_a_later_change_eases_and_people_have_to_verify(world: World) -> None:
    await world.take(world.household(), world.appraisal("D"))
    world.at(TODAY + timedelta(days=30))
    await world.take(world.renovation(TODAY + timedelta(days=20)))
    warning = (await world.standing())["H1", "H01"].warning
    assert (warning.state, warning.eased) == ("open", True)
    await world.take(world.appraisal("C", on=TODAY + timedelta(days=25), source_id="A2"))
    warning = (await world.standing())["H1", "H01"].warning
    assert (warning.state, warning.eased) == ("open", False)
    assert [c[::2] for c in await world.told("H01")] == [
        ("raised", "hit"), ("updated", "eased"), ("updated", "hit_again")
    ]  # fmt: skip


async def test_the_window_moves_on_and_eases_by_itself(world: World) -> None:
    await world.take(world.household(), world.settlement("12000", on=TODAY - timedelta(days=360)))
    world.at(TODAY + timedelta(days=4))
    await world.settle()
    assert not (await world.standing())[M01].warning.eased
    world.at(TODAY + timedelta(days=10))
    await world.settle()
    warning = (await world.standing())[M01].warning
    assert (warning.state, warning.eased) == ("open", True)


async def test_a_silent_feed_closes_nothing_and_raises_nothing(world: World) -> None:
    await world.take(world.household("H1", HEAD, WIFE), world.enrolment(WIFE))
    await world.settle()
    assert (await world.standing())["H1", "I01"].warning.state == "open"
    world.at(TODAY + timedelta(days=50))  # enrolment is overdue after 40 days
    await world.settle()
    await world.take(world.household("H2", f"p1.{'Z' * 26}"))
    await world.settle()
    standing = await world.standing()
    assert {pair: one.warning.eased for pair, one in standing.items()} == {("H1", "I01"): False}
    await world.take(world.settlement("50000", who=f"p1.{'Z' * 26}"))
    assert ("H2", "M01") in await world.standing(), "a record that crosses a line still warns"


async def test_a_retracted_enrolment_raises_and_a_new_one_supersedes(world: World) -> None:
    await world.take(world.household("H1", HEAD, WIFE), world.enrolment(HEAD), world.enrolment(WIFE))
    await world.settle()
    assert await world.told() == []
    await world.take(world.enrolment(WIFE, gone=True))
    assert await world.told() == [("raised", "I01", "hit")]
    await world.take(world.enrolment(WIFE))
    assert await world.told() == [("raised", "I01", "hit"), ("superseded", "I01", "record_changed")]


async def test_the_first_list_of_a_banner_says_who_is_not_on_it(world: World) -> None:
    await world.take(world.household("H1", HEAD))
    await world.take(world.household("H2", WIFE), world.enrolment(WIFE))
    assert await world.told() == []
    await world.settle()
    assert [(c["key"], c["warning"]["rule_code"]) for c in await world.changes()] == [("H1", "I01")]


async def test_a_member_who_moves_takes_the_bills_along(world: World) -> None:
    await world.take(world.household("H1", HEAD, WIFE), world.household("H2", f"p1.{'Z' * 26}", lifted=True))
    await world.take(world.settlement("12000", who=WIFE))
    await world.take(world.household("H2", f"p1.{'Z' * 26}", WIFE, effective_on=date(2026, 11, 1)))
    standing = await world.standing()
    assert standing[M01].warning.state == "superseded"
    assert standing["H2", "M01"].warning.state == "open"


async def test_a_household_that_moves_is_told_to_its_new_banner(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"))
    await world.take(world.household(division="150602101201", effective_on=date(2026, 11, 2)))
    assert await world.told() == [("raised", "M01", "hit"), ("updated", "M01", "moved")]
    assert (await world.standing())[M01].warning.division_code == "150602101201"


async def test_a_household_that_is_withdrawn_supersedes(world: World) -> None:
    await world.take(world.household(), world.settlement("12000"))
    await world.take(world.household(gone=True))
    assert (await world.standing())[M01].warning.state == "superseded"


async def test_records_before_their_household_count_once_it_comes(world: World) -> None:
    await world.take(world.settlement("12000"))
    assert await world.standing() == {}
    await world.take(world.household())
    assert M01 in await world.standing()
