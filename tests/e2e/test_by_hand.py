"""What a person does with curl and the printed token, step after step on one stack."""

from __future__ import annotations

from typing import Any

from tests.factories import people
from tests.support.live import Live, wait_until

SETTLEMENTS = "medical-insurance/settlement"
BANNER, VILLAGE = "150621000000", "150621100201"


def outcomes(receipt: dict[str, Any]) -> list[str]:
    return [record["outcome"] for record in receipt["records"]]


def changes(live: Live, household_no: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = "0"
    while True:
        page = live.get("screening", "/v1/warnings/changes", after=after, limit=500)
        found += [c for c in page["items"] if c["warning"]["household_no"] == household_no]
        if not page["items"]:
            return found
        after = page["next"]


def pushed(live: Live, feed: str, record: dict[str, Any]) -> dict[str, Any]:
    answer = live.push(feed, [record])
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def board_row(live: Live, number: int) -> dict[str, Any]:
    """A row of the banner in which only the second test's household lives."""
    board = live.get("indicators", "/v1/board", division=BANNER)
    row: dict[str, Any] = next(row for row in board["rows"] if row["number"] == number)
    return row


def test_a_settlement_over_the_line_raises_and_its_correction_supersedes(live: Live) -> None:
    no, before = people.household_no(1001), live.stored()
    pushed(live, "rural-revitalization/household", people.household(1001, [0, 1]))
    over = people.settlement("S-1", 0, "12000.00", updated=people.at(5))
    first = pushed(live, SETTLEMENTS, over)
    assert outcomes(first) == ["accepted"]
    wait_until(lambda: bool(changes(live, no)), what="the warning of S-1")
    (raised,) = changes(live, no)
    assert (raised["type"], raised["warning"]["rule_code"], raised["household_seq"]) == ("raised", "M01", 1)
    why = live.get("screening", f"/v1/warnings/{raised['warning']['warning_id']}/why")
    assert why["verdict"] == "hit"
    fact = next(f for f in why["facts"] if f["name"] == "self_paid_in_catalogue_12m_sum")
    assert (fact["value"], fact["unit"]) == ("12000.00", "元")
    bill = next(r for r in why["records"] if r["source_id"] == "S-1")
    receipt = live.get("ingest", f"/v1/submissions/{first['submission_id']}")
    assert receipt["records"][0]["published"] == {k: bill[k] for k in ("topic", "partition", "offset")}

    lower = people.settlement("S-1", 0, "3000.00", updated=people.at(4))
    assert outcomes(pushed(live, SETTLEMENTS, lower)) == ["corrected"]
    wait_until(lambda: len(changes(live, no)) > 1, what="the warning superseded")
    superseded = changes(live, no)[1]
    assert (superseded["type"], superseded["household_seq"]) == ("superseded", 2)
    assert superseded["warning"]["warning_id"] == raised["warning"]["warning_id"]
    detail = live.get("screening", f"/v1/warnings/{raised['warning']['warning_id']}")
    assert (detail["state"], detail["superseded_by"]["source_id"]) == ("superseded", "S-1")

    assert outcomes(pushed(live, SETTLEMENTS, over)) == ["duplicate"]
    assert outcomes(pushed(live, SETTLEMENTS, people.settlement("S-1", 0, "50000.00", updated=people.at(9)))) == [
        "stale"
    ]
    wait_until(lambda: live.settled(before + 4), what="the stale version applied")
    assert len(changes(live, no)) == 2
    assert live.get("screening", f"/v1/warnings/{raised['warning']['warning_id']}") == detail


def test_a_retracted_enrolment_raises_i01_and_lowers_the_insured_share(live: Live) -> None:
    no = people.household_no(1002)
    pushed(live, "rural-revitalization/household", people.household(1002, [20, 21, 22, 23], division=VILLAGE))
    enrolments = [people.enrolment(f"E-{person}", person, division=VILLAGE) for person in (20, 21, 22, 23)]
    assert live.push("medical-insurance/enrolment", enrolments).status_code == 201
    wait_until(lambda: board_row(live, 8)["value"] == "100.00", what="#8 at 100 %")
    assert (board_row(live, 8)["numerator"], board_row(live, 8)["denominator"]) == ("4", "4")
    assert not [c for c in changes(live, no) if c["warning"]["rule_code"] == "I01"]

    gone = pushed(live, "medical-insurance/enrolment", people.retract_of(enrolments[3]))
    assert outcomes(gone) == ["retracted"]
    wait_until(lambda: bool(changes(live, no)), what="I01")
    (raised,) = changes(live, no)
    assert (raised["type"], raised["warning"]["rule_code"]) == ("raised", "I01")
    wait_until(lambda: board_row(live, 8)["value"] == "75.00", what="#8 at 75 %")
