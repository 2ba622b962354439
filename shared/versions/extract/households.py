"""What is told of a household: its house, water, losses, income, help, monitoring."""

from __future__ import annotations

from shared.versions import kinds
from shared.versions.extract.values import Data, day, fen, first_day, last_day, said_fen
from shared.versions.kinds import Typed


def household(_: Data) -> Typed:
    """A household: its attributes and members have tables of their own."""
    return Typed()


def appraisal(data: Data) -> Typed:
    """Appraisal of the dwelling."""
    return Typed(happened_on=day(data["appraised_on"]), grade=kinds.DWELLING_GRADE[data["grade"]])


def renovation(data: Data) -> Typed:
    """`flag`: accepted. A planned move into public or rented housing makes nobody safe yet, so all
    four solutions count from acceptance on (feeds §4 leaves this open)."""
    return Typed(
        year=data["plan_year"],
        grade=kinds.PROGRESS[data["progress"]],
        status=kinds.SOLUTION[data["solution"]],
        flag=data["progress"] == "accepted",
        ends_on=day(data.get("accepted_on")),
    )


def disaster(data: Data) -> Typed:
    """A loss or a relief that the record leaves out was none of its: within one record, absent is 0."""

    def total(*names: str) -> int:
        return sum(said_fen(data.get(name) or "0") for name in names)

    return Typed(
        happened_on=day(data["occurred_on"]),
        grade=kinds.HOUSE_DAMAGE[data["house_damage"]],
        amount_fen=total("livestock_loss", "crop_loss", "other_loss"),
        amount2_fen=total("relief_given", "insurance_payout"),
        reason=kinds.DISASTER_TYPE[data["disaster_type"]],
    )


def income(data: Data) -> Typed:
    """Income of twelve months."""
    wage, operating = said_fen(data["wage"]), said_fen(data["operating"]) - said_fen(data["operating_cost"])
    return Typed(
        happened_on=last_day(data["period_end_month"]),
        amount_fen=wage + operating + said_fen(data["property"]) + said_fen(data["transfer"]),
        amount2_fen=fen(data.get("insurance_payout")),
        amount3_fen=wage,
        amount4_fen=operating,
        counted=data["members_counted"],
    )


def assistance(data: Data) -> Typed:
    """A measure of assistance."""
    return Typed(
        starts_on=day(data["started_on"]),
        ends_on=day(data.get("ended_on")),
        amount_fen=fen(data.get("amount")),
        grade=kinds.MEASURE[data["measure"]],
    )


def water(data: Data) -> Typed:
    """A check of drinking water."""
    met = all(data[f"{standard}_ok"] for standard in ("quantity", "quality", "convenience", "reliability"))
    return Typed(happened_on=day(data["checked_on"]), flag=met)


def linkage(data: Data) -> Typed:
    """Interest linkage."""
    return Typed(starts_on=day(data["since"]), ends_on=day(data.get("until")), flag=data["tight"])


def monitored(data: Data) -> Typed:
    """Monitored household."""
    return Typed(
        starts_on=first_day(data["identified_month"]),
        ends_on=last_day(data.get("removed_month")),
        grade=kinds.MONITORED_KIND[data["monitored_kind"]],
        status=kinds.MONITORING_STATE[data["state"]],
        flag=data.get("whole_household_no_labour"),
    )
