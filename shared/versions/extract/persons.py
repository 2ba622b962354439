"""What is told of single persons: illness, insurance, school, disability, harm, work."""

from __future__ import annotations

from shared.versions import kinds
from shared.versions.extract.values import Data, day, fen
from shared.versions.kinds import Typed


def disease(data: Data) -> Typed:
    """Major disease."""
    return Typed(happened_on=day(data["diagnosed_on"]), status=kinds.TREATMENT[data["treatment_status"]])


def chronic(data: Data) -> Typed:
    """Chronic care."""
    return Typed(
        happened_on=day(data.get("last_follow_up_on")),
        grade=kinds.CHRONIC_DISEASE[data["disease"]],
        flag=data["contracted"],
    )


def enrolment(data: Data) -> Typed:
    """Enrolment in an insurance."""
    return Typed(year=data["insurance_year"], grade=kinds.SCHEME[data["scheme"]], flag=data["status"] == "enrolled")


def settlement(data: Data) -> Typed:
    """Settlement of a medical bill."""
    return Typed(
        happened_on=day(data["settled_on"]),
        amount_fen=fen(data["self_paid_in_catalogue"]),
        amount2_fen=fen(data["self_paid"]),
        grade=kinds.SETTING[data["setting"]],
    )


def schooling(data: Data) -> Typed:
    """Schooling."""
    reason = data.get("absence_reason")
    return Typed(
        happened_on=day(data["as_of"]),
        grade=kinds.STAGE[data["stage"]],
        status=kinds.SCHOOLING_STATUS[data["status"]],
        reason=None if reason is None else kinds.ABSENCE[reason],
        flag=data.get("special_school"),
    )


def aid(data: Data) -> Typed:
    """Student aid."""
    return Typed(
        year=int(data["school_year"][:4]),
        grade=kinds.STAGE[data["stage"]],
        amount_fen=fen(data["aid_amount"]),
        amount2_fen=fen(data["self_paid"]),
    )


def certificate(data: Data) -> Typed:
    """Disability certificate."""
    return Typed(
        happened_on=day(data["issued_on"]),
        grade=kinds.DISABILITY_GRADE[data["grade"]],
        reason=kinds.DISABILITY_CATEGORY[data["category"]],
        status=kinds.CERTIFICATE_EVENT[data["event"]],
    )


def casualty(data: Data) -> Typed:
    """Casualty."""
    return Typed(
        happened_on=day(data["occurred_on"]),
        status=kinds.CASUALTY_OUTCOME[data["outcome"]],
        reason=kinds.CASUALTY_CAUSE[data["cause"]],
    )


def employment(data: Data) -> Typed:
    """Employment, or seeking it."""
    return Typed(
        starts_on=day(data["started_on"]),
        ends_on=day(data.get("ended_on")),
        amount_fen=fen(data.get("monthly_wage")),
        grade=kinds.WORK[data["employment"]],
    )
