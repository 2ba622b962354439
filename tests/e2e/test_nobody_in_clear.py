"""A whole run, its refusals included, and then every place where something of it can be read: no ID
number and no name of the sample stands there in clear (trust §1)."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from shared import clock
from shared.events import topics
from shared.events.message import Received
from shared.messaging.kafka import KafkaPublisher, KafkaSource
from shared.names import SERVICES
from shared.sample import generate
from tests.factories import people
from tests.support.live import Live, wait_until
from tests.support.needles import Needles

HOUSEHOLDS = 150
SETTLEMENT = "medical-insurance/settlement"
HOUSEHOLD = "rural-revitalization/household"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@dataclass
class Run:
    """What was pushed and what came back: the first record of each feed, everybody who is named in one,
    every answer."""

    live: Live
    needles: Needles = field(default_factory=Needles)
    answers: list[str] = field(default_factory=list)
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, answer: httpx.Response) -> httpx.Response:
        """Note what came back, headers too; nothing here may be a 5xx."""
        assert answer.status_code < 500, answer.text
        self.answers.append(f"{answer.headers} {answer.text}")
        return answer

    def ask(self, service: str, path: str, **headers: str) -> None:
        """GET, whatever the answer."""
        self.keep(self.live.client.get(self.live.url(service, path), headers=headers))


@pytest.fixture(scope="module")
def run(live: Live) -> Run:
    run = Run(live)
    before = {service: told(live, service) for service in ("screening", "indicators")}
    for department, kind, records in generate(HOUSEHOLDS, 7, clock.today()).submissions():
        feed = f"{department}/{kind}"
        run.needles.add(records)
        run.examples.setdefault(feed, records[0])
        receipt = run.keep(live.push(feed, records)).json()
        if "submission_id" in receipt:
            run.ask("ingest", f"/v1/submissions/{receipt['submission_id']}")
            run.ask("ingest", f"/v1/submissions/{receipt['submission_id']}/records")
    for feed, body in bad_bodies(run.examples):
        path = f"/v1/feeds/{feed}/submissions"
        for prefer in ("handling=lenient", "handling=strict"):
            headers = {"Content-Type": "application/json", "Prefer": prefer}
            answer = run.keep(live.client.post(live.url("ingest", path), content=body, headers=headers))
            assert answer.status_code >= 400, body[:200]
    ask_with_people_in_the_question(run)
    wait_until(lambda: live.settled(live.stored()), what="all applied")
    quiet = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    wait_until(lambda: told(live, "screening") > before["screening"], what="warnings")
    wait_until(lambda: told(live, "indicators") > before["indicators"], what="values")
    wait_until(lambda: all(live.count(s, quiet) == 0 for s in ("screening", "indicators", "assets")), what="published")
    read_what_came_of_it(run)
    return run


def told(live: Live, service: str) -> int:
    """How much a service has had to tell."""
    return live.count(service, "SELECT count(*) FROM outbox")


def bad_bodies(examples: dict[str, dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Bodies by hand that carry a person where no person belongs."""
    bill, family = examples[SETTLEMENT], examples[HOUSEHOLD]
    number, name = bill["id_number"], bill["name"]
    spaced, wide = " ".join(number[:17] + "?"), "".join(chr(ord(c) + 0xFEE0) for c in number[:17]) + "？"
    for person in (number, name):
        yield SETTLEMENT, _body({**bill, person: 1})
        yield SETTLEMENT, json.dumps({"records": [bill], person: 1}, ensure_ascii=False).encode()
        yield SETTLEMENT, _body(bill)[:-40] + person.encode()
        yield SETTLEMENT, _body(person)
        yield SETTLEMENT, _body([person])
        for wrong in ("setting", "settled_on", "hospital_code", "division_code", "source_updated_at", "total", "op"):
            yield SETTLEMENT, _body({**bill, wrong: person})
        yield HOUSEHOLD, _body({**family, "base_status": person})
        yield HOUSEHOLD, _body({**family, "members": [{**family["members"][0], "relation": person}]})
        yield HOUSEHOLD, _body({**family, "members": [{**family["members"][0], person: person}]})
    for value in (spaced, wide, int(number[:17]), [number], {name: number}, name):
        yield SETTLEMENT, _body({**bill, "id_number": value})
    for value in (name + "\x00", name + "\ud800", name * 40, name + "7", [name], {name: 1}):
        yield SETTLEMENT, _body({**bill, "name": value})
    for field_name in ("source_id", "hospital_code"):
        yield SETTLEMENT, _body({**bill, field_name: number})
    yield HOUSEHOLD, _body({**family, "household_no": number})
    yield HOUSEHOLD, _body({**family, "members": family["members"][:1] * 2})
    retraction = people.retract_of(bill, updated=people.at())
    yield SETTLEMENT, _body({**retraction, "retract_reason": f"重复：{number}"})


def _body(record: Any) -> bytes:
    try:
        return json.dumps({"records": [record]}, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps({"records": [record]}).encode()


def ask_with_people_in_the_question(run: Run) -> None:
    """Addresses, queries and headers are echoed and logged by many a server."""
    live, bill = run.live, run.examples[SETTLEMENT]
    for person in (bill["id_number"], quote(bill["name"])):
        for service, path in (
            ("ingest", f"/v1/submissions/{person}"),
            ("ingest", f"/v1/catalogue/{person}/{person}"),
            ("ingest", f"/{person}?{person}={person}"),
            ("screening", f"/v1/households/{person}"),
            ("screening", f"/v1/households/{person}/facts"),
            ("screening", f"/v1/rules/{person}"),
            ("screening", f"/v1/warnings/{person}/why"),
            ("screening", f"/v1/warnings?household_no={person}&rule={person}&division={person}&cursor={person}"),
            ("screening", f"/v1/warnings/changes?after={person}&division={person}&rule={person}"),
            ("indicators", f"/v1/indicators/{person}"),
            ("indicators", f"/v1/board?division={person}&as_of={person}"),
            ("indicators", f"/v1/values?indicator={person}&period={person}"),
            ("assets", f"/v1/projects/{person}"),
            ("assets", f"/v1/projects?division={person}&cursor={person}"),
        ):
            run.ask(service, path)
        run.ask("screening", "/v1/warnings", Authorization=f"Bearer {person}", traceparent=person)
        run.keep(live.client.post(live.url("ingest", f"/v1/feeds/{person}/{person}/submissions"), json={}))
        body = {"code": person, "division_code": person, "year": person, person: person, "funds": [person]}
        run.keep(live.client.post(live.url("assets", "/v1/projects"), json=body))
        run.keep(live.client.post(live.url("indicators", "/v1/observations"), json={**body, "value": person}))
    run.keep(live.push(SETTLEMENT, [bill], **{"Idempotency-Key": bill["id_number"]}))


def read_what_came_of_it(run: Run) -> None:
    """Every list and the explanation of each warning, as a developer sees them."""
    household_no = run.examples[HOUSEHOLD]["household_no"]
    for service, path in (
        ("screening", "/v1/warnings/changes?limit=500"),
        ("screening", f"/v1/households/{household_no}"),
        ("screening", f"/v1/households/{household_no}/facts"),
        ("indicators", "/v1/board"),
    ):
        run.ask(service, path)
    listed = run.live.get("screening", "/v1/warnings", limit=100)
    assert listed["items"]
    for warning in listed["items"][:40]:
        run.ask("screening", f"/v1/warnings/{warning['warning_id']}")
        run.ask("screening", f"/v1/warnings/{warning['warning_id']}/why")


def assert_clear_of_people(run: Run, place: str, text: str, *marks: str) -> None:
    """`text` was really read (it holds `marks`), and nobody stands in it."""
    missing = [mark for mark in marks if mark not in text]
    assert not missing, f"{place} was not read: without {missing}"
    found = run.needles.found(text)
    assert not found, f"{place} shows {found}"


def test_there_is_enough_to_look_for_and_it_would_be_found(run: Run) -> None:
    assert len(run.needles.tails) > 2 * HOUSEHOLDS
    assert len(run.needles.names) > HOUSEHOLDS
    bill = run.examples[SETTLEMENT]
    for value in (bill["id_number"], bill["id_number"].lower() + "43", bill["name"]):
        raw = value.encode()
        for written in (
            f"…{value}…",
            json.dumps([value]).replace("\\", "\\\\"),
            f"\\\\x{raw.hex()}",
            quote(value),
            base64.b64encode(raw + b" " * 24).decode(),
            " ".join(value),
        ):
            if written != " ".join(bill["name"]):
                assert run.needles.found(written), written
    assert not run.needles.found(f"{bill['id_number'][:6]}********, {bill['name'][0]}**")


async def _bus(bootstrap: str) -> list[str]:
    """Every message of every topic, dead letters too: topic, key, body and headers."""
    names = topics.names()
    reader, source = KafkaPublisher(bootstrap, idempotence=False), KafkaSource(bootstrap, "nobody-in-clear", names)
    found: list[Received] = []
    try:
        await reader.start()
        await source.start()
        ends = sum((await reader.end_offsets(names)).values())
        while len(found) < ends:
            found += await source.batch(5_000, 500)
    finally:
        await reader.stop()
        await source.stop()
    return [f"{m.topic} {_text(m.key)} {_text(m.value)} " + " ".join(map(_header, m.headers)) for m in found]


def _header(header: tuple[str, bytes]) -> str:
    return f"{header[0]}:{_text(header[1])}"


def _text(part: bytes | None) -> str:
    return (part or b"").decode("utf-8", "replace")


def test_the_bus(run: Run) -> None:
    messages = asyncio.run(_bus(run.live.stack.bootstrap))
    stored = run.live.stored()
    assert len(messages) > stored > 1_000
    marks = [record["source_id"] for record in run.examples.values()]
    assert_clear_of_people(run, "Kafka", "\n".join(messages), *marks, topics.WARNINGS, topics.VALUES)


def test_the_logs(run: Run) -> None:
    folder = run.live.stack.plan.data.path
    files = [f for f in folder.rglob("*") if f.is_file() and (f.suffix == ".log" or "postgres" not in f.parts)]
    names = {file.name for file in files}
    assert {f"{service}-{role}.log" for service in SERVICES for role in ("api", "worker")} <= names
    text = "\n".join(file.read_text("utf-8", "replace") for file in files)
    assert_clear_of_people(run, "a log", text, "partitions_assigned", "database system is ready")


def test_the_metrics(run: Run) -> None:
    for service in SERVICES:
        text = run.live.client.get(run.live.url(service, "/metrics")).text
        marks = [SETTLEMENT] if service == "ingest" else ["http"]
        assert_clear_of_people(run, f"{service}/metrics", text, *marks)


def test_the_answers(run: Run) -> None:
    marks = ("rejected", "id_number_check", "disability_card_in_id_number", "id_number_normalised", "all_rejected")
    text = "\n".join(run.answers)
    assert_clear_of_people(run, "an answer", text, *marks, "malformed_json", "household_not_found", '"verdict":"hit"')


async def _dump(url: str) -> str:
    db = await asyncpg.connect(url)
    try:
        out = io.BytesIO()
        for row in await db.fetch(_TABLES):
            out.write(f"\n{row[0]}\n".encode())
            await db.copy_from_query(f'SELECT * FROM "{row[0]}"', output=out)
        return out.getvalue().decode()
    finally:
        await db.close()


@pytest.mark.parametrize(
    ("service", "feeds"),
    [("ingest", (SETTLEMENT, HOUSEHOLD)), ("screening", (SETTLEMENT, HOUSEHOLD)), ("indicators", (HOUSEHOLD,))],
)
def test_the_databases(run: Run, service: str, feeds: tuple[str, ...]) -> None:
    text = asyncio.run(_dump(run.live.stack.databases[service]))
    assert_clear_of_people(run, f"database {service}", text, *(run.examples[feed]["source_id"] for feed in feeds))


def test_the_database_of_assets(run: Run) -> None:
    text = asyncio.run(_dump(run.live.stack.databases["assets"]))
    assert_clear_of_people(run, "database assets", text, "alembic_version", "project")
