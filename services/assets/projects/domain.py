"""A project, and what must hold before it may be registered. Money is integer fen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.assets.terms.domain import yuan
from shared.codes import divisions
from shared.errors import FieldError

FIRST_YEAR = 2012
"""The ledger covers what was built since the 18th Party Congress (November 2012)."""
ACCEPTED = "accepted"
BASIS = "规划第三章第四节一（一）“摸清扶贫项目资产底数”"
STEPS = ("pool", "approved", "started", ACCEPTED)
"""A project only moves forward; a step may be passed over where nobody recorded it."""


@dataclass(frozen=True, slots=True)
class Fund:
    """Money of one source."""

    source: str
    amount_fen: int


def in_order(funds: Iterable[Fund]) -> tuple[Fund, ...]:
    """Funds as they are kept and shown: the largest first."""
    return tuple(sorted(funds, key=lambda fund: (-fund.amount_fen, fund.source)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A project as a clerk states it: values of the lists, not yet checked against each other."""

    code: str
    name: str
    year: int
    kind: str
    status: str
    division_code: str
    owner_department: str
    total_fen: int
    funds: tuple[Fund, ...]
    accepted_on: date | None


@dataclass(frozen=True, slots=True)
class Project(Draft):
    """A registered project."""

    project_id: UUID
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a registered project from a day on: the next step, or other funds; None leaves it as it is."""

    holds_on: date
    document: str
    status: str | None = None
    total_fen: int | None = None
    funds: tuple[Fund, ...] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a change may change of a project."""

    status: str
    accepted_on: date | None
    total_fen: int
    funds: tuple[Fund, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Change):
    """A change as it was recorded, and what stood before it."""

    was: State
    change_id: UUID
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which projects a reader asks for; None means any."""

    division: str | None = None
    year: int | None = None
    kind: str | None = None
    status: str | None = None
    source: str | None = None


def faults(draft: Draft, today: date) -> list[FieldError]:
    """Everything wrong with `draft`, each at its place; empty when it may be registered on `today`."""
    return [*_place(draft), *_time(draft, today), *_money(draft)]


def after(project: Project, change: Change) -> Project:
    """The project with the change; it is accepted on the day from which that holds."""
    status = change.status or project.status
    return replace(
        project,
        status=status,
        accepted_on=change.holds_on if change.status == ACCEPTED else project.accepted_on,
        total_fen=project.total_fen if change.total_fen is None else change.total_fen,
        funds=project.funds if change.funds is None else change.funds,
    )


def state(project: Project) -> State:
    """What may change of it."""
    return State(project.status, project.accepted_on, project.total_fen, project.funds)


def change_faults(
    project: Project, change: Change, before: date | None, covered_fen: int, today: date
) -> list[FieldError]:
    """Everything wrong with a change: `before` is the day of the last step recorded, `covered_fen` the original value
    of the project's assets, which its funds must cover."""
    new = after(project, change)
    found = [fault for fault in faults(new, today) if fault["pointer"] not in ("/accepted_on", "/year")]
    if change.holds_on > today:
        found.append(_fault("/holds_on", "date_in_future", "“生效日期”不能晚于今天", change.holds_on.isoformat()))
    if change.holds_on.year < project.year and change.status == ACCEPTED:
        told = "验收不能早于项目年度"
        found.append(_fault("/holds_on", "accepted_before_year", told, change.holds_on.isoformat()))
    if change.status is not None and STEPS.index(change.status) <= STEPS.index(project.status):
        told = "项目只能依次向前：入库、批复、开工、验收"
        found.append(_fault("/status", "status_not_forward", told, change.status))
    if change.status is not None and before is not None and change.holds_on < before:
        told = f"“生效日期”不能早于上一步的 {before.isoformat()}"
        found.append(_fault("/holds_on", "before_last_step", told, change.holds_on.isoformat()))
    if new.total_fen < covered_fen:
        told = f"更正后的项目资金少于已登记的资产原值之和 {yuan(covered_fen)} 元"
        found.append(_fault("/total", "funds_below_assets", told, yuan(new.total_fen)))
    if state(new) == state(project):
        found.append(_fault("", "nothing_changed", "与现在的登记内容相同，没有变动", None))
    return found


def _place(draft: Draft) -> list[FieldError]:
    if divisions.get(draft.division_code) is None:
        return [_fault("/division_code", "unknown_division", "“行政区划”不是现行的 12 位区划代码", draft.division_code)]
    return []


def _time(draft: Draft, today: date) -> list[FieldError]:
    found = []
    last = today.year + (1 if draft.status == "pool" else 0)
    if not FIRST_YEAR <= draft.year <= last:
        told = f"“年度”应在 {FIRST_YEAR} 年至 {last} 年之间（仅入库项目可为下一年度）"
        found.append(_fault("/year", "year_out_of_range", told, str(draft.year)))
    accepted = draft.accepted_on
    if draft.status == ACCEPTED and accepted is None:
        found.append(_fault("/accepted_on", "required", "项目状态为验收时，必须填写“验收日期”", None))
    if draft.status != ACCEPTED and accepted is not None:
        told = "项目状态不是验收，不应填写“验收日期”"
        found.append(_fault("/accepted_on", "accepted_on_without_acceptance", told, accepted.isoformat()))
    if accepted is not None and accepted > today:
        found.append(_fault("/accepted_on", "date_in_future", "“验收日期”不能晚于今天", accepted.isoformat()))
    if accepted is not None and accepted.year < draft.year:
        told = "“验收日期”不能早于项目年度"
        found.append(_fault("/accepted_on", "accepted_before_year", told, accepted.isoformat()))
    return found


def _money(draft: Draft) -> list[FieldError]:
    found = []
    if draft.total_fen <= 0:
        found.append(_fault("/total", "amount_not_positive", "“总投资”应大于 0", yuan(draft.total_fen)))
    times = Counter(fund.source for fund in draft.funds)
    for index, fund in enumerate(draft.funds):
        if fund.amount_fen <= 0:
            told = "“金额”应大于 0，没有的来源不必列出"
            found.append(_fault(f"/funds/{index}/amount", "amount_not_positive", told, yuan(fund.amount_fen)))
        if times[fund.source] > 1:
            told = "同一“资金来源”只能列一次，请合并"
            found.append(_fault(f"/funds/{index}/source", "source_repeated", told, fund.source))
    given = sum(fund.amount_fen for fund in draft.funds)
    if given != draft.total_fen:
        gap = yuan(given - draft.total_fen)
        told = f"各来源资金之和为 {yuan(given)} 元，与“总投资”{yuan(draft.total_fen)} 元相差 {gap} 元（依据：{BASIS}）"
        found.append(_fault("/total", "funds_do_not_sum", told, yuan(draft.total_fen)))
    return found


def _fault(pointer: str, code: str, message: str, value: str | None) -> FieldError:
    """`value` here is a year, a date, an amount or a code of a list: none of them shows a person."""
    return FieldError(pointer=pointer, code=code, message=message, value_masked=value)
