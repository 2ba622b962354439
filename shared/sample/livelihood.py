"""Livelihoods in the sample: incomes, what is done to raise them, who is tied to an enterprise, who works where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.codes import divisions
from shared.codes.credit import check_character
from shared.sample.domain import HISTORY_DAYS, Item, Record, at, money
from shared.sample.lives import GROWTH, Life
from shared.sample.population import ABLE

_MIX = (0.193, 0.546, 0.025, 0.236)
"""Wages, operating, property, transfers: of the rural income of Inner Mongolia in 2022."""
_EVENNESS = 9.0
"""How near each family is to the mix."""
_LEAST_WAGE_FEN = 100_000
"""A family has wages or none: a few yuan a year would be taken for a mistake."""
_QUARTERS = 8
_IN_THE_RED = 0.003
_LINKED = (0.08, 0.4)
_FORMS = ("order", "land_lease", "employment", "shares", "trusteeship", "service")
_ENTERPRISES = 24
_WORK = ("away", "local", "public_post", "workshop", "self_employed", "seeking")
_CERTAIN = (3, 4)
"""Families whose head is in the list of workers in every sample."""
_PROVIDERS = {
    "industry": "农牧局",
    "employment": "就业服务中心",
    "public_post": "就业服务中心",
    "finance": "农村信用合作联社",
    "education": "教育体育局",
    "health": "卫生健康委员会",
    "housing": "住房和城乡建设局",
    "water": "水利局",
    "comprehensive_security": "民政局",
    "motivation": "文化和旅游局",
}
_WITH_MONEY = ("industry", "finance", "education", "housing")


def incomes(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Twelve months to each quarter's end for those the departments watch, to one of them a year for the others."""
    ends = list(_quarter_ends(as_of - timedelta(days=25)))
    for life in lives:
        shares = [random.gammavariate(_EVENNESS * share, 1) for share in _MIX]
        mix = [share / sum(shares) for share in shares]
        every = 1 if life.cared_for else 4
        for back, end in list(enumerate(ends))[::every]:
            yield Item(_income(life, mix, back, end, random, as_of), fixed=bool(life.stays))


def _quarter_ends(latest: date) -> Iterator[date]:
    """The last eight quarter ends, newest first."""
    first = date(latest.year, (latest.month - 1) // 3 * 3 + 1, 1)
    for _ in range(_QUARTERS):
        end = first - timedelta(days=1)
        yield end
        first = date(end.year, end.month - 2, 1)


def _income(life: Life, mix: Sequence[float], back: int, end: date, random: Random, as_of: date) -> Record:
    family = life.family
    people = len(family.before(end)) or 1
    per_head = life.income_fen / GROWTH ** (back / 4) * (life.drop if back >= 2 else 1.0)
    net = per_head * people * (1.0 if back == 0 else random.uniform(0.97, 1.03))
    wage, operating, own, transfer = (int(net * share) for share in mix)
    if wage < _LEAST_WAGE_FEN:
        wage, operating = 0, operating + wage
    cost = int(operating * random.uniform(0.35, 1.1))
    gross = operating + cost
    if not life.stays and random.random() < _IN_THE_RED:
        cost = 2 * gross
    record: Record = {
        "source_id": f"SR-{end:%Y%m}-{family.index + 1:06d}",
        "source_updated_at": at(end + timedelta(days=random.randint(8, 24)), random, as_of),
        "household_no": family.household_no,
        "period_end_month": f"{end:%Y-%m}",
        "wage": money(wage),
        "operating": money(gross),
        "operating_cost": money(cost),
        "property": money(own),
        "transfer": money(transfer),
        "members_counted": people,
    }
    if random.random() < 0.05:
        record["insurance_payout"] = money(random.randint(30_000, 800_000))
    return record


def measures(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """What was done for the lifted and nearly all the monitored; a fifth is over."""
    for life in lives:
        held = life.monitored
        if not (life.family.lifted and life.family.entitled) and (held is None or random.random() < 0.08):
            continue
        since = held.identified if held else as_of - timedelta(days=HISTORY_DAYS)
        since = max(since, as_of - timedelta(days=HISTORY_DAYS))
        for number, measure in enumerate(random.sample(list(_PROVIDERS), random.randint(1, 3)), 1):
            started = since + timedelta(days=random.randint(5, max(6, (as_of - since).days - 30)))
            yield from _measure(life, measure, number, min(started, as_of), random, as_of)


def _measure(life: Life, measure: str, number: int, started: date, random: Random, as_of: date) -> Iterator[Item]:
    record: Record = {
        "source_id": f"BF-{started.year}-{life.family.index + 1:06d}-{number}",
        "source_updated_at": at(started + timedelta(days=random.randint(1, 12)), random, as_of),
        "household_no": life.family.household_no,
        "measure": measure,
        "started_on": started.isoformat(),
        "provider": _banner(life) + _PROVIDERS[measure],
    }
    if measure in _WITH_MONEY:
        record["amount"] = money(random.randrange(100_000, 900_000, 10_000))
    ended = started + timedelta(days=random.randint(120, 400))
    over = ended < as_of - timedelta(days=15) and random.random() < 0.3
    yield Item(record, fixed=over)
    if over:
        after = {"source_updated_at": at(ended + timedelta(days=3), random, as_of), "ended_on": ended.isoformat()}
        yield Item({**record, **after}, "corrected", 2)


def linkages(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Families tied to one of a few enterprises."""
    for life in lives:
        if random.random() >= _LINKED[life.family.lifted] and life.family.index != 1:
            continue
        since = as_of - timedelta(days=random.randint(30, HISTORY_DAYS))
        record: Record = {
            "source_id": f"LJ-{since.year}-{life.family.index + 1:06d}",
            "source_updated_at": at(since + timedelta(days=7), random, as_of),
            "household_no": life.family.household_no,
            "enterprise_code": enterprise(random.randrange(_ENTERPRISES)),
            "form": random.choice(_FORMS),
            "tight": random.random() < 0.6,
            "since": since.isoformat(),
        }
        if random.random() < 0.7:
            record["until"] = (since + timedelta(days=365 * random.randint(1, 5))).isoformat()
        yield Item(record)


def employments(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Where the workers of the watched and the resettled are; some lost their work and want other."""
    for life in lives:
        if not life.cared_for and life.family.index not in _CERTAIN:
            continue
        for place, person in enumerate(life.family.members):
            if person.labour not in ABLE and (place or life.family.index not in _CERTAIN):
                continue
            started = as_of - timedelta(days=random.randint(40, HISTORY_DAYS - 30))
            record: Record = {
                "source_id": f"JY-{life.family.index + 1:06d}-{place + 1}",
                "source_updated_at": at(started + timedelta(days=5), random, as_of),
                **life.family.naming(person),
                "employment": random.choices(_WORK, weights=(34, 32, 10, 6, 14, 4))[0],
                "started_on": started.isoformat(),
                "place": _banner(life),
                "trained": random.random() < 0.3,
            }
            if record["employment"] != "seeking":
                record["monthly_wage"] = money(random.randrange(180_000, 680_000, 5_000))
            ended = started + timedelta(days=random.randint(60, 500))
            lost = record["employment"] != "seeking" and ended < as_of and random.random() < 0.25
            yield Item(record, fixed=lost)
            if lost:
                yield from _out_of_work(record, ended, random, as_of)


def _out_of_work(record: Record, ended: date, random: Random, as_of: date) -> Iterator[Item]:
    updated = at(ended + timedelta(days=6), random, as_of)
    yield Item({**record, "source_updated_at": updated, "ended_on": ended.isoformat()}, "corrected", 2)
    if random.random() < 0.5:
        wish = {name: value for name, value in record.items() if name not in ("monthly_wage", "place")}
        begun = {"employment": "seeking", "started_on": (ended + timedelta(days=1)).isoformat()}
        yield Item(wish | begun | {"source_id": record["source_id"] + "-2", "source_updated_at": updated}, wave=2)


def _banner(life: Life) -> str:
    place = divisions.get(f"{life.family.village[:6]}000000")
    return place.name if place else ""


def enterprise(number: int) -> str:
    """A made-up credit code with a right check character."""
    first_17 = f"91150600MA0N{number:05d}"
    return first_17 + check_character(first_17)
