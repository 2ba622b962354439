"""The service as a whole: schema, catalogue, every feed's own example, the worker on a real broker."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest import worker
from services.ingest.deliveries.models import metadata as deliveries
from services.ingest.equations.models import metadata as equations
from services.ingest.freshness.models import metadata as freshness
from services.ingest.intake.models import metadata as submissions
from services.ingest.quarantine.models import metadata as quarantine
from services.ingest.reconciliation.models import metadata as reconciliation
from services.ingest.settings import Settings
from services.ingest.tally.models import metadata as tally
from services.ingest.vault.models import metadata as vault
from shared.db import transaction
from shared.events.topics import names
from shared.feeds.catalogue import DEPARTMENTS, FEEDS
from shared.feeds.domain import Feed
from shared.messaging.kafka import KafkaAdmin
from tests.integration.ingest.conftest import Api, settlement


async def test_models_say_what_the_migration_made(api: Api) -> None:
    rooms = (submissions, quarantine, vault, tally, deliveries, freshness, equations, reconciliation)
    own = {table.name: table for metadata in rooms for table in metadata.sorted_tables}

    def compare(connection: Connection) -> list[Any]:
        def ours(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or name in own

        whole = MetaData()
        for table in own.values():
            table.to_metadata(whole)
        options = {"compare_type": True, "include_name": ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), whole))

    conn: AsyncConnection
    async with transaction(api.app.state.engine) as conn:
        assert await conn.run_sync(compare) == []


async def test_ready_and_documented(api: Api) -> None:
    assert (await api.client.get("/readyz")).status_code == 200
    paths = (await api.client.get("/openapi.json")).json()["paths"]
    for feed in FEEDS.values():
        post = paths[f"/v1/feeds/{feed.name}/submissions"]["post"]
        assert {"200", "201", "400", "401", "403", "413", "415", "422", "429", "503"} <= set(post["responses"])
        schema = post["requestBody"]["content"]["application/json"]["schema"]
        assert "$ref" not in repr(schema)
    assert (await api.client.get("/asyncapi.json")).status_code == 200


async def test_the_catalogue_lists_every_department_and_kind(api: Api) -> None:
    items = (await api.get("/v1/catalogue", api.bearer("department", "housing"))).json()["items"]
    assert [item["department"] for item in items] == list(DEPARTMENTS)
    assert {(k["department"], k["kind"]) for item in items for k in item["kinds"]} == set(FEEDS)
    one = (await api.get("/v1/catalogue/medical-insurance/settlement")).json()
    assert one["json_schema"]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    setting = next(field for field in one["fields"] if field["name"] == "setting")
    assert (setting["title"], setting["required"]) == ("就医类别", True)
    assert {"code": "inpatient", "title": "住院"} in setting["codes"]
    assert any(basis["in_force"] for basis in one["legal_basis"])
    household = (await api.get("/v1/catalogue/rural-revitalization/household")).json()
    members = next(field for field in household["fields"] if field["name"] == "members")
    assert {"id_number", "name", "relation"} <= {field["name"] for field in members["fields"]}
    assert (await api.get("/v1/catalogue/health/horoscope")).json()["code"] == "unknown_feed"


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: str(feed.name))
async def test_every_example_of_the_catalogue_is_accepted(api: Api, feed: Feed) -> None:
    answer = await api.push(*feed.examples, feed=feed.name)
    assert answer.status_code == 201, answer.text
    assert answer.json()["counts"]["accepted"] == len(feed.examples)
    assert await api.outcomes(*feed.examples, feed=feed.name) == ["duplicate"] * len(feed.examples)


async def test_the_metric_counts_outcomes_of_committed_records(api: Api) -> None:
    await api.push(settlement("m1"), settlement("m2", total="1"))
    text = (await api.client.get("/metrics")).text
    line = 'xianjie_ingest_records_total{{feed="medical-insurance/settlement",outcome="{}"}}'
    assert line.format("accepted") in text
    assert line.format("rejected") in text


async def test_the_worker_publishes_to_a_broker(api: Api, settings: Settings, tansu: str) -> None:
    admin = KafkaAdmin(tansu)
    await admin.ensure_topics(names(), partitions=settings.kafka_partitions)
    submission = (await api.push(*[settlement(f"s{i}", person=i) for i in range(30)])).json()["submission_id"]
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(settings.model_copy(update={"kafka_bootstrap": tansu}), stop))
    try:
        async with asyncio.timeout(30):
            while True:
                lines = (await api.get(f"/v1/submissions/{submission}")).json()["records"]
                rows = (await api.get("/v1/freshness", kind="settlement", state="fresh")).json()["items"]
                if all(line["published"] for line in lines) and len(rows) == 2:
                    break
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await task
    assert {line["published"]["topic"] for line in lines} == {"feeds.medical-insurance.v1"}
    assert {row["division_code"] for row in rows} == {"150600000000", "150625000000"}
