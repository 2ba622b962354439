"""What the long-term benefits of civil affairs have in common: a status, a first month, and a month from which no more
is paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from shared.feeds.across import in_order
from shared.feeds.draft import Draft
from shared.feeds.fields import OneOf, described

Status = Annotated[str, OneOf("benefit_status")]
OWN_DATE = "开始月份的第 1 天；人员、金额或类别调整时请填生效日期，否则视为对原记录的更正"


def status() -> Any:
    """The field of the status."""
    return described("享受状态", "退出后填 exited 并填退出月份", example="active", required=True)


def start_month(what: str) -> Any:
    """The field of the first month of `what`."""
    return described("开始月份", f"从哪个月开始享受{what}", example="2024-05", required=True)


def exit_month() -> Any:
    """The field of the month from which nothing is paid."""
    return described("退出月份", "从哪个月起不再享受；状态为已退出时必填，享受中不填")


def covered_members(what: str) -> Any:
    """The field of the persons that `what` covers; the head is one of them only if named."""
    return described(
        f"{what}人员身份证号",
        f"本户享受{what}的全部人员的身份证号，1 至 20 个；户主享受的也要列入",
        example=["150625197001019948"],
        required=True,
    )


def first_day(values: Mapping[str, Any]) -> str:
    """The day a benefit holds from: the months themselves say when it is active."""
    return f"{values['start_month']}-01"


def check_months(draft: Draft) -> None:
    """Exited and its month go together, and nobody leaves before joining."""
    gone, month = draft.values["status"] == "exited", draft.values["exit_month"]
    if gone and month is None:
        draft.refuse("exit_month", "exited_without_month", "在“享受状态”为已退出（exited）时必填")
    elif month is not None and not gone:
        draft.refuse("exit_month", "month_without_exited", "只在“享受状态”为已退出（exited）时填写")
    in_order(draft, "start_month", "exit_month")
