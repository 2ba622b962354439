"""Custody and inspections of an asset, folded from its entries; their rules over a whole life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.assets.entries.domain import Entry, Fault
from services.assets.ledger.domain import DISPOSED, HOUSEHOLD, Asset, fold

ASSIGNED, ENDED, INSPECTED, REPAIRED = "custody_assigned", "custody_ended", "inspected", "repaired"
KINDS = (ASSIGNED, ENDED, INSPECTED, REPAIRED)
UNIT, OWN, ENTRUSTED = "unit", "own", "entrusted"
BROKEN = frozenset({"damaged", "unusable"})

_CUSTODY = "规划第三章第四节二（一）“明确产权主体管护责任”"


@dataclass(frozen=True, slots=True)
class Custody:
    """Who answers for the asset. `post` is the named post; `interval_days` how often it is to be inspected."""

    mode: str
    unit: str
    post: str | None
    duties: str
    funds_fen: int | None
    interval_days: int | None
    since: date


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Custody on a day, and what the last inspection found; `broken_since` until it was repaired or found good."""

    custody: Custody | None = None
    ended_on: date | None = None
    inspected_on: date | None = None
    result: str | None = None
    broken_since: date | None = None


def upkeep(entries: Iterable[Entry]) -> Upkeep:
    """The upkeep after these standing entries, given in their order."""
    found = Upkeep()
    for entry in entries:
        found = _after(found, entry)
    return found


def _after(found: Upkeep, entry: Entry) -> Upkeep:
    body: dict[str, Any] = dict(entry.body)
    if entry.kind == ASSIGNED:
        custody = Custody(
            mode=body["mode"],
            unit=body["unit"],
            post=body.get("post"),
            duties=body["duties"],
            funds_fen=body.get("funds_fen"),
            interval_days=body.get("interval_days"),
            since=entry.holds_on,
        )
        return replace(found, custody=custody, ended_on=None)
    if entry.kind in (ENDED, DISPOSED):
        return replace(found, custody=None, ended_on=entry.holds_on)
    if entry.kind == INSPECTED:
        broken = body["result"] in BROKEN
        since = (found.broken_since or entry.holds_on) if broken else None
        return replace(found, inspected_on=entry.holds_on, result=body["result"], broken_since=since)
    return replace(found, broken_since=None) if entry.kind == REPAIRED else found


def households(entry: Entry) -> list[str]:
    """The household that an entry makes the custodian of its own asset."""
    return [entry.body["unit"]] if entry.kind == ASSIGNED and entry.body["mode"] != UNIT else []


def law(entries: Sequence[Entry]) -> list[Fault]:
    """The rules of this room over a whole life, given in its order."""
    faults: list[Fault] = []
    found, lived = Upkeep(), []
    for entry in entries:
        lived.append(entry)
        if entry.kind not in KINDS:
            continue
        asset = fold(lived)
        if asset is not None:
            faults += _wrong(found, entry, asset)
        found = _after(found, entry)
    return faults


def _wrong(found: Upkeep, entry: Entry, asset: Asset) -> Iterator[Fault]:
    body = entry.body
    if entry.kind == ENDED and found.custody is None:
        yield Fault(entry.entry_id, "no_custody", "当日没有管护责任，不能终止", _CUSTODY)
    if entry.kind != ASSIGNED:
        return
    own = body["mode"] in (OWN, ENTRUSTED)
    if asset.asset_class == HOUSEHOLD and not own:
        told = "到户类资产由农户自主经营或委托经营"
        yield Fault(entry.entry_id, "household_keeps_its_asset", told, _CUSTODY, "/mode")
    if asset.asset_class != HOUSEHOLD and own:
        told = "经营性、公益性资产须由责任单位管护"
        yield Fault(entry.entry_id, "unit_missing", told, _CUSTODY, "/mode")
    if asset.asset_class != HOUSEHOLD and not (body.get("post") and body.get("interval_days")):
        told = "须写明责任单位、管护岗位和巡查周期"
        yield Fault(entry.entry_id, "post_missing", told, _CUSTODY, "/post")
