"""What the sample's operating assets earned in the last two years, and how it was distributed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.assets.domain import APPROVER, Asset, Body, Step, chance, name_of, recipe
from shared.sample.dividing import divided
from shared.sample.domain import money

YIELD = (0.05, 0.08)
"""Of the original value, a year."""
_KINDS = ("rent", "rent", "rent", "guaranteed")
_DISTRIBUTED = 0.8
_BASES = (("post", "post", None), ("reward", "labour", None), ("reward", "reward", None))
_STOPPED_DAYS = 60
"""Past the days of grace, and within the ninety that screening looks back."""
_MOST = 6
"""Households in a plan."""


def earned(asset: Asset, random: Random) -> Iterator[Step]:
    """Dues and receipts of the last two whole years; the last one of some did not come, or not all of it."""
    years = [year for year in (asset.last_day.year - 2, asset.last_day.year - 1) if asset.acquired_on.year < year]
    amount = int(asset.value_fen * random.uniform(*YIELD))
    kind = "power_sales" if asset.body.get("photovoltaic") else _kind(asset, random)
    for year in years:
        due = {
            "holds_on": asset.day(date(year, 1, 5)),
            "document": "收益合同",
            "due_id": str(year),
            "period": str(year),
            "kind": kind,
            "amount": money(amount),
            "due_on": date(year, 12, 20).isoformat(),
            "contract": f"{name_of(asset.village)}收益合同〔{asset.acquired_on.year}〕{random.randint(1, 90)}号",
        }
        yield Step(asset.code, "/income/dues", due)
        unpaid = year == years[-1] and chance(random, "unpaid")
        got = random.randrange(0, amount) if unpaid else amount
        for place, part in enumerate(_parts(got, random)):
            day = asset.day(date(year, 11 + place, 10 + place))
            receipt = {"holds_on": day, "document": "银行回单", "due_id": str(year), "amount": money(part)}
            yield Step(asset.code, "/income/receipts", receipt)


def _kind(asset: Asset, random: Random) -> str:
    return "dividend" if asset.body["form"] == "equity" else random.choice(_KINDS)


def _parts(fen: int, random: Random) -> list[int]:
    if fen > 1 and chance(random, "in_two_parts"):
        return [fen // 2, fen - fen // 2]
    return [fen] if fen else []


def distributed(asset: Asset, steps: Sequence[Step], needy: Sequence[str], leaving: Sequence[str]) -> Iterator[Step]:
    """The plans of an asset, one for each year whose income came whole (`steps` are those of `earned`). `needy` are
    lifted households of its banner, `leaving` such as are monitored when the last plan is drafted and no more today."""
    random = Random(f"{asset.code} {asset.last_day}")  # noqa: S311 (a sample is repeatable)
    if not needy or not chance(random, "distributed"):
        return
    chosen = random.sample(list(needy), min(_MOST, len(needy)))
    dues = {step.body["due_id"]: _fen(step.body["amount"]) for step in steps if step.path == "/income/dues"}
    for year, due in dues.items():
        came = sum(_fen(s.body["amount"]) for s in steps if s.path == "/income/receipts" and s.body["due_id"] == year)
        drafted = date(int(year) + 1, 1, 10)
        if came < due or date(drafted.year, 2, 20) > asset.last_day:
            continue
        last = drafted.year == asset.last_day.year
        households = [*chosen, *leaving[:1]] if last else chosen
        plan = _plan(asset, year, int(due * _DISTRIBUTED), households, random)
        under_way = last and chance(random, "under_way")
        yield from _decided(asset, plan, stops_early=under_way)
        if last and not under_way and chance(random, "stopped"):
            yield _stopped(asset, due)


def _stopped(asset: Asset, year_fen: int) -> Step:
    """An instalment of this year that was due two months ago and did not come: whom the last plan paid, screening
    hears of (C01)."""
    due_on = asset.last_day - timedelta(days=_STOPPED_DAYS)
    quarter = f"{due_on.year}-Q{(due_on.month + 2) // 3}"
    due = {
        "holds_on": asset.day(date(due_on.year, 1, 5)),
        "document": "收益合同",
        "due_id": quarter,
        "period": quarter,
        "kind": "rent",
        "amount": money(year_fen // 4),
        "due_on": due_on.isoformat(),
        "contract": f"{name_of(asset.village)}收益合同补充协议",
    }
    return Step(asset.code, "/income/dues", due)


def _plan(asset: Asset, year: str, amount: int, households: Sequence[str], random: Random) -> Step:
    """Half to households who work for it, half to the village, in whole fen that add up."""
    parts = divided(amount, {str(place): random.uniform(1, 3) for place in range(len(households) + 2)}, 1)
    (works, rest), shares = list(parts.values())[:2], list(parts.values())[2:]
    lines: list[Body] = [
        {"line_id": "1", "purpose": "works", "amount": money(works), "use": random.choice(("water", "roads"))},
        {"line_id": "2", "purpose": "accumulation", "amount": money(rest), "use": "reserve"},
    ]
    for place, (household_no, share) in enumerate(zip(households, shares, strict=True), 3):
        purpose, basis, _ = random.choice(_BASES)
        reference = random.choice(recipe()["posts"]) if basis == "post" else f"劳务和奖励台账第{place}号"
        line = {"line_id": str(place), "purpose": purpose, "amount": money(share), "household_no": household_no}
        lines.append({**line, "use": "posts", "basis": basis, "reference": reference})
    day = date(int(year) + 1, 1, 10).isoformat()
    body = {"holds_on": day, "document": "分配方案草案", "period": year, "amount": money(amount), "opened_on": day}
    return Step(asset.code, "/plans", {**body, "lines": lines}, plan=f"{asset.code}/{year}")


def _decided(asset: Asset, plan: Step, *, stops_early: bool) -> Iterator[Step]:
    year = int(plan.body["period"]) + 1
    members = 60 + int(asset.village[9:]) % 90
    minutes = {
        "of": "members",
        "members_total": members,
        "present": members - 4,
        "in_favour": members - 6,
        "against": 2,
    }
    town = name_of(asset.village[:9] + "000")
    steps: list[tuple[str, tuple[int, int], Body, str]] = [
        ("/plans/decisions", (1, 22), {"document": "成员大会会议记录", **minutes}, "clerk"),
        (
            "/plans/notices",
            (1, 23),
            {"document": "公示照片", "until": f"{year}-02-03", "place": "嘎查村公示栏"},
            "clerk",
        ),
        ("/plans/reviews", (2, 5), {"document": "审核意见", "unit": f"{town}人民政府"}, "clerk"),
        ("/plans/approvals", (2, 7), {"document": "批复"}, APPROVER),
        ("/plans/payments", (2, 12), {"document": "银行代发清单"}, "clerk"),
    ]
    yield plan
    for path, (month, day), body, by in steps[: 2 if stops_early else None]:
        said = {"holds_on": date(year, month, day).isoformat(), **body}
        yield Step(asset.code, path, said, by, plan.plan)


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
