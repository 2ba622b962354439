"""Allowance, hardship support, margin, relief, and benefits of disabled persons."""

from __future__ import annotations

from shared.versions import kinds
from shared.versions.extract.values import Data, day, fen, first_day, last_day
from shared.versions.kinds import Typed


def allowance(data: Data) -> Typed:
    """Minimum living allowance."""
    return Typed(
        starts_on=first_day(data["start_month"]),
        ends_on=first_day(data.get("exit_month")),
        extra_on=last_day(data.get("tapering_until")),
        amount_fen=fen(data["monthly_amount"]),
        grade=kinds.ALLOWANCE_CATEGORY[data["category"]],
        flag=data["status"] == "active",
    )


def hardship(data: Data) -> Typed:
    """Extreme hardship support."""
    return Typed(
        starts_on=first_day(data["start_month"]),
        ends_on=first_day(data.get("exit_month")),
        amount_fen=fen(data["monthly_amount"]),
        grade=kinds.HARDSHIP_MODE[data["mode"]],
        status=kinds.SELF_CARE[data["self_care"]],
        flag=data["status"] == "active",
    )


def margin(data: Data) -> Typed:
    """Low income margin."""
    return Typed(
        starts_on=first_day(data["start_month"]),
        ends_on=first_day(data.get("exit_month")),
        flag=data["status"] == "active",
    )


def relief(data: Data) -> Typed:
    """Temporary relief."""
    return Typed(
        happened_on=day(data["paid_on"]),
        amount_fen=fen(data["amount"]),
        grade=kinds.RELIEF_KIND[data["relief_kind"]],
    )


def benefit(data: Data) -> Typed:
    """Benefits of disabled persons."""
    return Typed(
        starts_on=first_day(data["start_month"]),
        ends_on=first_day(data.get("end_month")),
        amount_fen=fen(data["monthly_amount"]),
        grade=kinds.DISABILITY_BENEFIT[data["benefit"]],
    )
