"""The steps of a disposal and its proceeds, folded from entries, and their rules over a whole life. Money is fen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.assets.disposal.levels import level_of, suffices
from services.assets.entries.domain import Entry, Fault
from services.assets.ledger.domain import AMENDED, DISPOSED, EQUITY, HOUSEHOLD, LOST, Asset, fold
from services.assets.rights.domain import OWNERSHIP, rights
from services.assets.terms import minutes

PROPOSED, APPRAISED, DECIDED, NOTICED = (
    "disposal_proposed",
    "disposal_appraised",
    "disposal_decided",
    "disposal_noticed",
)
APPROVED, REJECTED = "disposal_approved", "disposal_rejected"
RECEIVED, ASSIGNED, SPENT = "proceeds_received", "proceeds_assigned", "proceeds_spent"
STEPS = (PROPOSED, APPRAISED, DECIDED, NOTICED, APPROVED, REJECTED, DISPOSED)
PROCEEDS = (RECEIVED, ASSIGNED, SPENT)

NOTICE_DAYS = 10
"""As for distribution plans **[practice]**."""
_FREE = frozenset({"state", "enterprise"})
"""Owners whose proceeds are not bound."""
USES = frozenset({"consolidation", "revitalisation"})
"""What proceeds of collective assets are used for again."""

_DISPOSAL = "规划第三章第四节二（三）“任何单位和个人不得随意处置国有和集体扶贫项目资产”"
_PROCEEDS = "规划第三章第四节二（三）“处置收入应重新安排用于巩固拓展脱贫攻坚成果和全面实现乡村振兴”"


@dataclass(slots=True)
class Disposal:
    """A disposal as far as it has come; `proposed_by` may not approve it."""

    reason: str
    proposed_on: date
    proposed_by: str
    appraisal_fen: int | None = None
    decided_on: date | None = None
    notice_until: date | None = None
    approved_on: date | None = None
    level: str | None = None


@dataclass(slots=True)
class Proceeds:
    """Money from a disposal (fen): received, assigned to uses by id, spent of each."""

    received_fen: int = 0
    assigned: dict[str, tuple[str, int]] = field(default_factory=dict)
    spent_fen: dict[str, int] = field(default_factory=dict)

    @property
    def unassigned_fen(self) -> int:
        """Received and not yet arranged for anything."""
        return self.received_fen - sum(fen for _, fen in self.assigned.values())

    @property
    def unspent_fen(self) -> int:
        """Received and not yet spent."""
        return self.received_fen - sum(self.spent_fen.values())


@dataclass(slots=True)
class Ending:
    """How an asset ends: the disposal under way or done, the day it was done, and what came of it."""

    disposal: Disposal | None = None
    disposed_on: date | None = None
    proceeds: Proceeds = field(default_factory=Proceeds)


def ending(entries: Iterable[Entry]) -> Ending:
    """The ending after these standing entries, given in their order; for lawful lives."""
    found = Ending()
    for entry in entries:
        _apply(found, entry)
    return found


def _apply(found: Ending, entry: Entry) -> None:
    body = entry.body
    if entry.kind == PROPOSED:
        found.disposal = Disposal(body["reason"], entry.holds_on, entry.recorded_by)
    elif entry.kind == REJECTED:
        found.disposal = None
    elif entry.kind == DISPOSED:
        found.disposed_on = entry.holds_on
    elif entry.kind == RECEIVED:
        found.proceeds.received_fen += body["amount_fen"]
    elif entry.kind == ASSIGNED:
        found.proceeds.assigned[body["use_id"]] = (body["use"], body["amount_fen"])
    elif entry.kind == SPENT:
        spent = found.proceeds.spent_fen
        spent[body["use_id"]] = spent.get(body["use_id"], 0) + body["amount_fen"]
    elif entry.kind in STEPS and found.disposal is not None:
        _step(found.disposal, entry)


def _step(disposal: Disposal, entry: Entry) -> None:
    if entry.kind == APPRAISED:
        disposal.appraisal_fen = entry.body["amount_fen"]
    elif entry.kind == DECIDED:
        disposal.decided_on = entry.holds_on
    elif entry.kind == NOTICED:
        disposal.notice_until = date.fromisoformat(entry.body["until"])
    elif entry.kind == APPROVED:
        disposal.approved_on, disposal.level = entry.holds_on, entry.body["level"]


def law(entries: Sequence[Entry]) -> list[Fault]:
    """The rules of this room over a whole life, given in its order. An entry that breaks one changes nothing."""
    faults: list[Fault] = []
    found, lived = Ending(), []
    for entry in entries:
        lived.append(entry)
        if entry.kind not in (*STEPS, *PROCEEDS, AMENDED):
            continue
        asset = fold(lived[:-1])
        if asset is None:
            continue
        if entry.kind == AMENDED:
            faults += _outgrown(found, entry, lived)
            continue
        own = [
            *_wrong(found, entry, asset, collective=_collective(asset, lived)),
            *_too_low(found, entry, lived),
        ]
        faults += own
        if not own:
            _apply(found, entry)
    return faults


def _collective(asset: Asset, lived: Sequence[Entry]) -> bool:
    """Whether its proceeds are bound: all but households' own and what is confirmed to be the state's or an
    enterprise's. An asset whose owner nobody has confirmed is the collective's until then."""
    owners = {holder.kind for holder in rights(lived).get(OWNERSHIP, {})}
    return asset.asset_class != HOUSEHOLD and not (owners and owners <= _FREE)


def _too_low(found: Ending, entry: Entry, lived: Sequence[Entry]) -> Iterator[Fault]:
    if entry.kind == APPROVED and found.disposal is not None and not suffices(entry.body["level"], lived):
        told = f"这项资产的处置由{level_of(lived).title}审批（原值按曾登记的最高值计）"
        yield Fault(entry.entry_id, "approval_level", told, _DISPOSAL)


def _outgrown(found: Ending, entry: Entry, lived: Sequence[Entry]) -> Iterator[Fault]:
    """A value that is put right after the approval must not ask for a higher level than approved."""
    disposal = found.disposal
    if disposal is not None and disposal.level is not None and not suffices(disposal.level, lived):
        told = f"这样更正以后，处置须由{level_of(lived).title}审批，高于已有的审批；请先冲销审批"
        yield Fault(entry.entry_id, "approval_level", told, _DISPOSAL, "/original_value")


def _wrong(found: Ending, entry: Entry, asset: Asset, *, collective: bool) -> Iterator[Fault]:
    if entry.kind in (PROPOSED, DISPOSED) and asset.state == LOST:
        told = "灭失的资产先查明情况；灭失不是处置"
        yield Fault(entry.entry_id, "lost_is_no_disposal", told, _DISPOSAL)
    if entry.kind in PROCEEDS:
        yield from _proceeds(found, entry, collective=collective)
    elif entry.kind == PROPOSED:
        if found.disposal is not None:
            yield Fault(entry.entry_id, "disposal_under_way", "已有正在办理的处置", _DISPOSAL)
        if entry.body["reason"] == "equity_exit" and asset.form != EQUITY:
            yield Fault(entry.entry_id, "not_equity", "只有权益类资产可以因股权退出处置", _DISPOSAL, "/reason")
    elif found.disposal is None:
        code, told = ("disposed_without_approval", "未经审批，不能处置") if entry.kind == DISPOSED else _NOT_PROPOSED
        yield Fault(entry.entry_id, code, told, _DISPOSAL)
    else:
        yield from _next(found.disposal, entry)


_NOT_PROPOSED = ("not_proposed", "尚未提出处置申请")


def _next(disposal: Disposal, entry: Entry) -> Iterator[Fault]:
    if entry.kind == APPRAISED and entry.body["amount_fen"] < 0:
        yield Fault(entry.entry_id, "amount_negative", "评估价值不能小于 0", _DISPOSAL, "/amount")
    elif entry.kind == DECIDED:
        yield from _decided(disposal, entry)
    elif entry.kind == NOTICED:
        yield from _noticed(disposal, entry)
    elif entry.kind == APPROVED:
        yield from _approved(disposal, entry)
    elif entry.kind == REJECTED:
        yield from _rejected(disposal, entry)
    elif entry.kind == DISPOSED and disposal.approved_on is None:
        yield Fault(entry.entry_id, "disposed_without_approval", "未经审批，不能处置", _DISPOSAL)


def _decided(disposal: Disposal, entry: Entry) -> Iterator[Fault]:
    if disposal.appraisal_fen is None:
        yield Fault(entry.entry_id, "not_appraised", "处置前须先评估", _DISPOSAL)
    wrong = minutes.wrong(entry.body)
    if wrong is not None:
        code, told, at = wrong
        yield Fault(entry.entry_id, code, told, minutes.BASIS, at)


def _noticed(disposal: Disposal, entry: Entry) -> Iterator[Fault]:
    if disposal.decided_on is None:
        yield Fault(entry.entry_id, "not_decided", "处置尚未表决通过，不能公示", _DISPOSAL)
    if date.fromisoformat(entry.body["until"]) < entry.holds_on + timedelta(days=NOTICE_DAYS):
        yield Fault(entry.entry_id, "notice_too_short", f"公示不得少于 {NOTICE_DAYS} 日", _DISPOSAL, "/until")


def _approved(disposal: Disposal, entry: Entry) -> Iterator[Fault]:
    if disposal.approved_on is not None:
        yield Fault(entry.entry_id, "approved_already", "处置已经审批", _DISPOSAL)
    if disposal.notice_until is None:
        yield Fault(entry.entry_id, "not_noticed", "处置尚未公示，不能审批", _DISPOSAL)
    elif entry.holds_on <= disposal.notice_until:
        told = f"公示到 {disposal.notice_until.isoformat()} 期满，期满后才能审批"
        yield Fault(entry.entry_id, "notice_running", told, _DISPOSAL, "/holds_on")
    if entry.recorded_by == disposal.proposed_by:
        yield Fault(entry.entry_id, "own_proposal", "申请人不能审批自己提出的处置", _DISPOSAL)


def _rejected(disposal: Disposal, entry: Entry) -> Iterator[Fault]:
    if disposal.approved_on is not None:
        yield Fault(entry.entry_id, "approved_already", "处置已经审批；要撤回审批，请由审批人冲销", _DISPOSAL)
    if entry.recorded_by == disposal.proposed_by:
        yield Fault(entry.entry_id, "own_proposal", "申请人不能审批自己提出的处置", _DISPOSAL)


def _proceeds(found: Ending, entry: Entry, *, collective: bool) -> Iterator[Fault]:
    body, proceeds = entry.body, found.proceeds
    if found.disposed_on is None:
        yield Fault(entry.entry_id, "not_disposed", "资产尚未处置，没有处置收入", _PROCEEDS)
    if body["amount_fen"] <= 0:
        yield Fault(entry.entry_id, "amount_not_positive", "“金额”应大于 0", _PROCEEDS, "/amount")
    if entry.kind == ASSIGNED:
        if body["use_id"] in proceeds.assigned:
            yield Fault(entry.entry_id, "use_repeated", "这项用途已经登记", _PROCEEDS, "/use_id")
        if body["amount_fen"] > proceeds.unassigned_fen:
            yield Fault(entry.entry_id, "more_than_proceeds", "安排的金额超过尚未安排的处置收入", _PROCEEDS, "/amount")
        if collective and body["use"] not in USES:
            told = "集体资产的处置收入只能重新安排用于巩固拓展脱贫攻坚成果和全面实现乡村振兴"
            yield Fault(entry.entry_id, "use_not_allowed", told, _PROCEEDS, "/use")
    elif entry.kind == SPENT:
        assigned = proceeds.assigned.get(body["use_id"])
        if assigned is None:
            yield Fault(entry.entry_id, "use_not_there", "没有这项用途", _PROCEEDS, "/use_id")
        elif proceeds.spent_fen.get(body["use_id"], 0) + body["amount_fen"] > assigned[1]:
            yield Fault(entry.entry_id, "spent_more_than_assigned", "使用合计超过安排的金额", _PROCEEDS, "/amount")
