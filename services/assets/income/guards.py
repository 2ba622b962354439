"""What a distribution plan may say, and in which order it is decided, noticed, approved and paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from services.assets.entries.domain import Entry, Fault
from services.assets.income.books import Line, Money, Plan, day
from services.assets.income.kinds import (
    APPROVED,
    DECIDED,
    NOTICED,
    PAID,
    RETURNED,
    REVERSED,
    REVIEWED,
)
from services.assets.terms import minutes
from services.assets.terms.domain import yuan

NOTICE_DAYS = 10
"""A plan is shown in public at least so long **[practice]**."""
OPEN_DAYS = 10
"""Members see a plan so long before they decide on it (农村集体经济组织法第四十六条)."""

POST, WORKS, REWARD, ACCUMULATION, DIRECT = "post", "works", "reward", "accumulation", "direct"
NAMED = frozenset({POST, REWARD, DIRECT})
"""Purposes that reach people: each line says which household. Works and accumulation are the collective's."""
BASES = frozenset({"post", "labour", "reward", "hardship", "share"})
NEEDY = frozenset({"lifted", "monitored"})
PHOTOVOLTAIC_BARRED = frozenset({"village_salaries", "offices", "vehicles", "bonuses", "debts", "funds"})
"""What income of a photovoltaic station is not spent on **[practice: 内蒙古 2022]**."""

INCOME = "规划第三章第四节二（二）“严格收益分配使用”"
OPEN = "规划第三章第四节二（二）“确保全过程规范、公开”"
NO_BASIS = "规划第三章第四节二（二）“严禁采取简单发钱发物、一分了之的做法进行收益分配”"
BENEFICIARY = "规划第三章第四节二（二）“建立健全受益对象动态调整制度”"
PHOTOVOLTAIC = "内蒙古光伏帮扶收益使用负面清单（2022）"
ART_40 = "农村集体经济组织法第四十条"
ART_46 = "农村集体经济组织法第四十六条"


def lines_wrong(entry: Entry, plan: Plan, *, photovoltaic: bool) -> Iterator[Fault]:
    """Everything wrong with the lines of a plan that is drafted."""
    for line_id, times in Counter(line.line_id for line in plan.lines).items():
        if times > 1:
            yield Fault(entry.entry_id, "line_repeated", f"行号 {line_id} 用了 {times} 次", INCOME, "/lines")
    for index, line in enumerate(plan.lines):
        at = f"/lines/{index}"
        if line.amount_fen <= 0:
            yield Fault(entry.entry_id, "amount_not_positive", "“金额”应大于 0", INCOME, f"{at}/amount")
        if line.household_no is not None:
            yield from _household(entry, plan, line, at)
        elif line.purpose in NAMED:
            told = "公益性岗位、劳务奖补和直接帮扶的每一行须写明户编号和分配依据"
            yield Fault(entry.entry_id, "household_not_named", told, NO_BASIS, f"{at}/household_no")
        if photovoltaic and line.use in PHOTOVOLTAIC_BARRED:
            told = "光伏收益不得用于村干部报酬、办公经费、购车、奖金、偿债和设立基金"
            yield Fault(entry.entry_id, "barred_use", told, PHOTOVOLTAIC, f"{at}/use")
        elif photovoltaic and line.use is None and line.purpose not in NAMED:
            told = "光伏收益的每一行须写明支出方向，以便对照负面清单"
            yield Fault(entry.entry_id, "use_missing", told, PHOTOVOLTAIC, f"{at}/use")
    if photovoltaic and not any(line.purpose in (POST, WORKS) for line in plan.lines):
        told = "光伏收益应优先用于公益性岗位工资和公益事业建设劳务支出，方案中没有"
        yield Fault(entry.entry_id, "posts_and_labour_first", told, PHOTOVOLTAIC, "/lines")


def _household(entry: Entry, plan: Plan, line: Line, at: str) -> Iterator[Fault]:
    if line.basis not in BASES or not line.reference:
        told = "发给农牧户的每一行（钱或物）都须写明分配依据（岗位、劳务、奖励、具名困难或第四十条份额）和依据出处"
        missing = "reference" if line.basis in BASES else "basis"
        yield Fault(entry.entry_id, "no_basis", told, NO_BASIS, f"{at}/{missing}")
    if line.basis == "share" and line.standing != "shareholder":
        told = "这一户当日不持有收益权份额"
        yield Fault(entry.entry_id, "not_a_shareholder", told, ART_40, f"{at}/basis")
    elif line.standing in (None, "unknown") and not plan.rule:
        told = (
            "没有收到这一户当日是本辖区脱贫户或监测对象的信息，不能列为受益户；"
            "请核对户编号，一般农牧户须由方案写明面向全体成员的规则"
        )
        yield Fault(entry.entry_id, "beneficiary_unknown", told, BENEFICIARY, f"{at}/household_no")
    elif line.standing not in NEEDY | {"shareholder"} and not plan.rule:
        told = "这一户当日既不是脱贫户、监测对象，也不是份额持有人，方案也没有写明面向全体成员的规则"
        yield Fault(entry.entry_id, "not_entitled", told, BENEFICIARY, f"{at}/household_no")


def steps_wrong(found: Money, plan: Plan, entry: Entry) -> Iterator[Fault]:
    """Everything wrong with the next step of a plan."""
    if plan.returned_on is not None:
        yield Fault(entry.entry_id, "plan_returned", "方案已经退回，请另拟方案", OPEN, "/plan_id")
    elif entry.kind == DECIDED:
        yield from _decided(plan, entry)
    elif entry.kind == NOTICED:
        yield from _noticed(plan, entry)
    elif entry.kind == REVIEWED:
        yield from _reviewed(plan, entry)
    elif entry.kind in (APPROVED, RETURNED):
        yield from _approved(plan, entry)
    elif entry.kind in (PAID, REVERSED):
        yield from _paid(found, plan, entry)


def _decided(plan: Plan, entry: Entry) -> Iterator[Fault]:
    if plan.decided_on is not None:
        yield Fault(entry.entry_id, "decided_already", "方案已经表决", OPEN)
    if entry.holds_on < plan.opened_on + timedelta(days=OPEN_DAYS):
        told = f"表决前方案应向成员公开至少 {OPEN_DAYS} 日（自 {plan.opened_on.isoformat()} 起）"
        yield Fault(entry.entry_id, "not_open_long_enough", told, ART_46, "/holds_on")
    wrong = minutes.wrong(entry.body)
    if wrong is not None:
        code, told, at = wrong
        yield Fault(entry.entry_id, code, told, minutes.BASIS, at)


def _noticed(plan: Plan, entry: Entry) -> Iterator[Fault]:
    if plan.decided_on is None:
        yield Fault(entry.entry_id, "not_decided", "方案尚未表决通过，不能公示", OPEN)
    if day(entry.body["until"]) < entry.holds_on + timedelta(days=NOTICE_DAYS):
        yield Fault(entry.entry_id, "notice_too_short", f"公示不得少于 {NOTICE_DAYS} 日", OPEN, "/until")


def _reviewed(plan: Plan, entry: Entry) -> Iterator[Fault]:
    if plan.notice_until is None:
        yield Fault(entry.entry_id, "not_noticed", "方案尚未公示，不能审核", OPEN)
    elif entry.holds_on <= plan.notice_until:
        told = f"公示到 {plan.notice_until.isoformat()} 期满，期满后才能审核"
        yield Fault(entry.entry_id, "notice_running", told, OPEN, "/holds_on")


def _approved(plan: Plan, entry: Entry) -> Iterator[Fault]:
    if plan.approved_on is not None:
        yield Fault(entry.entry_id, "approved_already", "方案已经批准", OPEN)
    if entry.recorded_by == plan.drafted_by:
        yield Fault(entry.entry_id, "own_plan", "拟定人不能审批自己拟的方案", OPEN)
    if entry.kind == APPROVED and plan.reviewed_on is None:
        yield Fault(entry.entry_id, "not_reviewed", "方案尚未经苏木乡镇审核，不能批准", OPEN)


def _paid(found: Money, plan: Plan, entry: Entry) -> Iterator[Fault]:
    amount = entry.body["amount_fen"]
    line = next((line for line in plan.lines if line.line_id == entry.body["line_id"]), None)
    if plan.approved_on is None:
        yield Fault(entry.entry_id, "not_approved", "方案尚未批准，不能支付", OPEN)
    if line is None:
        yield Fault(entry.entry_id, "line_not_there", "方案中没有这一行", INCOME, "/line_id")
        return
    paid, given = plan.paid_fen.get(line.line_id, 0), plan.given_fen.get(line.line_id, 0)
    if entry.kind == PAID and given + amount > line.amount_fen:
        yield Fault(entry.entry_id, "paid_more_than_planned", "支付合计超过方案中这一行的金额", INCOME, "/amount")
    if entry.kind == PAID and amount > found.in_hand_fen:
        told = f"支付超过当日结存 {yuan(found.in_hand_fen)} 元"
        yield Fault(entry.entry_id, "more_than_in_hand", told, INCOME, "/amount")
    if entry.kind == REVERSED and amount > paid:
        yield Fault(entry.entry_id, "reversed_more_than_paid", "冲回合计超过已支付的金额", INCOME, "/amount")
