"""Schools in the sample: who goes where in each of the last school years, who stays away, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.codes.school_calendar import school_year
from shared.sample.domain import HISTORY_DAYS, Item, Record, at, money
from shared.sample.lives import Life
from shared.sample.population import Person
from shared.sample.stages import COMPULSORY, stage_in

_UNKNOWN = 0.0015
"""Children of compulsory age whom no school has on its list."""
_ELSEWHERE = 0.03
_AWAY = 0.008
"""Pupils of junior and senior schools who stay away for a while."""
_REASONS = ("poverty", "tired_of_study", "employment", "other")
_SCHOOLS = 12
_COSTS_FEN = {
    "senior": (200_000, 420_000),
    "secondary_vocational": (100_000, 300_000),
    "college": (700_000, 1_400_000),
    "university": (650_000, 1_500_000),
}
"""What a family pays in a school year before aid, beyond compulsory school."""
_AIDED, _AIDED_IN_NEED = 0.15, 0.95


def schooling(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """One state a school year for every pupil; the last also when they leave or come back."""
    begins = as_of - timedelta(days=HISTORY_DAYS)
    years = range(school_year(begins), school_year(as_of) + 1)
    for life in lives:
        for place, person in enumerate(life.family.members):
            if not any(stage_in(person.born, person.track, year) for year in years):
                continue
            states = list(_states(life, person, years, random, begins, as_of))
            for wave, state in enumerate(states, 1):
                source_id = f"XJ-{life.family.index + 1:06d}-{place + 1}"
                record: Record = {"source_id": source_id, "source_updated_at": "", **life.family.naming(person)}
                updated = at(date.fromisoformat(state["as_of"]) + timedelta(days=2), random, as_of)
                yield Item(
                    {**record, **state, "source_updated_at": updated},
                    "accepted" if wave == 1 else "corrected",
                    wave,
                    fixed=len(states) > 1,
                )


def _states(
    life: Life, person: Person, years: Sequence[int], random: Random, begins: date, as_of: date
) -> Iterator[Record]:
    """The fields of each state, oldest first, at least eight days apart."""
    unseen = random.random() < _UNKNOWN
    last: Record | None = None
    school = random.randrange(_SCHOOLS)
    for year in years:
        day = max(date(year, 9, 10), begins)
        place = stage_in(person.born, person.track, year)
        if day > as_of or (place and place[0] in COMPULSORY and unseen):
            return
        if place is None:
            if last is not None:
                yield {**last, "status": "graduated", "as_of": day.isoformat()}
            return
        stage, grade = place
        state = {
            "school_code": f"21{life.family.village[:6]}{len(stage):02d}{school:03d}",
            "stage": stage,
            "grade_year": grade,
            "status": "enrolled_elsewhere" if random.random() < _ELSEWHERE else "enrolled",
            "as_of": day.isoformat(),
        }
        state |= _special(person, stage, random)
        yield state
        last = {name: value for name, value in state.items() if name != "absence_reason"}
    if last and last["stage"] not in ("preschool", "primary") and random.random() < _AWAY:
        yield from _away(last, random, as_of)


def _special(person: Person, stage: str, random: Random) -> Record:
    """A disabled child may be at a special school, be taught at home, or be left out."""
    if person.health != "disabled" or stage not in COMPULSORY:
        return {}
    draw = random.random()
    if draw < 0.3:
        return {"status": "home_teaching"}
    if draw < 0.4:
        return {"status": "dropped_out", "absence_reason": "physical"}
    return {"special_school": draw < 0.7}


def _away(last: Record, random: Random, as_of: date) -> Iterator[Record]:
    """Absent for some weeks; half of them are brought back."""
    day = date.fromisoformat(last["as_of"]) + timedelta(days=random.randint(20, 90))
    if day > as_of:
        return
    status = random.choice(("suspected_dropout", "dropped_out"))
    yield {**last, "status": status, "absence_reason": random.choice(_REASONS), "as_of": day.isoformat()}
    back = day + timedelta(days=random.randint(10, 60))
    if back <= as_of and random.random() < 0.5:
        yield {**last, "status": "returned", "as_of": back.isoformat()}


def student_aid(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """For every school year of which the half is over, what pupils beyond compulsory school got and paid."""
    begins = as_of - timedelta(days=HISTORY_DAYS)
    for year in range(school_year(begins), school_year(as_of) + 1):
        known = date(year + 1, 3, 20)
        if not begins <= known <= as_of:
            continue
        for life in lives:
            for place, person in enumerate(life.family.members):
                stage = stage_in(person.born, person.track, year)
                if stage is None or stage[0] not in _COSTS_FEN:
                    continue
                cost = random.randint(*_COSTS_FEN[stage[0]])
                aided = random.random() < (_AIDED_IN_NEED if life.cared_for else _AIDED)
                aid = random.randrange(150_000, 400_000, 10_000) if aided else 0
                yield Item(
                    {
                        "source_id": f"ZZ-{year}-{life.family.index + 1:06d}-{place + 1}",
                        "source_updated_at": at(known + timedelta(days=random.randint(0, 8)), random, as_of),
                        **life.family.naming(person),
                        "school_year": f"{year}-{year + 1}",
                        "stage": stage[0],
                        "aid_amount": money(aid),
                        "self_paid": money(max(cost - aid, 0)),
                    }
                )
