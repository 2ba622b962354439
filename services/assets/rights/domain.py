"""Rights as dated shares: exact fractions that sum to one on every day on which the right exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from services.assets.entries.domain import Entry, Fault
from services.assets.ledger.domain import AMENDED, HOUSEHOLD, OPERATING, PUBLIC, Asset, fold

CONFIRMED, TRANSFERRED, ENDED = "right_confirmed", "right_transferred", "right_ended"
SUPERVISED, HANDED_OVER = "supervision_assigned", "handed_over"
OWNERSHIP, USE, INCOME, DISTRIBUTION, DISPOSAL = "ownership", "use", "income", "distribution", "disposal"
RIGHTS = (OWNERSHIP, USE, INCOME, DISTRIBUTION, DISPOSAL)
"""Supervision is a role of authorities and no share of anything **[ours]**; it is the sixth and has holders only."""

MEMBERS = frozenset({"household", "person"})
OWNED_BY_ALL = frozenset({"collective", "state"})
"""Owners whose property leaves them by disposal only, with its appraisal, decision, notice and approval."""
COLLECTIVE_LAW_FROM = date(2025, 5, 1)
"""The law of rural collective economic organisations is in force from this day on: earlier entries are not refused."""

_ART_36 = "农村集体经济组织法第三十六条：集体财产不得分割到成员个人"
_ART_40 = "农村集体经济组织法第四十条：经营性财产的收益权可以份额形式量化到成员"
_CONFIRM = "规划第三章第四节一（二）“有序推进确权登记”"
_HAND_OVER = "规划第三章第四节一（二）“对公益性资产，项目建成后及时办理移交手续”"
_DISPOSE = "规划第三章第四节二（三）“任何单位和个人不得随意处置国有和集体扶贫项目资产”"
_SHARES = "民法典第二百九十八条：按份共有人按照其份额享有权利，每日各份之和为 1"


class Holder(NamedTuple):
    """A holder of a share: `key` is a household number, a person key or a credit code, by `kind`."""

    kind: str
    key: str


Shares = Mapping[Holder, Fraction]
Rights = Mapping[str, Shares]
"""Shares by right; a right that does not exist on the day is not in it."""


def shares(stated: Iterable[Mapping[str, Any]]) -> list[tuple[Holder, Fraction]]:
    """As they stand in an entry: `[{kind, key, share: "1/3"}]`; ValueError or ZeroDivisionError for no fraction."""
    return [(Holder(one["kind"], one["key"]), Fraction(one["share"])) for one in stated]


def rights(entries: Iterable[Entry]) -> Rights:
    """Who holds what after these standing entries, given in their order; for lawful lives."""
    found: dict[str, dict[Holder, Fraction]] = {}
    for entry in entries:
        _apply(found, entry)
    return found


def _apply(found: dict[str, dict[Holder, Fraction]], entry: Entry) -> None:
    if entry.kind == CONFIRMED:
        found[entry.body["right"]] = dict(shares(entry.body["shares"]))
    elif entry.kind == ENDED:
        found.pop(entry.body["right"], None)
    elif entry.kind == TRANSFERRED:
        held = found.get(entry.body["right"], {})
        ((giver, share),), ((taker, _),) = shares([entry.body["from"]]), shares([entry.body["to"]])
        held[giver] = held.get(giver, Fraction(0)) - share
        held[taker] = held.get(taker, Fraction(0)) + share
        if not held[giver]:
            del held[giver]


def households(entry: Entry) -> list[str]:
    """The households to which an entry gives a share."""
    given = {CONFIRMED: "shares", TRANSFERRED: "to"}.get(entry.kind)
    stated = entry.body[given] if given else []
    return [one["key"] for one in (stated if isinstance(stated, list) else [stated]) if one["kind"] == "household"]


class Beside(NamedTuple):
    """What stands beside the shares: who supervises, and when a public asset was handed over to whom."""

    supervision: tuple[str, ...]
    handed_over_on: date | None
    receiver: str | None


def beside(entries: Iterable[Entry]) -> Beside:
    """The same after these standing entries, given in their order."""
    found = Beside((), None, None)
    for entry in entries:
        if entry.kind == SUPERVISED:
            found = found._replace(supervision=tuple(entry.body["units"]))
        elif entry.kind == HANDED_OVER:
            found = found._replace(handed_over_on=entry.holds_on, receiver=entry.body["receiver"])
    return found


def law(entries: Sequence[Entry]) -> list[Fault]:
    """The rules of this room over a whole life, given in its order."""
    faults: list[Fault] = []
    found: dict[str, dict[Holder, Fraction]] = {}
    lived: list[Entry] = []
    for entry in entries:
        lived.append(entry)
        if entry.kind == HANDED_OVER:
            faults += _handed_over(entry, fold(lived))
        if entry.kind == AMENDED and entry.body.get("real_estate"):
            faults += _turned_out(entry, lived)
        if entry.kind not in (CONFIRMED, TRANSFERRED, ENDED):
            continue
        own = [*_shape(entry, found)]
        if not own:
            before = dict(found.get(OWNERSHIP, {}))
            _apply(found, entry)
            asset = fold(lived)
            if asset is not None:
                own = [*_given_away(entry, asset, before, found), *_stated(entry, asset, found)]
        faults += own
    return faults


def _stated(entry: Entry, asset: Asset, found: Rights) -> Iterator[Fault]:
    if entry.kind != ENDED:
        yield from _owners(entry, asset, found)
        yield from _registration(entry, asset)


def _given_away(entry: Entry, asset: Asset, before: Shares, found: Rights) -> Iterator[Fault]:
    """What the state or a collective owns goes to an enterprise, or to nobody, by disposal only. To members it could
    go before the law was in force."""
    if entry.body["right"] != OWNERSHIP or asset.asset_class == HOUSEHOLD:
        return
    now = found.get(OWNERSHIP, {})
    lost = _held(before, OWNED_BY_ALL) - _held(now, OWNED_BY_ALL)
    if lost > 0 and _held(now, MEMBERS) - _held(before, MEMBERS) < lost:
        told = "国有和集体资产的所有权不能以转让或终止权利的方式转出：请办理处置（评估、表决、公示、审批）"
        yield Fault(entry.entry_id, "ownership_without_disposal", told, _DISPOSE, "/right")


def _held(owners: Shares, kinds: frozenset[str]) -> Fraction:
    return sum((share for holder, share in owners.items() if holder.kind in kinds), Fraction(0))


def _handed_over(entry: Entry, asset: Asset | None) -> Iterator[Fault]:
    if asset is not None and asset.asset_class != PUBLIC:
        yield Fault(entry.entry_id, "not_a_public_asset", "只有公益性资产办理移交", _HAND_OVER)


def _shape(entry: Entry, found: Rights) -> Iterator[Fault]:
    right = entry.body["right"]
    if entry.kind == CONFIRMED:
        yield from _sum(entry)
    elif right not in found:
        yield Fault(entry.entry_id, "right_not_confirmed", "这项权利当日尚未确权", _CONFIRM, "/right")
    elif entry.kind == TRANSFERRED:
        ((giver, share),), ((taker, _),) = shares([entry.body["from"]]), shares([entry.body["to"]])
        if giver == taker:
            yield Fault(entry.entry_id, "same_holder", "转让人和受让人是同一个", _SHARES, "/to")
        held = found[right].get(giver, Fraction(0))
        if share <= 0 or share > held:
            told = f"转让的份额应大于 0 且不超过转让人当日持有的 {held}"
            yield Fault(entry.entry_id, "more_than_held", told, _SHARES, "/from/share")


def _sum(entry: Entry) -> Iterator[Fault]:
    stated = shares(entry.body["shares"])
    if len({holder for holder, _ in stated}) < len(stated):
        yield Fault(entry.entry_id, "holder_repeated", "同一权利人只能列一次，请合并份额", _SHARES, "/shares")
    for index, (_, share) in enumerate(stated):
        if share <= 0:
            yield Fault(entry.entry_id, "share_not_positive", "份额应大于 0", _SHARES, f"/shares/{index}/share")
    total = sum((share for _, share in stated), Fraction(0))
    if total != 1:
        yield Fault(entry.entry_id, "shares_do_not_sum", f"各份之和为 {total}，应正好为 1", _SHARES, "/shares")


def _owners(entry: Entry, asset: Asset, found: Rights) -> Iterator[Fault]:
    right = entry.body["right"]
    members = [holder for holder in found[right] if holder.kind in MEMBERS]
    if asset.asset_class == HOUSEHOLD:
        if right == OWNERSHIP and len(members) < len(found[right]):
            told = "到户类资产归农牧户所有，所有权人只能是农牧户或其成员"
            yield Fault(entry.entry_id, "household_owns_its_asset", told, _CONFIRM, "/shares")
        return
    if entry.holds_on < COLLECTIVE_LAW_FROM or not members:
        return
    if right == OWNERSHIP:
        told = "经营性、公益性资产属于集体或国家，所有权不能分割到成员"
        yield Fault(entry.entry_id, "collective_property_divided", told, _ART_36, "/shares")
    elif right == INCOME and asset.asset_class != OPERATING:
        told = "只有经营性财产的收益权可以量化到成员"
        yield Fault(entry.entry_id, "income_share_of_public_asset", told, _ART_40, "/shares")


def _turned_out(entry: Entry, lived: Sequence[Entry]) -> Iterator[Fault]:
    """Real estate after all, when its ownership was confirmed without a number."""
    owned = [one for one in lived if one.kind == CONFIRMED and one.body["right"] == OWNERSHIP]
    if owned and not owned[-1].body.get("registration_no"):
        told = "所有权已确权而没有不动产登记证号：请先补登带登记证号的确权，再更正为不动产"
        yield Fault(entry.entry_id, "registration_no_missing", told, _CONFIRM, "/real_estate")


def _registration(entry: Entry, asset: Asset) -> Iterator[Fault]:
    confirmed = entry.kind == CONFIRMED and entry.body["right"] == OWNERSHIP
    if confirmed and asset.real_estate and not entry.body.get("registration_no"):
        told = "不动产的所有权确权须填写不动产登记证号"
        yield Fault(entry.entry_id, "registration_no_missing", told, _CONFIRM, "/registration_no")
