"""Disposals in the sample: proposed, appraised, decided, noticed, approved, done; of some the proceeds lie unspent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from shared.sample.assets.domain import APPROVER, CLERK, Asset, Body, Step
from shared.sample.domain import money

_DAYS = 420
"""How long before the last day a disposal begins."""


def disposed(asset: Asset, random: Random) -> Iterator[Step]:
    """Every step of a disposal; nothing for an asset that is younger than that."""
    begins = asset.last_day - timedelta(days=_DAYS)
    if asset.acquired_on >= begins - timedelta(days=400):
        return
    appraised = asset.value_fen // random.randint(4, 10)
    minutes = {"of": "members", "members_total": 90, "present": 80, "in_favour": 75, "against": 5}
    spent = random.random() < 0.5
    steps: list[tuple[str, int, Body, str]] = [
        ("proposals", 0, {"document": "处置申请", "reason": "end_of_life", "explanation": "已不能修缮使用"}, CLERK),
        ("appraisals", 7, {"document": "评估报告", "amount": money(appraised), "appraiser": "某资产评估事务所"}, CLERK),
        ("decisions", 20, {"document": "成员大会会议记录", **minutes}, CLERK),
        ("notices", 21, {"document": "公示照片", "until": _day(begins, 32), "place": "嘎查村公示栏"}, CLERK),
        ("approvals", 35, {"document": "批复"}, APPROVER),
        ("completions", 50, {"document": "转让合同", "way": "公开转让"}, CLERK),
        ("proceeds", 55, {"document": "银行回单", "amount": money(appraised)}, CLERK),
        ("assignments", 80, {"document": "成员大会决议", "use_id": "1", "use": "revitalisation",
                             "purpose": "新建饲草料库", "amount": money(appraised)}, CLERK),
    ]  # fmt: skip
    if spent:
        steps.append(("spendings", 150, {"document": "支付凭证", "use_id": "1", "amount": money(appraised)}, CLERK))
    for name, after, body, by in steps:
        yield Step(asset.code, f"/disposal/{name}", {"holds_on": _day(begins, after), **body}, by)


def _day(begins: date, after: int) -> str:
    return (begins + timedelta(days=after)).isoformat()
