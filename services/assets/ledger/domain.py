"""An asset on a day, folded from its entries, and the rules of registering and changing it. Money is integer fen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.assets.entries.domain import Entry, Fault

REGISTERED, AMENDED, STATE_CHANGED, DISPOSED = "asset_registered", "asset_amended", "state_changed", "disposed"
AFTER_DISPOSAL = frozenset(
    {"proceeds_received", "proceeds_assigned", "proceeds_spent", "income_received", "plan_drafted", "plan_decided",
     "plan_noticed", "plan_reviewed", "plan_approved", "plan_returned", "plan_paid", "plan_reversed"}
)  # fmt: skip
"""What may still happen once an asset is gone: money is followed to its end, that of its disposal and that which it
earned before."""

APPROVERS = frozenset({"plan_approved", "plan_returned", "disposal_approved", "disposal_rejected"})
"""Acts of an approver: only an approver takes them back, and never who began what they decided on."""
PLAN_DRAFTED, DISPOSAL_PROPOSED = "plan_drafted", "disposal_proposed"
"""The kinds of other rooms by which that began."""

OPERATING, PUBLIC, HOUSEHOLD = "operating", "public", "household"
EQUITY = "equity"
IN_USE, IDLE, LOST = "in_use", "idle", "lost"

_EQUITY_BASIS = "规划第三章第四节二（三）“明确股权的退出办法和处置方式”"
_LEDGER_BASIS = "规划第三章第四节一（一）“分类建立管理台账”"
_PHOTOVOLTAIC_BASIS = "光伏帮扶电站台账惯例：使用年限 20 年"
PHOTOVOLTAIC_YEARS = 20
"""The useful life of a photovoltaic station **[practice]**."""
_DISPOSAL_BASIS = "规划第三章第四节二（三）“任何单位和个人不得随意处置国有和集体扶贫项目资产”"


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of an asset. `equity_exit` and `equity_disposal` are its exit and disposal terms, for equity."""

    name: str
    asset_class: str
    form: str
    division_code: str
    place: str
    quantity: str
    unit: str
    original_value_fen: int
    useful_life_years: int | None
    real_estate: bool
    photovoltaic: bool
    operation_plan: str | None
    risk_controls: str | None
    equity_exit: str | None
    equity_disposal: str | None


@dataclass(frozen=True, slots=True)
class Asset(Stated):
    """An asset on a day: what is said of it and the state it is in."""

    asset_id: UUID
    project_id: UUID
    code: str
    acquired_on: date
    state: str
    state_since: date


AMENDABLE = frozenset(field.name for field in fields(Stated)) - {"asset_class", "form", "photovoltaic"}
"""What may turn out otherwise later. Class and form decide under which rules an asset lives, and stay."""


@dataclass(frozen=True, slots=True)
class Draft(Stated):
    """An asset as a clerk registers it."""

    project_id: UUID
    code: str
    acquired_on: date

    def body(self) -> dict[str, Any]:
        """What its registering entry says; the day on which it holds is the day of acquisition."""
        said = {field.name: getattr(self, field.name) for field in fields(Stated)}
        return {**said, "project_id": str(self.project_id), "code": self.code}

    def same_as(self, asset: Asset) -> bool:
        """Whether an asset is registered as this draft says it."""
        return all(getattr(self, field.name) == getattr(asset, field.name) for field in fields(Draft))


def fold(entries: Iterable[Entry]) -> Asset | None:
    """The asset after these standing entries, given in their order; None when it does not exist yet."""
    asset: Asset | None = None
    for entry in entries:
        asset = _after(asset, entry)
    return asset


def _after(asset: Asset | None, entry: Entry) -> Asset | None:
    if entry.kind == REGISTERED:
        return _registered(entry)
    if asset is None:
        return None
    if entry.kind == AMENDED:
        return replace(asset, **_changes(entry.body))
    if entry.kind == STATE_CHANGED:
        return replace(asset, state=entry.body["state"], state_since=entry.holds_on)
    if entry.kind == DISPOSED:
        return replace(asset, state=DISPOSED, state_since=entry.holds_on)
    return asset


def _registered(entry: Entry) -> Asset:
    said = {field.name: entry.body[field.name] for field in fields(Stated)}
    return Asset(
        **said,
        asset_id=entry.asset_id,
        project_id=UUID(entry.body["project_id"]),
        code=entry.body["code"],
        acquired_on=entry.holds_on,
        state=IN_USE,
        state_since=entry.holds_on,
    )


def _changes(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in AMENDABLE}


def law(entries: Sequence[Entry]) -> list[Fault]:
    """The rules of this room over a whole life, given in its order."""
    return [*_beginning(entries), *_end(entries), *_each(entries)]


def _beginning(entries: Sequence[Entry]) -> Iterator[Fault]:
    born = False
    for entry in entries:
        if entry.kind == REGISTERED:
            if born:
                yield Fault(entry.entry_id, "asset_registered_twice", "这项资产已经登记过", _LEDGER_BASIS)
            born = True
        elif not born:
            yield Fault(entry.entry_id, "before_asset", "分录的日期早于资产取得日期", _LEDGER_BASIS, "/holds_on")


def _end(entries: Sequence[Entry]) -> Iterator[Fault]:
    gone: date | None = None
    for entry in entries:
        if gone is not None and entry.kind == DISPOSED:
            told = f"这项资产已于 {gone.isoformat()} 处置，不能再次处置"
            yield Fault(entry.entry_id, "disposed_twice", told, _DISPOSAL_BASIS)
        elif gone is not None and entry.kind not in AFTER_DISPOSAL:
            told = f"这项资产已于 {gone.isoformat()} 处置，其后只能登记处置收入及其使用、此前应收的收益及其分配"
            yield Fault(entry.entry_id, "after_disposal", told, _DISPOSAL_BASIS, "/holds_on")
        if entry.kind == DISPOSED and gone is None:
            gone = entry.holds_on


def _each(entries: Sequence[Entry]) -> Iterator[Fault]:
    asset: Asset | None = None
    for entry in entries:
        before, asset = asset, _after(asset, entry)
        if asset is not None and entry.kind in (REGISTERED, AMENDED):
            yield from _stated(entry, asset)
        if before is not None and entry.kind == STATE_CHANGED:
            yield from _state(entry, before)


def _stated(entry: Entry, asset: Asset) -> Iterator[Fault]:
    if asset.original_value_fen <= 0:
        yield Fault(entry.entry_id, "amount_not_positive", "“原值”应大于 0", _LEDGER_BASIS, "/original_value")
    if asset.photovoltaic and asset.useful_life_years != PHOTOVOLTAIC_YEARS:
        told = f"光伏电站的使用年限登记为 {PHOTOVOLTAIC_YEARS} 年"
        yield Fault(entry.entry_id, "photovoltaic_life", told, _PHOTOVOLTAIC_BASIS, "/useful_life_years")
    if asset.form != EQUITY:
        return
    for name, title in (("equity_exit", "股权退出办法"), ("equity_disposal", "股权处置方式")):
        if not getattr(asset, name):
            told = f"股权（债权）类资产未写明“{title}”，不予登记"
            yield Fault(entry.entry_id, "equity_terms_missing", told, _EQUITY_BASIS, f"/{name}")


def _state(entry: Entry, before: Asset) -> Iterator[Fault]:
    if entry.body["state"] == before.state:
        yield Fault(entry.entry_id, "state_unchanged", "资产当日已经是这个状态", _LEDGER_BASIS, "/state")
    if entry.body["state"] == LOST and not entry.body.get("investigation"):
        told = "资产灭失须写明调查情况；灭失不是处置"
        yield Fault(entry.entry_id, "investigation_missing", told, _DISPOSAL_BASIS, "/investigation")
