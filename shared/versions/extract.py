"""From the data of a record on the bus to its typed columns (see `kinds` for what each means).

Money arrives as a decimal string in yuan, months as `YYYY-MM`; an optional field that was not said is absent.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from shared.versions import kinds
from shared.versions.kinds import Typed

Data = Mapping[str, Any]


def typed(kind: int, data: Data) -> Typed:
    """The typed columns of a version of that kind; KeyError when a field is missing that the kind requires."""
    return EXTRACT[kind](data)


def covered(kind: int, data: Data) -> list[str]:
    """The keys of the persons whom an allowance or a margin household's benefit covers; none for other kinds."""
    return list(data["covered_members"]) if kind in kinds.COVERING else []


def fen(yuan: str | None) -> int | None:
    """Yuan "1234.5" are 123450 fen; exact, None stays None."""
    return None if yuan is None else _fen(yuan)


def _fen(yuan: str) -> int:
    sign, digits = (-1, yuan[1:]) if yuan.startswith("-") else (1, yuan)
    whole, _, part = digits.partition(".")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") if part else 0))


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _first(month: str | None) -> date | None:
    return None if month is None else date.fromisoformat(f"{month}-01")


def _last(month: str | None) -> date | None:
    if month is None:
        return None
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def _allowance(data: Data) -> Typed:
    return Typed(
        starts_on=_first(data["start_month"]),
        ends_on=_first(data.get("exit_month")),
        extra_on=_last(data.get("tapering_until")),
        amount_fen=fen(data["monthly_amount"]),
        grade=kinds.ALLOWANCE_CATEGORY[data["category"]],
        flag=data["status"] == "active",
    )


def _hardship(data: Data) -> Typed:
    return Typed(
        starts_on=_first(data["start_month"]),
        ends_on=_first(data.get("exit_month")),
        amount_fen=fen(data["monthly_amount"]),
        grade=kinds.HARDSHIP_MODE[data["mode"]],
        status=kinds.SELF_CARE[data["self_care"]],
        flag=data["status"] == "active",
    )


def _margin(data: Data) -> Typed:
    return Typed(
        starts_on=_first(data["start_month"]),
        ends_on=_first(data.get("exit_month")),
        flag=data["status"] == "active",
    )


def _relief(data: Data) -> Typed:
    return Typed(
        happened_on=_day(data["paid_on"]),
        amount_fen=fen(data["amount"]),
        grade=kinds.RELIEF_KIND[data["relief_kind"]],
    )


def _disease(data: Data) -> Typed:
    return Typed(happened_on=_day(data["diagnosed_on"]), status=kinds.TREATMENT[data["treatment_status"]])


def _chronic(data: Data) -> Typed:
    return Typed(
        happened_on=_day(data.get("last_follow_up_on")),
        grade=kinds.CHRONIC_DISEASE[data["disease"]],
        flag=data["contracted"],
    )


def _enrolment(data: Data) -> Typed:
    return Typed(year=data["insurance_year"], grade=kinds.SCHEME[data["scheme"]], flag=data["status"] == "enrolled")


def _settlement(data: Data) -> Typed:
    return Typed(
        happened_on=_day(data["settled_on"]),
        amount_fen=fen(data["self_paid_in_catalogue"]),
        amount2_fen=fen(data["self_paid"]),
        grade=kinds.SETTING[data["setting"]],
    )


def _appraisal(data: Data) -> Typed:
    return Typed(happened_on=_day(data["appraised_on"]), grade=kinds.DWELLING_GRADE[data["grade"]])


def _renovation(data: Data) -> Typed:
    """`flag`: accepted. A planned move into public or rented housing makes nobody safe yet, so all
    four solutions count from acceptance on (feeds §4 leaves this open)."""
    return Typed(
        year=data["plan_year"],
        grade=kinds.PROGRESS[data["progress"]],
        status=kinds.SOLUTION[data["solution"]],
        flag=data["progress"] == "accepted",
        ends_on=_day(data.get("accepted_on")),
    )


def _schooling(data: Data) -> Typed:
    reason = data.get("absence_reason")
    return Typed(
        happened_on=_day(data["as_of"]),
        grade=kinds.STAGE[data["stage"]],
        status=kinds.SCHOOLING_STATUS[data["status"]],
        reason=None if reason is None else kinds.ABSENCE[reason],
        flag=data.get("special_school"),
    )


def _aid(data: Data) -> Typed:
    return Typed(
        year=int(data["school_year"][:4]),
        grade=kinds.STAGE[data["stage"]],
        amount_fen=fen(data["aid_amount"]),
        amount2_fen=fen(data["self_paid"]),
    )


def _certificate(data: Data) -> Typed:
    return Typed(
        happened_on=_day(data["issued_on"]),
        grade=kinds.DISABILITY_GRADE[data["grade"]],
        reason=kinds.DISABILITY_CATEGORY[data["category"]],
        status=kinds.CERTIFICATE_EVENT[data["event"]],
    )


def _benefit(data: Data) -> Typed:
    return Typed(
        starts_on=_first(data["start_month"]),
        ends_on=_first(data.get("end_month")),
        amount_fen=fen(data["monthly_amount"]),
        grade=kinds.DISABILITY_BENEFIT[data["benefit"]],
    )


def _disaster(data: Data) -> Typed:
    """A loss or a relief that the record leaves out was none of its: within one record, absent is 0."""

    def total(*names: str) -> int:
        return sum(_fen(data.get(name) or "0") for name in names)

    return Typed(
        happened_on=_day(data["occurred_on"]),
        grade=kinds.HOUSE_DAMAGE[data["house_damage"]],
        amount_fen=total("livestock_loss", "crop_loss", "other_loss"),
        amount2_fen=total("relief_given", "insurance_payout"),
        reason=kinds.DISASTER_TYPE[data["disaster_type"]],
    )


def _casualty(data: Data) -> Typed:
    return Typed(
        happened_on=_day(data["occurred_on"]),
        status=kinds.CASUALTY_OUTCOME[data["outcome"]],
        reason=kinds.CASUALTY_CAUSE[data["cause"]],
    )


def _income(data: Data) -> Typed:
    wage, operating = _fen(data["wage"]), _fen(data["operating"]) - _fen(data["operating_cost"])
    return Typed(
        happened_on=_last(data["period_end_month"]),
        amount_fen=wage + operating + _fen(data["property"]) + _fen(data["transfer"]),
        amount2_fen=fen(data.get("insurance_payout")),
        amount3_fen=wage,
        amount4_fen=operating,
        counted=data["members_counted"],
    )


def _assistance(data: Data) -> Typed:
    return Typed(
        starts_on=_day(data["started_on"]),
        ends_on=_day(data.get("ended_on")),
        amount_fen=fen(data.get("amount")),
        grade=kinds.MEASURE[data["measure"]],
    )


def _water(data: Data) -> Typed:
    met = all(data[f"{standard}_ok"] for standard in ("quantity", "quality", "convenience", "reliability"))
    return Typed(happened_on=_day(data["checked_on"]), flag=met)


def _linkage(data: Data) -> Typed:
    return Typed(starts_on=_day(data["since"]), ends_on=_day(data.get("until")), flag=data["tight"])


def _employment(data: Data) -> Typed:
    return Typed(
        starts_on=_day(data["started_on"]),
        ends_on=_day(data.get("ended_on")),
        amount_fen=fen(data.get("monthly_wage")),
        grade=kinds.WORK[data["employment"]],
    )


def _monitored(data: Data) -> Typed:
    return Typed(
        starts_on=_first(data["identified_month"]),
        ends_on=_last(data.get("removed_month")),
        grade=kinds.MONITORED_KIND[data["monitored_kind"]],
        status=kinds.MONITORING_STATE[data["state"]],
        flag=data.get("whole_household_no_labour"),
    )


def _household(_: Data) -> Typed:
    return Typed()


EXTRACT: Mapping[int, Callable[[Data], Typed]] = MappingProxyType(
    {
        kinds.ALLOWANCE: _allowance,
        kinds.HARDSHIP: _hardship,
        kinds.MARGIN: _margin,
        kinds.RELIEF: _relief,
        kinds.MAJOR_DISEASE: _disease,
        kinds.CHRONIC: _chronic,
        kinds.ENROLMENT: _enrolment,
        kinds.SETTLEMENT: _settlement,
        kinds.APPRAISAL: _appraisal,
        kinds.RENOVATION: _renovation,
        kinds.SCHOOLING: _schooling,
        kinds.AID: _aid,
        kinds.CERTIFICATE: _certificate,
        kinds.BENEFIT: _benefit,
        kinds.DISASTER: _disaster,
        kinds.CASUALTY: _casualty,
        kinds.HOUSEHOLD: _household,
        kinds.INCOME: _income,
        kinds.ASSISTANCE: _assistance,
        kinds.WATER: _water,
        kinds.LINKAGE: _linkage,
        kinds.EMPLOYMENT: _employment,
        kinds.MONITORED: _monitored,
    }
)
