"""The order law (feeds §1): whatever the order in which versions, retracts and unchanged re-exports of a record arrive,
cut into whatever requests, what is visible at every D is what all of them together say.

Through the real intake; what it stored for the bus is put together by `shared.versions`. The yardstick keeps every
version that was ever sent, re-exports too.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.clock import business_date
from shared.events.records import RecordMetaV1
from shared.feeds.catalogue import FEEDS
from shared.versions.domain import FAR_INSTANT, Shape, Version, pieces, timeline
from tests.integration.ingest.conftest import Api, Record, id_number
from tests.integration.ingest.conftest import settlement as complete

START = datetime(2026, 1, 1, 1, tzinfo=UTC)
DAYS = [START.date() + timedelta(days=n) for n in range(-3, 16)]
STATE, EVENT = ("medical-insurance", "enrolment"), ("medical-insurance", "settlement")


class Sent(NamedTuple):
    """One version: the day of its change, what it says (`-`: retract), the day it says it holds from, of whom."""

    day: int
    content: str
    effective: int | None
    person: int


class History(NamedTuple):
    """What is sent of one record, in the order of arrival, and which request each comes in."""

    arrivals: list[Sent]
    requests: list[int]


SENT = st.builds(
    Sent,
    st.integers(0, 9),
    st.sampled_from("XXY-"),
    st.sampled_from([None, None, None, 0, 4]),
    st.sampled_from([1, 1, 2]),
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    versions = draw(st.lists(SENT, min_size=1, max_size=9, unique_by=lambda sent: sent.day))
    requests = draw(st.lists(st.integers(0, 4), min_size=len(versions), max_size=len(versions)))
    return History(draw(st.permutations(versions)), sorted(requests))


def record(kind: tuple[str, str], source_id: str, sent: Sent) -> Record:
    head = {
        "source_id": source_id,
        "source_updated_at": (START + timedelta(days=sent.day)).isoformat(),
        "id_number": id_number(sent.person),
    }
    if sent.content == "-":
        return {**head, "op": "retract", "retract_reason": "重复登记"}
    if kind == EVENT:
        made = complete(self_paid={"X": 100, "Y": 7}[sent.content])
    else:
        status = {"X": "suspended", "Y": "terminated"}[sent.content]
        made = {"name": "龘龘", "insurance_year": 2026, "scheme": "resident", "status": status}
    if sent.effective is not None:
        made["effective_on"] = (START.date() + timedelta(days=sent.effective)).isoformat()
    return {**made, **head}


def expected(kind: tuple[str, str], history: History) -> Mapping[date, tuple[str, int] | None]:
    """What all that was sent says at each D."""
    versions, contents = [], {}
    for sent in history.arrivals:
        moment = START + timedelta(days=sent.day)
        own = date(2026, 2, 20) if kind == EVENT else business_date(moment)
        effective = own if sent.effective is None else START.date() + timedelta(days=sent.effective)
        versions.append(Version(sent.day, START, None if sent.content == "-" else effective))
        contents[sent.day] = (sent.content, sent.person)
    until = timeline(versions, FEEDS[kind].shape)
    return at_each_day((v.effective_on, until[v.number], contents[v.number]) for v in versions if v.number in until)


def at_each_day(rows: Iterable[tuple[date | None, date, Any]]) -> dict[date, Any]:
    kept = list(rows)
    found: dict[date, Any] = {}
    for day in [*DAYS, date(2026, 2, 20)]:
        here = [content for start, end, content in kept if start is not None and start <= day < end]
        assert len(here) <= 1
        found[day] = here[0] if here else None
    return found


def stored(rows: Iterable[Any], shape: Shape) -> dict[date, tuple[str, int] | None]:
    """What the stored versions of a record say at each D, to whoever knows them all."""
    versions, contents = [], {}
    for row in rows:
        body = orjson.loads(row["payload"])
        meta, data = body["meta"], body["data"]
        effective = None if row["retracted"] else date.fromisoformat(meta["effective_on"])
        versions.append(Version(meta["version"], datetime.fromisoformat(meta["known_at"]), effective))
        said = data.get("status") or data.get("self_paid")
        word = {"suspended": "X", "terminated": "Y", "100.00": "X", "7.00": "Y", None: "-"}[said]
        contents[meta["version"]] = (word, PEOPLE[meta["subject_key"]])
    starts = {version.number: version.effective_on for version in versions}
    now = [piece for piece in pieces(versions, shape) if piece.visible_to == FAR_INSTANT]
    return at_each_day((starts[piece.number], piece.holds_to, contents[piece.number]) for piece in now)


PEOPLE: dict[str, int] = {}


@pytest.mark.parametrize("kind", [STATE, EVENT], ids=["state", "event"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(sent=st.lists(histories(), min_size=1, max_size=12))
async def test_law_what_is_visible_does_not_depend_on_the_order_of_arrival(
    api: Api, kind: tuple[str, str], sent: list[History]
) -> None:
    for person in (1, 2):
        PEOPLE[api.app.state.intake.preparer._keys.of(id_number(person))] = person
    named = {uuid.uuid4().hex: history for history in sent}
    requests: defaultdict[int, list[Record]] = defaultdict(list)
    for source_id, history in named.items():
        for request, one in zip(history.requests, history.arrivals, strict=True):
            requests[request].append(record(kind, source_id, one))
    for _, records in sorted(requests.items()):
        answer = await api.push(*records, feed="/".join(kind))
        assert answer.status_code == 201, answer.text
        assert answer.json()["counts"]["rejected"] == 0
    rows = await api.rows(
        "SELECT source_id, payload, retracted FROM record_version WHERE source_id = ANY ($1::text[])", list(named)
    )
    for source_id, history in named.items():
        mine = [row for row in rows if row["source_id"] == source_id]
        assert stored(mine, FEEDS[kind].shape) == expected(kind, history)


async def test_a_reinstated_repeat_is_published_with_the_receipt_that_brought_it(api: Api) -> None:
    async def push(sent: Sent) -> Any:
        return (await api.push(record(STATE, "s", sent), feed="/".join(STATE))).json()

    await push(Sent(1, "X", None, 1))
    repeat = await push(Sent(5, "X", None, 1))
    assert repeat["counts"]["duplicate"] == 1
    late = await push(Sent(3, "Y", None, 1))
    assert (late["counts"]["stale"], len(late["records"])) == (1, 1)
    first, stale, again = await api.rows("SELECT * FROM record_version ORDER BY version")
    body, origin = orjson.loads(again["payload"]), orjson.loads(first["payload"])
    assert body["data"] == origin["data"]
    assert body["meta"] == {
        **origin["meta"],
        "version": again["version"],
        "source_updated_at": "2026-01-06T01:00:00Z",
        "effective_on": "2026-01-06",
        "known_at": orjson.loads(stale["payload"])["meta"]["known_at"],
        "submission_id": repeat["submission_id"],
        "line": 0,
        "outcome": "corrected",
    }
    RecordMetaV1.model_validate(body["meta"])
    assert again["part_id"] == stale["part_id"]
    assert await api.rows("SELECT FROM confirmation") == []
    parts = await api.rows("SELECT publishable, reinstated FROM part ORDER BY part_id")
    assert [tuple(part) for part in parts] == [(1, 0), (0, 0), (2, 1)]
    receipt = (await api.get(f"/v1/submissions/{late['submission_id']}")).json()
    assert receipt == late
