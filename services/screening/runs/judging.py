"""One page of a run: judge its households as of the run's day, raise what is to be raised, count.

A run of today is what the live path does, for everybody. A run of a past day takes two transactions a page, because
warnings are stored once in each: first it raises what was hit on that day and has no warning, then it brings the same
households to today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.facts.repository import Relation
from services.screening.facts.service import FactRow
from services.screening.parameters import repository as parameters
from services.screening.parameters.shipped import definitions
from services.screening.register.service import Touched
from services.screening.runs import repository, tally
from services.screening.runs.domain import Run
from services.screening.runs.surveys import survey
from services.screening.runs.tally import Tally
from services.screening.warnings import past
from services.screening.warnings import service as warnings
from services.screening.warnings.service import Reconciled
from shared.codes import divisions


@dataclass(frozen=True, slots=True)
class Page:
    """The households of a page whom the run is about, their facts on its day, and how they were found."""

    households: list[str]
    rows: Mapping[str, FactRow]
    groups: Counter[str]
    uncertain: int


async def judge_today(conn: AsyncConnection, run: Run, page: Sequence[str], known_at: datetime) -> Tally:
    """A page of a run as of today: the stored facts, brought to today where they are of another day."""
    await facts.refresh(conn, page, set(), run.as_of, known_at)
    relation = facts.stored(page, known_at)
    chosen = await _chosen(conn, run, page, relation, known_at)
    done = await warnings.reconcile(conn, _untouched(chosen.households), run.as_of, known_at, run_id=run.run_id)
    counted = await _counted(conn, run, chosen, done, known_at)
    return tally.added(counted, seen=len(page))


async def judge_past(conn: AsyncConnection, run: Run, page: Sequence[str], known_at: datetime) -> Tally:
    """A page of a run as of a past day, by what is known now of that day; nothing is brought to today yet."""
    relation = await repository.freeze(conn, facts.computed(page, run.as_of, known_at))
    chosen = await _chosen(conn, run, page, relation, known_at)
    done = await past.raise_as_of(conn, chosen.households, relation, chosen.rows, run.as_of, known_at, run.run_id)
    return await _counted(conn, run, chosen, done, known_at)


async def bring_to_today(
    conn: AsyncConnection, run: Run, page: Sequence[str], today: date, known_at: datetime
) -> Tally:
    """The second half of a page of a past day."""
    await facts.refresh(conn, page, set(), today, known_at)
    done = await warnings.reconcile(conn, _untouched(page), today, known_at, run_id=run.run_id)
    return tally.added(run.tally, seen=len(page), changes=tally.of_decisions(done.decisions))


def _untouched(households: Sequence[str]) -> Touched:
    return Touched(list(households), set(), {})


async def _chosen(conn: AsyncConnection, run: Run, page: Sequence[str], relation: Relation, known_at: datetime) -> Page:
    """Whom of the page the run is about. Who is in doubt belongs: nobody is passed over for want of data."""
    groups = survey(run.kind).groups
    prefix = divisions.prefix(run.division_code)
    found = await repository.chosen(conn, relation, prefix, list(groups.values()), run.as_of, known_at)
    members: Counter[str] = Counter()
    uncertain, households = 0, []
    for household_no, holds in found:
        members.update(title for title, held in zip(groups, holds, strict=True) if held)
        if groups and not any(holds):
            if None not in holds:
                continue
            uncertain += 1
        households.append(household_no)
    rows = await facts.rows(conn, relation)
    gone = [] if groups else [no for no in page if no not in rows]  # their warnings have lost their ground
    return Page(sorted([*households, *gone]), {no: rows[no] for no in households}, members, uncertain)


async def _counted(conn: AsyncConnection, run: Run, page: Page, done: Reconciled, known_at: datetime) -> Tally:
    counts = {"groups": page.groups, "changes": tally.of_decisions(done.decisions)}
    titles = dict(run.tally["titles"])
    if done.found is not None:
        titles |= {code: rule.title for code, rule in done.found.rules.items()}
        lacking = await _in_force(conn, page.rows, run.as_of, known_at)
        counts |= tally.of_verdicts(done.found, page.rows, lacking)
        counts["items"] = tally.of_items(survey(run.kind).items, page.rows.values(), done.found)
    counted = tally.added(run.tally, households=len(page.rows), uncertain=page.uncertain, **counts)
    return {**counted, "titles": titles}


async def _in_force(
    conn: AsyncConnection, rows: Mapping[str, FactRow], as_of: date, known_at: datetime
) -> Mapping[str, Collection[str]]:
    places = sorted({row.division_code for row in rows.values()})
    return await parameters.in_force(conn, list(definitions()), places, as_of, known_at)
