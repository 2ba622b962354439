"""Generated records whose fields agree with one another: what each kind's cross-field check asks for, said again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from shared import clock
from shared.feeds.checks import yuan
from shared.feeds.domain import Feed
from shared.feeds.education.schooling import DROPOUT, GRADES
from shared.feeds.medical_insurance.settlement import PARTS
from tests.unit.feeds import generated

Record = dict[str, Any]
Mend = Callable[[st.DrawFn, Record], None]


def _ordered(earlier: str, later: str) -> Mend:
    def mend(_: st.DrawFn, record: Record) -> None:
        if record[later] is not None:
            record[earlier], record[later] = sorted((record[earlier], record[later]))

    return mend


def _born_by(field: str) -> Mend:
    def mend(draw: st.DrawFn, record: Record) -> None:
        if record[field] is not None:
            record["id_number"] = draw(generated.numbers(date.fromisoformat(record[field])))

    return mend


def _only(state: str, value: str, *fields: str) -> Mend:
    """`fields` with that value of `state` and with no other."""

    def mend(draw: st.DrawFn, record: Record) -> None:
        for field in fields:
            if record[state] != value:
                record[field] = None
            elif record[field] is None:
                record[field] = draw(_FILL[field])

    return mend


def _fen(amount: str) -> int:
    return int(amount.replace(".", ""))


def _settlement(draw: st.DrawFn, record: Record) -> None:
    record.update({name: draw(generated.money(1_000_000_000)) for name in PARTS})
    total = sum(_fen(record[name]) for name in PARTS)
    compliant = draw(st.integers(0, _fen(record["self_paid"])))
    record.update(total=yuan(total), self_paid_in_catalogue=yuan(compliant))


def _enrolment(draw: st.DrawFn, record: Record) -> None:
    record["insurance_year"] = draw(st.integers(2003, clock.today().year + 1))


def _renovation(draw: st.DrawFn, record: Record) -> None:
    record.update(accepted_on=None, plan_year=draw(st.integers(2008, clock.today().year + 2)))
    if record["progress"] == "accepted":
        record["accepted_on"] = accepted = draw(generated.days(date(2008, 1, 1)))
        record["plan_year"] = draw(st.integers(2008, int(accepted[:4])))


def _schooling(draw: st.DrawFn, record: Record) -> None:
    if record["grade_year"] is not None:
        record["grade_year"] = draw(st.integers(1, GRADES[record["stage"]]))
    if record["status"] not in DROPOUT:
        record["absence_reason"] = None


def _household(draw: st.DrawFn, record: Record) -> None:
    record["division_code"] = draw(st.sampled_from(generated.VILLAGES))
    lifted, settled = record["base_status"] == "lifted", record["resettlement"] == "site"
    record["lifted_year"] = draw(st.none() | st.integers(2014, 2020)) if lifted else None
    record["resettled_site"] = record["resettled_site"] if settled else None
    members = {member["id_number"]: member for member in record["members"]}
    record["members"] = list(members.values())
    for position, member in enumerate(record["members"]):
        member["relation"] = "head" if position == 0 else draw(st.sampled_from(["spouse", "son"][position > 1 :]))
        if "healthy" in (member["health"] or ()):
            member["health"] = ["healthy"]


def _monitored(_: st.DrawFn, record: Record) -> None:
    if "natural_disaster" not in record["risk_types"]:
        record["disaster_item"] = None


def _allowance(_: st.DrawFn, record: Record) -> None:
    if record["status"] != "exited":
        record["exit_reason"] = None
    first = record["exit_month"] or record["start_month"]
    if record["tapering_until"] is not None:
        record["tapering_until"] = max(first, record["tapering_until"])


def _relief(_: st.DrawFn, record: Record) -> None:
    if record["amount"] == "0.00":
        record["amount"] = "0.01"


def _certificate(draw: st.DrawFn, record: Record) -> None:
    tail = draw(st.sampled_from(["", "B1", "B2"]))
    record["certificate_no"] = f"{record['id_number']}{record['category']}{record['grade']}{tail}"


_FILL: Mapping[str, generated.Values] = MappingProxyType(
    {
        "exit_month": generated.months(),
        "removed_month": generated.months(),
        "removal_way": st.sampled_from(["assisted", "natural"]),
    }
)
_EXITED = (_only("status", "exited", "exit_month"), _ordered("start_month", "exit_month"))
_MENDS: Mapping[str, tuple[Mend, ...]] = MappingProxyType(
    {
        "civil-affairs/minimum-living-allowance": (*_EXITED, _allowance),
        "civil-affairs/extreme-hardship-support": _EXITED,
        "civil-affairs/low-income-margin": _EXITED,
        "civil-affairs/temporary-relief": (_relief,),
        "health/major-disease": (_born_by("diagnosed_on"),),
        "health/chronic-care": (_born_by("last_follow_up_on"),),
        "medical-insurance/enrolment": (_enrolment,),
        "medical-insurance/settlement": (_settlement,),
        "housing/dwelling-renovation": (_renovation,),
        "education/schooling": (_schooling, _born_by("as_of")),
        "disabled-federation/certificate": (_born_by("issued_on"), _certificate),
        "disabled-federation/benefit": (_ordered("start_month", "end_month"),),
        "emergency/casualty": (_born_by("occurred_on"),),
        "rural-revitalization/household": (_household,),
        "rural-revitalization/assistance": (_ordered("started_on", "ended_on"),),
        "rural-revitalization/interest-linkage": (_ordered("since", "until"),),
        "rural-revitalization/employment": (_ordered("started_on", "ended_on"), _born_by("started_on")),
        "rural-revitalization/monitored-household": (
            _only("state", "removed", "removal_way", "removed_month"),
            _ordered("identified_month", "removed_month"),
            _monitored,
        ),
    }
)


@st.composite
def upserts(draw: st.DrawFn, feed: Feed) -> Record:
    """Valid records of the feed, in the form that it hands on; fields left out are None."""
    record: Record = draw(generated.objects(feed.model))
    for mend in _MENDS.get(feed.name, ()):
        mend(draw, record)
    return record
