"""What the ledger of assets tells the bus, and a plain count of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from shared import clock
from shared.events.assets import AssetChangedV1, AssetDisposedV1, AssetRegisteredV1, RightConfirmedV1
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.events.projects import ProjectChangedV1, ProjectRegisteredV1

KINDS = (
    "farming_processing_services", "other_industry", "village_infrastructure", "education_medical_aid",
    "other_security",
)  # fmt: skip
INDUSTRY = KINDS[:2]
LINKAGE = ("central_fiscal", "regional_fiscal", "city_fiscal", "banner_fiscal")
SOURCES = (*LINKAGE, "bonds", "donation")
PLACES = ("150625100201", "150625100000", "150625000000", "150602101201", "150600000000")
FIRST, LAST = 2021, 2025


def delivery(event: Event, number: int, at: datetime) -> Delivery:
    """As the bus brings it; later events have greater ids."""
    key = getattr(event, "asset_id", None) or event.project_id  # type: ignore[attr-defined]
    return Delivery(event, str(UUID(int=number)), event.TYPE, "assets.ledger.v1", 0, number, key, "/xianjie/assets", at)


def project(no: str, *, year: int = 2024, kind: str = KINDS[0], place: str = PLACES[0], **funds: str) -> dict[str, Any]:
    """What is said of a project: `funds` by source in yuan."""
    money = {source: Decimal(amount) for source, amount in (funds or {"central_fiscal": "100"}).items()}
    return {
        "project_id": no,
        "code": f"C-{no}",
        "name": "项目",
        "year": year,
        "kind": kind,
        "status": "approved",
        "division_code": place,
        "total": sum(money.values()),
        "funds": [{"source": source, "amount": amount} for source, amount in money.items()],
    }


class Ledger:
    """Events in the order in which they are recorded, an hour apart from `start` on."""

    def __init__(self, start: datetime, step: timedelta = timedelta(hours=1)) -> None:
        self.now, self.step, self.events = start, step, list[Delivery]()

    def _tell(self, event: Event) -> Delivery:
        self.events.append(delivery(event, len(self.events) + 1, self.now))
        return self.events[-1]

    def registered(self, said: dict[str, Any]) -> Delivery:
        """A project."""
        self.now += self.step
        return self._tell(ProjectRegisteredV1.model_validate(said))

    def changed(self, said: dict[str, Any]) -> Delivery:
        """A project as it is after a change."""
        self.now += self.step
        holds_on = clock.business_date(self.now)
        return self._tell(ProjectChangedV1.model_validate({**said, "holds_on": holds_on, "known_at": self.now}))

    def acquired(self, no: str, on: date, place: str = PLACES[0]) -> Delivery:
        """An asset."""
        self.now += self.step
        return self._tell(
            AssetRegisteredV1.model_validate(
                {
                    "asset_id": no,
                    "project_id": "P",
                    "code": f"A-{no}",
                    "name": "资产",
                    "asset_class": "public",
                    "division_code": place,
                    "original_value": "10",
                    "acquired_on": on,
                    "known_at": self.now,
                }
            )
        )

    def moved(self, no: str, on: date, place: str, *, standing: bool = True) -> Delivery:
        """It is somewhere else, or stands after all."""
        self.now += self.step
        return self._tell(
            AssetChangedV1.model_validate(
                {
                    "asset_id": no,
                    "project_id": "P",
                    "code": f"A-{no}",
                    "asset_class": "public",
                    "division_code": place,
                    "standing": standing,
                    "holds_on": on,
                    "known_at": self.now,
                }
            )
        )

    def right(
        self, no: str, on: date, place: str = PLACES[0], right: str = "ownership", *, ended: bool = False
    ) -> Delivery:
        """Its right is confirmed, or ends."""
        self.now += self.step
        holder = {"holder_kind": "state", "holder_key": "11150625MB0000001X", "share": "1"}
        return self._tell(
            RightConfirmedV1.model_validate(
                {
                    "asset_id": no,
                    "asset_class": "public",
                    "division_code": place,
                    "right": right,
                    "holds_on": on,
                    "shares": [] if ended else [holder],
                    "known_at": self.now,
                }
            )
        )

    def disposed(self, no: str, on: date, place: str = PLACES[0]) -> Delivery:
        """It is gone."""
        self.now += self.step
        return self._tell(
            AssetDisposedV1.model_validate(
                {
                    "asset_id": no,
                    "project_id": "P",
                    "asset_class": "public",
                    "division_code": place,
                    "disposed_on": on,
                    "reason": "end_of_life",
                    "known_at": self.now,
                }
            )
        )


def drawn(random: Random, start: datetime, projects: int = 30, assets: int = 40) -> list[Delivery]:
    """Whole lives: projects whose funds are corrected, assets confirmed, ended, confirmed again, disposed of."""
    ledger = Ledger(start, timedelta(minutes=7))
    for number in range(projects):
        said = _drawn_project(random, f"P{number}")
        ledger.registered(said)
        if random.random() < 0.4:
            again = _drawn_project(random, f"P{number}")
            ledger.changed({**said, "total": again["total"], "funds": again["funds"]})
    for number in range(assets):
        _drawn_asset(random, ledger, f"A{number}", random.choice(PLACES))
    return ledger.events


def _drawn_project(random: Random, no: str) -> dict[str, Any]:
    money = {source: f"{random.randint(1, 90_000_000_00) / 100:.2f}" for source in random.sample(SOURCES, 2)}
    year, place = random.randint(FIRST - 2, LAST + 1), random.choice(PLACES)
    return project(no, year=year, kind=random.choice(KINDS), place=place, **money)


def _drawn_asset(random: Random, ledger: Ledger, no: str, place: str) -> None:
    day = date(2018, 1, 1) + timedelta(days=random.randint(0, 2_800))
    ledger.acquired(no, day, place)
    for _ in range(random.randint(0, 3)):
        day += timedelta(days=random.randint(0, 300))
        ledger.right(no, day, place, random.choice(("ownership", "ownership", "use")), ended=random.random() < 0.3)
    if random.random() < 0.3:
        day += timedelta(days=random.randint(0, 200))
        ledger.disposed(no, day, place)
        if random.random() < 0.3:
            ledger.moved(no, day, random.choice(PLACES))


class Pair(NamedTuple):
    """Numerator and denominator (None: the number has none, or there is no number)."""

    above: Decimal | None
    below: Decimal | None


NOTHING = Pair(None, None)


def told(events: Iterable[Delivery], code: str, place: str, period: str, day: date) -> Pair:
    """A value of indicator `code`, counted one by one as a person would go through the ledger's pages."""
    known = sorted(events, key=lambda one: (one.event_id, one.time))
    if code == "asset_rights_confirmed":
        return _rights(known, _prefix(place), day)
    projects: dict[str, Any] = {}
    for one in known:
        if isinstance(one.event, ProjectRegisteredV1 | ProjectChangedV1):
            projects[one.event.project_id] = one.event
    own = [one for one in projects.values() if one.division_code.startswith(_prefix(place))]
    year = int(period)
    years = set(range(FIRST, min(year, LAST) + 1)) if code in _IN_ALL else {year}
    if not years <= {one.year for one in own}:
        return NOTHING
    own = [one for one in own if one.year in years]
    chosen = [one for one in own if one.kind in _KINDS.get(code, KINDS)]
    if code == "industry_fund_share":
        below = _linkage(own)
        return Pair(_linkage(chosen), below) if below else NOTHING
    if code == "project_investment":
        return Pair(sum((one.total for one in chosen), Decimal(0)), None)
    return Pair(_linkage(chosen) if code == "project_special_funds" else Decimal(len(chosen)), None)


_IN_ALL = ("projects_in_all", "industry_projects_in_all", "project_investment", "project_special_funds")
_KINDS: dict[str, tuple[str, ...]] = {
    "industry_fund_share": INDUSTRY,
    "industry_projects_in_all": INDUSTRY,
    "processing_projects": KINDS[0:1],
    "other_industry_projects": KINDS[1:2],
    "infrastructure_projects": KINDS[2:3],
    "education_health_projects": KINDS[3:4],
    "other_guarantee_projects": KINDS[4:5],
}
CODES = ("asset_rights_confirmed", "projects", *_IN_ALL, *(code for code in _KINDS if code not in _IN_ALL))


def _prefix(place: str) -> str:
    """The digits that say something: 4 of the city, 6 of a banner, 9 of a township."""
    digits = next(digits for digits in (4, 6, 9, 12) if place[digits:].strip("0") == "")
    return place[:digits]


def _linkage(projects: Iterable[Any]) -> Decimal:
    return sum((fund.amount for one in projects for fund in one.funds if fund.source in LINKAGE), Decimal(0))


def _rights(known: Iterable[Delivery], prefix: str, day: date) -> Pair:
    """Every asset's life is walked through in the order of its days; of one day in the order of recording."""
    lives: dict[str, list[Any]] = {}
    for one in known:
        if isinstance(one.event, AssetRegisteredV1 | AssetChangedV1 | RightConfirmedV1 | AssetDisposedV1):
            lives.setdefault(one.event.asset_id, []).append(one.event)
    ends = [_end(life, day) for life in lives.values()]
    standing = [one for one in ends if one.there and one.place.startswith(prefix)]
    owned = sum(one.confirmed for one in standing)
    return Pair(Decimal(owned), Decimal(len(standing))) if standing else NOTHING


class _End(NamedTuple):
    """What an asset has come to."""

    there: bool
    place: str
    confirmed: bool


def _end(life: Iterable[Any], day: date) -> _End:
    end = _End(there=False, place="", confirmed=False)
    for event in sorted(life, key=_day_of):
        if _day_of(event) > day:
            break
        if isinstance(event, AssetRegisteredV1):
            end = end._replace(there=True, place=event.division_code)
        elif isinstance(event, AssetChangedV1):
            end = end._replace(there=event.standing, place=event.division_code)
        elif isinstance(event, AssetDisposedV1):
            end = end._replace(there=False)
        elif event.right == "ownership":
            end = end._replace(confirmed=bool(event.shares))
    return end


def _day_of(event: Any) -> date:
    for name in ("acquired_on", "disposed_on", "holds_on"):
        if hasattr(event, name):
            found: date = getattr(event, name)
            return found
    raise TypeError(type(event).__name__)
