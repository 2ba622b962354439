"""What the projection says of a division on a day, and the units and records behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.codes import divisions

ENROLMENT, APPRAISAL, RENOVATION, SCHOOLING, CERTIFICATE = 7, 9, 10, 11, 13
HOUSEHOLD, INCOME, ASSISTANCE, WATER, LINKAGE, EMPLOYMENT, MONITORED = 17, 18, 19, 20, 21, 22, 23
KINDS = {
    ENROLMENT: "medical-insurance/enrolment",
    APPRAISAL: "housing/dwelling-appraisal",
    RENOVATION: "housing/dwelling-renovation",
    SCHOOLING: "education/schooling",
    CERTIFICATE: "disabled-federation/certificate",
    HOUSEHOLD: "rural-revitalization/household",
    INCOME: "rural-revitalization/income",
    ASSISTANCE: "rural-revitalization/assistance",
    WATER: "rural-revitalization/drinking-water",
    LINKAGE: "rural-revitalization/interest-linkage",
    EMPLOYMENT: "rural-revitalization/employment",
    MONITORED: "rural-revitalization/monitored-household",
}
"""Feed numbers this service projects. Settlements (8) are health data and are passed over."""

STEADY_MONTHS = 3
"""A steady job (稳定就业) has lasted this long **[ours]**."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What a record may have changed: the feed; the banners (12 digits) of all households that it touches, before and
    after, and of its own division, none meaning anywhere; and the first day for which it can matter."""

    feed: str
    banners: frozenset[str]
    since: date
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """Units (persons or households) of one division on one day; every number is a sum over the division's parts.

    `recorded` have a record in force; `sourced` have any record, withdrawn ones included, which
    shows that the feed exists there; `doubtful` would be covered if a further feed said so
    (an unsafe house that may have been renovated). `undecided` may or may not belong to the
    denominator (no birth date, entitlement not said) and are in none of the other numbers.
    """

    day: date
    division_code: str
    denominator: int
    numerator: int
    recorded: int
    sourced: int
    doubtful: int
    households: int
    households_covered: int
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class IncomeCount:
    """Lifted households of one division by their incomes of the year that ends on `day` and of the year before it:
    fen and heads of the `households` that reported both; `without` lack one or both. Every number is a sum."""

    day: date
    division_code: str
    households: int
    without: int
    sourced: int
    net_fen: int
    heads: int
    net_before_fen: int
    heads_before: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """The newest hour in which a banner was heard of in a feed; the first and the newest day in Shanghai."""

    kind: int
    banner_code: str
    newest_known_at: datetime
    first_on: date
    newest_on: date


@dataclass(frozen=True, slots=True)
class Source:
    """How new a feed's data is in a division: the newest instant heard of, and that of the banner
    heard of longest ago (None: a banner with households here was never heard of)."""

    feed: str
    newest_known_at: datetime | None
    stalest_known_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """One division on one day: numbers, or the reason why there are none.

    `unheard` are the banners that never sent the roll that units are taken from (households; certificates), so that
    a city's number leaves them out, and `gaps` say so in words, also of those that never sent monitored households;
    `unrecorded` are the units without any record in force (counted as not covered); `undecided` those of which is not
    known whether they belong (in neither part).
    """

    numerator: int
    denominator: int
    reason: str | None
    unrecorded: int
    households: int
    households_covered: int
    unheard: tuple[str, ...]
    sources: tuple[Source, ...]
    undecided: int = 0
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomeMean:
    """脱贫户 net income of a year and of the year before: sums over the lifted households that reported both, so that
    a change of who reports is no growth. `reason` says why there is none to compare; fen, persons counted."""

    households: int
    without: int
    net_fen: int
    heads: int
    net_before_fen: int
    heads_before: int
    reason: str | None
    gaps: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record version behind a unit. `kind` is the feed's name (`enrolment`)."""

    event_id: str
    department: str
    kind: str
    source_id: str
    version: int
    submission_id: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """One that is counted: a person of a household, or a household (`person_key` None). `household_no` is "" for a
    child of no known household. `detail` are an income's net_fen, heads, net_before_fen, heads_before."""

    day: date
    household_no: str
    person_key: str | None
    division_code: str
    covered: bool
    recorded: bool
    detail: Mapping[str, int] | None

    @property
    def place(self) -> tuple[str, str]:
        """What lists are ordered and paged by."""
        return self.household_no, self.person_key or ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """A unit of a number with the records that it was judged by; `covered` ones make up the numerator."""

    household_no: str
    person_key: str | None
    division_code: str
    covered: bool
    recorded: bool
    records: tuple[RecordRef, ...]
    detail: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ChangedUnit:
    """A unit that counted otherwise as known earlier: its division and whether it was covered, both None where it was
    not in the denominator; and the records that became known in between and touch it."""

    household_no: str
    person_key: str | None
    division_before: str | None
    division_after: str | None
    covered_before: bool | None
    covered_after: bool | None
    records: tuple[RecordRef, ...]

    def concerns(self, division_code: str) -> bool:
        """Whether the unit lies, or lay, in that division."""
        return any(
            divisions.is_within(code, division_code) for code in (self.division_before, self.division_after) if code
        )


@dataclass(frozen=True, slots=True)
class UnitOfRecord:
    """A unit that a record is evidence for, in the calculation `name` on `day`; it is in the denominator there, and in
    the numerator if `covered`. `division_code` is the unit's own."""

    name: str
    day: date
    division_code: str
    household_no: str
    person_key: str | None
    covered: bool
