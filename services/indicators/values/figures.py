"""Observed figures as formulas look them up: by input, division and period, in the input's first unit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.indicators.definitions.domain import Input
from services.indicators.definitions.periods import granularity_of, year_of
from services.indicators.observations.domain import Observation
from shared.codes import divisions

_SCALES = {
    "元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000),
    "元/人·年": Decimal(1), "元/人·月": Decimal(12),
    "个": Decimal(1), "万个": Decimal(10_000),
    "人": Decimal(1), "万人": Decimal(10_000),
    "人次": Decimal(1), "万人次": Decimal(10_000),
    "户": Decimal(1), "万户": Decimal(10_000),
    "立方米": Decimal(1), "万立方米": Decimal(10_000),
}  # fmt: skip
"""Units of one kind, each in the smallest of them; a unit that is not here has no other of its kind."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the input's first unit, or why there is none; `used` the observations it was made of."""

    value: Decimal | None
    reason: str | None
    basis: str | None
    used: tuple[Observation, ...]


def said(period: str) -> str:
    """A period as people say it: 2026年, 2026年第2季度, 2026年5月."""
    year, _, rest = period.partition("-")
    if not rest:
        return f"{year}年"
    return f"{year}年第{rest[1:]}季度" if rest.startswith("Q") else f"{year}年{int(rest)}月"


class Figures:
    """The observations in force of some inputs, `places` the divisions they are of. `banners` are the parts of
    the city (code → name)."""

    def __init__(
        self, inputs: Mapping[str, Input], observations: Iterable[Observation], banners: Mapping[str, str]
    ) -> None:
        self.inputs = inputs
        self.banners = banners
        self._standing: dict[tuple[str, str, str], Observation] = {}
        self.places: set[str] = set()
        self._of_period: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        for one in observations:
            self._standing[one.input, one.division_code, one.period] = one
            self._of_period[one.input, one.period].append(one)
            self.places.add(one.division_code)

    def own(self, code: str, division: str, period: str) -> Observation | None:
        """What was observed for the division itself. A figure that is only ever given for the city (the
        region's, the nation's) holds for whoever is compared with it."""
        entry = self.inputs[code]
        place = divisions.CITY if entry.levels == ("city",) else division
        return self._standing.get((code, place, self._period(entry, period)))

    def amount(self, observation: Observation) -> Decimal:
        """The number in the input's first unit."""
        wanted = self.inputs[observation.input].units[0]
        if observation.unit == wanted:
            return observation.value
        return observation.value * _SCALES[observation.unit] / _SCALES[wanted]

    def figure(self, code: str, division: str, period: str) -> Figure:
        """The division's own figure; else, for the city, the sum of its banners' where that has a meaning."""
        found = self.own(code, division, period)
        if found is not None:
            return Figure(self.amount(found), None, None, (found,))
        if division == divisions.CITY and self.inputs[code].additive:
            return self.total(code, period)
        return Figure(None, f"{said(period)}{self.inputs[code].title}尚未填报", None, ())

    def total(self, code: str, period: str) -> Figure:
        """The sum of all banners; a banner that is missing is said, not skipped."""
        entry = self.inputs[code]
        found = {banner: self.own(code, banner, period) for banner in self.banners}
        lacking = [self.banners[banner] for banner, one in found.items() if one is None]
        if len(lacking) == len(self.banners):
            return Figure(None, f"{said(period)}{entry.title}尚未填报", None, ())
        if lacking:
            return Figure(None, f"{said(period)}{entry.title}不齐，缺{'、'.join(lacking)}", None, ())
        used = tuple(one for one in found.values() if one is not None)
        return Figure(sum(map(self.amount, used), Decimal(0)), None, "全市为各旗区之和", used)

    def within(self, code: str, division: str, period: str) -> list[Observation]:
        """The observations of the villages of a division (or of the village itself), in code order."""
        prefix = divisions.prefix(division)
        found = [o for o in self.of_period([code], period) if o.division_code.startswith(prefix)]
        return sorted(found, key=lambda o: o.division_code)

    def standing(self, code: str, division: str, period: str) -> list[Observation | None]:
        """What is in force of an input for a division: its own figure, else its parts'; None stands for what is not."""
        own = self.own(code, division, period)
        if own is not None:
            return [own]
        entry = self.inputs[code]
        if "village" in entry.levels:
            return [*self.within(code, division, self._period(entry, period))] or [None]
        if division == divisions.CITY and "banner" in entry.levels:
            return [self.own(code, banner, period) for banner in self.banners]
        return [None]

    def of_period(self, codes: Iterable[str], period: str) -> list[Observation]:
        """The observations of some inputs in one period, of all divisions."""
        return [one for code in codes for one in self._of_period.get((code, period), ())]

    @staticmethod
    def _period(entry: Input, period: str) -> str:
        """A yearly figure holds in every month of its year."""
        return period if granularity_of(period) in entry.periods else f"{year_of(period):04d}"
