"""Who owns, keeps and inspects the sample's assets, with what is left undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from shared.codes import divisions
from shared.sample.assets.domain import Asset, Body, Step, authority, chance, collective, lessee, name_of

_LESSEES = 40
_PLAN_FROM, _PLAN_DAYS = date(2022, 1, 10), 340
"""Rights were confirmed by the end of 2022, as the plan asks, or soon after a later asset was there."""


def rights(asset: Asset, random: Random) -> Iterator[Step]:
    """Confirmation of ownership, of use where it is leased, hand-over and supervision."""
    wanted = max(asset.acquired_on + timedelta(days=30), _PLAN_FROM + timedelta(days=random.randrange(_PLAN_DAYS)))
    day = asset.day(wanted)
    owner = _owner(asset)
    paper = f"{name_of(asset.banner + '000000')}确权登记〔{day[:4]}〕{random.randint(1, 900)}号"
    said = {"holds_on": day, "document": paper}
    if asset.asset_class == "public" and not chance(random, "no_handover"):
        receiver = divisions.path(asset.village)
        handed = asset.day(asset.acquired_on + timedelta(days=random.randint(5, 80)))
        yield _step(asset, "/handovers", {"holds_on": handed, "document": "移交清单", "receiver": receiver})
    if chance(random, "unconfirmed"):
        return
    confirmed: Body = {**said, "right": "ownership", "shares": [{**owner, "share": "1"}]}
    if asset.body["real_estate"]:
        confirmed["registration_no"] = f"蒙（{day[:4]}）{name_of(asset.banner + '000000')}不动产权第{paper[-5:-1]}号"
    yield _step(asset, "/rights/confirmations", confirmed)
    if asset.asset_class != "operating":
        return
    yield _step(asset, "/rights/confirmations", {**said, "right": "income", "shares": [{**owner, "share": "1"}]})
    if chance(random, "leased"):
        user = {"kind": "enterprise", "key": lessee(random.randrange(_LESSEES)), "share": "1"}
        yield _step(asset, "/rights/confirmations", {**said, "right": "use", "shares": [user]})
    units = [name_of(asset.banner + "000000") + "农牧局", name_of(asset.village[:9] + "000") + "人民政府"]
    yield _step(asset, "/supervision", {**said, "units": units})


def _owner(asset: Asset) -> dict[str, str]:
    if asset.household_no is not None:
        return {"kind": "household", "key": asset.household_no}
    if asset.asset_class == "public" and "饮水" in asset.body["name"]:
        return {"kind": "state", "key": authority(asset.banner)}
    return {"kind": "collective", "key": collective(asset.village)}


def keeping(asset: Asset, random: Random) -> Iterator[Step]:
    """Custody, the last inspection and what it found, idleness."""
    if asset.household_no is not None:
        own = {"mode": "own" if random.random() < 0.8 else "entrusted", "unit": asset.household_no}
        said = {"holds_on": asset.day(asset.acquired_on), "document": "到户协议", "duties": "自主经营，妥善管护。"}
        yield _step(asset, "/custody", {**said, **own})
        return
    if not chance(random, "no_custodian"):
        yield from _kept(asset, random)
    if asset.asset_class == "operating" and chance(random, "idle"):
        idle = {"state": "idle", "reason": "承包人退出，尚未重新发包"}
        yield _step(asset, "/states", {"holds_on": asset.ago(random.randint(20, 400)), "document": "报告", **idle})


def _kept(asset: Asset, random: Random) -> Iterator[Step]:
    interval = random.choice((90, 180))
    custody = {
        "holds_on": asset.day(asset.acquired_on + timedelta(days=10)),
        "document": "管护协议",
        "mode": "unit",
        "unit": divisions.path(asset.village),
        "post": "资产管护员",
        "duties": "定期巡查，及时报修，发现损毁、侵占立即报告。",
        "interval_days": interval,
        "funds": f"{random.randrange(1200, 6000, 100)}.00",
    }
    yield _step(asset, "/custody", custody)
    late = chance(random, "overdue_inspection")
    days = interval + random.randint(20, 200) if late else random.randint(12, interval - 10)
    day = asset.ago(days)
    broken = chance(random, "damaged")
    result = random.choice(("damaged", "unusable")) if broken else random.choice(("good", "good", "good", "worn"))
    yield _step(asset, "/inspections", {"holds_on": day, "document": "巡查记录", "result": result})
    if broken and chance(random, "repaired"):
        repair = {"cost": f"{random.randrange(300, 9000, 50)}.00", "note": "已修复并验收"}
        yield _step(asset, "/repairs", {"holds_on": asset.ago(days - 10), "document": "维修结算单", **repair})


def _step(asset: Asset, path: str, body: Body) -> Step:
    return Step(asset.code, path, body)
