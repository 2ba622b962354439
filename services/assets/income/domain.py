"""The rules of income and its distribution over a whole life of an asset; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.assets.entries.domain import Entry, Fault, until
from services.assets.income.books import Money, apply, day, plan_of
from services.assets.income.guards import ART_40, INCOME, lines_wrong, steps_wrong
from services.assets.income.kinds import DRAFTED, DUE, PLAN_KINDS, RECEIVED
from services.assets.ledger.domain import OPERATING, Asset, fold
from services.assets.rights.domain import INCOME as INCOME_RIGHT
from services.assets.rights.domain import rights
from services.assets.terms.domain import yuan


def law(entries: Sequence[Entry]) -> list[Fault]:
    """The rules of this room over a whole life, given in its order. An entry that breaks one changes nothing."""
    faults: list[Fault] = []
    found, lived = Money(), []
    for entry in entries:
        lived.append(entry)
        if entry.kind not in (DUE, RECEIVED, *PLAN_KINDS):
            continue
        asset = fold(lived)
        if asset is None or asset.asset_class != OPERATING:
            told = "只有经营性资产登记收益和分配方案"
            faults.append(Fault(entry.entry_id, "not_an_operating_asset", told, INCOME))
            continue
        own = [*_wrong(found, entry, asset), *_shares_wrong(entry, entries)]
        faults += own
        if not own:
            apply(found, entry)
    return faults


def households(entry: Entry) -> list[str]:
    """The households that a plan drafted by this entry would pay."""
    lines = entry.body["lines"] if entry.kind == DRAFTED else []
    return [line["household_no"] for line in lines if line.get("household_no")]


def _shares_wrong(entry: Entry, entries: Sequence[Entry]) -> Iterator[Fault]:
    """A line by art. 40 stands on a share of that day, whatever is recorded of the day later: without it the plan
    holds no longer."""
    if entry.kind != DRAFTED or not any(line.get("standing") == "shareholder" for line in entry.body["lines"]):
        return
    holders = {holder.key for holder in rights(until(entries, entry.holds_on)).get(INCOME_RIGHT, {})}
    for index, line in enumerate(entry.body["lines"]):
        if line.get("standing") == "shareholder" and line["household_no"] not in holders:
            told = "这一户当日不持有收益权份额"
            yield Fault(entry.entry_id, "not_a_shareholder", told, ART_40, f"/lines/{index}/basis")


def _wrong(found: Money, entry: Entry, asset: Asset) -> Iterator[Fault]:
    body = entry.body
    if "amount_fen" in body and body["amount_fen"] <= 0:
        yield Fault(entry.entry_id, "amount_not_positive", "“金额”应大于 0", INCOME, "/amount")
    elif entry.kind == DUE:
        if body["due_id"] in found.dues:
            yield Fault(entry.entry_id, "due_repeated", "这笔应收已经登记", INCOME, "/due_id")
        if day(body["due_on"]) < asset.acquired_on:
            told = f"资产 {asset.acquired_on.isoformat()} 取得，在此以前没有应收的收益"
            yield Fault(entry.entry_id, "due_before_asset", told, INCOME, "/due_on")
    elif entry.kind == RECEIVED:
        yield from _received(found, entry)
    elif entry.kind == DRAFTED:
        yield from _drafted(found, entry)
        yield from lines_wrong(entry, plan_of(entry), photovoltaic=asset.photovoltaic)
    elif body["plan_id"] not in found.plans:
        yield Fault(entry.entry_id, "plan_not_there", "当日没有这个分配方案", INCOME, "/plan_id")
    else:
        yield from steps_wrong(found, found.plans[body["plan_id"]], entry)


def _received(found: Money, entry: Entry) -> Iterator[Fault]:
    due = found.dues.get(entry.body["due_id"])
    if due is None:
        yield Fault(entry.entry_id, "due_not_there", "当日没有这笔应收", INCOME, "/due_id")
    elif due.received_fen + entry.body["amount_fen"] > due.amount_fen:
        told = f"实收合计超过应收，还可登记 {yuan(due.amount_fen - due.received_fen)} 元；多收的部分请另行登记应收"
        yield Fault(entry.entry_id, "more_than_due", told, INCOME, "/amount")


def _drafted(found: Money, entry: Entry) -> Iterator[Fault]:
    body = entry.body
    if body["plan_id"] in found.plans:
        yield Fault(entry.entry_id, "plan_repeated", "这个分配方案已经登记", INCOME, "/plan_id")
    if body["amount_fen"] > found.free_fen:
        told = f"方案金额超过当日可分配的收益 {yuan(found.free_fen)} 元（已收未付，减去在途方案）"
        yield Fault(entry.entry_id, "more_than_in_hand", told, INCOME, "/amount")
    difference = sum(line["amount_fen"] for line in body["lines"]) - body["amount_fen"]
    if difference:
        told = f"各行之和与方案金额相差 {difference} 分，应分毫不差"
        yield Fault(entry.entry_id, "lines_do_not_sum", told, INCOME, "/lines")
