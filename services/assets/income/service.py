"""Drafting a plan for the households of its day, paying it, and keeping the books of now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.beneficiaries import service as beneficiaries
from services.assets.entries import service as entries
from services.assets.entries.domain import Entry, standing, until
from services.assets.entries.errors import EntryRefusedError
from services.assets.entries.service import Draft
from services.assets.income.books import Line, Money, Plan, money
from services.assets.income.errors import PlanNotFoundError
from services.assets.income.guards import ART_46, BENEFICIARY, INCOME, NEEDY
from services.assets.income.kinds import DRAFTED, PAID
from services.assets.income.repository import books
from services.assets.ledger import service as ledger
from services.assets.ledger.domain import Asset
from services.assets.ledger.telling import about
from services.assets.rights.domain import INCOME as INCOME_RIGHT
from services.assets.rights.domain import rights
from services.assets.terms.domain import yuan
from shared import clock
from shared.errors import FieldError
from shared.events.assets import IncomeDistributedV1
from shared.events.message import Message
from shared.http.permissions import Principal
from shared.messaging import outbox


async def keep(conn: AsyncConnection, lives: Mapping[UUID, Sequence[Entry]]) -> None:
    """Store dues and plans of assets as they are now, from their standing entries: the projection of this room."""
    paid_on: dict[str, date] = {}
    for life in lives.values():
        paid_on |= {entry.body["plan_id"]: entry.holds_on for entry in life if entry.kind == PAID}
    await books.put(conn, {asset_id: money(life) for asset_id, life in lives.items()}, paid_on)


async def draft(conn: AsyncConnection, principal: Principal, said: Draft, decisions: Mapping[str, str]) -> Draft:
    """A plan as it is entered: every household line with what the household is on the plan's day.

    `decisions` say why a household is kept that the last plan paid and that is no longer lifted or monitored.
    AssetNotFoundError; EntryRefusedError for a day of opening that is no fact, `beneficiary_decision_missing` where
    one of them is kept without a word.
    """
    _opened(said)
    await ledger.get(conn, principal, said.asset_id)
    await entries.hold(conn, [said.asset_id])
    lived = until(await entries.life(conn, said.asset_id), said.holds_on)
    asked = {line["household_no"] for line in said.body["lines"] if line.get("household_no")}
    last = _last_paid(money(lived))
    marked = await _marked(conn, last, said.holds_on)
    wanting = sorted((marked & asked) - set(decisions))
    if wanting:
        raise EntryRefusedError(_wanting(wanting), errors=[_error(household_no) for household_no in wanting])
    standing = await beneficiaries.standing(conn, asked, said.holds_on, principal.scope_prefix())
    shares = {holder.key for holder in rights(lived).get(INCOME_RIGHT, {})}
    lines = [_with_standing(line, standing, shares) for line in said.body["lines"]]
    body = {**said.body, "lines": lines, "decisions": dict(decisions)}
    return Draft(said.asset_id, DRAFTED, said.holds_on, body, said.document)


def _opened(said: Draft) -> None:
    """The days that members had the plan before them are counted from a day on which it was there to be seen."""
    opened = date.fromisoformat(said.body["opened_on"])
    if said.holds_on <= opened <= clock.today():
        return
    code, told = (
        ("opened_before_drafted", f"方案 {said.holds_on.isoformat()} 拟定，不能在此以前向成员公开")
        if opened < said.holds_on
        else ("date_in_future", "“向成员公开的日期”不能晚于今天：公开以后再登记")
    )
    told = f"{told}（依据：{ART_46}）"
    wrong = FieldError(pointer="/opened_on", code=code, message=told, value_masked=None)
    raise EntryRefusedError(told, errors=[wrong])


def _with_standing(line: Mapping[str, Any], standing: Mapping[str, str], shares: Collection[str]) -> dict[str, Any]:
    household_no = line.get("household_no")
    if not household_no:
        return dict(line)
    by_share = line.get("basis") == "share" and household_no in shares
    return {**line, "standing": "shareholder" if by_share else standing[household_no]}


def _last_paid(found: Money) -> Plan | None:
    paid = [plan for plan in found.plans.values() if any(plan.paid_fen.values())]
    return max(paid, key=lambda plan: (plan.drafted_on, plan.plan_id), default=None)


async def _marked(conn: AsyncConnection, last: Plan | None, day: date) -> set[str]:
    """Households that the last plan paid as lifted or monitored and that are neither on `day`."""
    if last is None:
        return set()
    then = {line.household_no for line in last.lines if line.household_no and line.standing in NEEDY}
    now = await beneficiaries.standing(conn, then, day)
    return {household_no for household_no, standing in now.items() if standing not in NEEDY}


def _wanting(households: Sequence[str]) -> str:
    named = "、".join(households[:5]) + ("等" if len(households) > 5 else "")
    return (
        f"上一方案的受益户 {named} 共 {len(households)} 户已不是脱贫户或监测对象，"
        f"请在 decisions 中逐户写明继续的理由，或者不再列入（依据：{BENEFICIARY}）"
    )


def _error(household_no: str) -> FieldError:
    told = f"{household_no} 已不是脱贫户或监测对象，须写明继续的理由（依据：{BENEFICIARY}）"
    return FieldError(pointer="/decisions", code="beneficiary_decision_missing", message=told, value_masked=None)


async def plan_of(conn: AsyncConnection, principal: Principal, plan_id: UUID) -> tuple[UUID, Plan]:
    """A plan as it is now, and its asset. PlanNotFoundError, also out of scope."""
    asset_id = await books.asset_of(conn, plan_id)
    asset = None if asset_id is None else (await ledger.current(conn, [asset_id]))[asset_id]
    if asset is None or not principal.may_division(asset.division_code):
        raise PlanNotFoundError("没有这个分配方案，或者不在您的权限范围内。")
    return asset.asset_id, money(await entries.life(conn, asset.asset_id)).plans[str(plan_id)]


def payments(asset_id: UUID, plan: Plan, lines: Sequence[str] | None, said: Draft) -> list[Draft]:
    """Entries that pay what is left of the named lines, or of all; none for a line that is paid already.
    EntryRefusedError for a line that the plan does not have."""
    unknown = sorted(set(lines or ()) - {line.line_id for line in plan.lines})
    if unknown:
        told = f"方案中没有第 {'、'.join(unknown)} 行，全部未支付（依据：{INCOME}）"
        wrong = [_not_there(index, line_id) for index, line_id in enumerate(lines or ()) if line_id in unknown]
        raise EntryRefusedError(told, errors=wrong)
    chosen = [line for line in plan.lines if lines is None or line.line_id in lines]
    left = {line.line_id: line.amount_fen - plan.given_fen.get(line.line_id, 0) for line in chosen}
    return [
        Draft(
            asset_id,
            PAID,
            said.holds_on,
            {"plan_id": plan.plan_id, "line_id": line.line_id, "amount_fen": left[line.line_id]},
            said.document,
            places=dict.fromkeys(("/line_id", "/amount"), f"/lines/{lines.index(line.line_id)}" if lines else ""),
        )
        for line in chosen
        if left[line.line_id] > 0
    ]


def _not_there(index: int, line_id: str) -> FieldError:
    told = f"方案中没有第 {line_id} 行（依据：{INCOME}）"
    return FieldError(pointer=f"/lines/{index}", code="line_not_there", message=told, value_masked=None)


async def told(conn: AsyncConnection, *written: Entry) -> None:
    """Tell the bus of payments to households, one event an entry: negative for what came back, by a pay-back or by the
    reversal of a payment; positive again when a pay-back is reversed."""
    if not written:
        return
    asset_id = written[0].asset_id
    asset = (await ledger.current(conn, [asset_id]))[asset_id]
    history = {entry.entry_id: entry for entry in await entries.history(conn, asset_id)}
    plans = money(standing(history.values())).plans
    messages = []
    for entry in written:
        paid = history[entry.takes_back] if entry.takes_back else entry
        signed = paid.body["amount_fen"] * (1 if paid.kind == PAID else -1) * (-1 if entry.takes_back else 1)
        line = next(one for one in plans[paid.body["plan_id"]].lines if one.line_id == paid.body["line_id"])
        if line.household_no is not None:
            messages.append(_distributed(asset, entry, paid.body["plan_id"], line, signed))
    await outbox.add(conn, messages)


def _distributed(asset: Asset, entry: Entry, plan_id: str, line: Line, signed_fen: int) -> Message:
    event = IncomeDistributedV1.model_validate(
        {
            "asset_id": str(asset.asset_id),
            "plan_id": plan_id,
            "line_id": line.line_id,
            "household_no": line.household_no,
            "amount": Decimal(yuan(signed_fen)),
            "paid_on": entry.holds_on,
            "basis": line.basis,
            "in_kind": line.in_kind,
            "division_code": asset.division_code,
            "known_at": entry.recorded_at,
        }
    )
    return about(event, entry)
