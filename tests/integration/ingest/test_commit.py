"""A 2xx means stored: whatever goes wrong, and when, a caller is not told otherwise."""

from __future__ import annotations

import pytest

from tests.integration.ingest.conftest import Api, settlement

_AT_COMMIT = """
CREATE FUNCTION injected() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER injected AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION injected();
"""


@pytest.mark.parametrize("size", [1, 60])
@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ("RAISE EXCEPTION 'injected';", 500),
        ("RAISE EXCEPTION 'injected' USING ERRCODE = 'serialization_failure';", 503),
        ("RAISE EXCEPTION 'injected' USING ERRCODE = 'disk_full';", 503),
        ("PERFORM pg_terminate_backend(pg_backend_pid());", 503),
    ],
)
async def test_a_failing_commit_is_never_a_2xx(api: Api, failure: str, status: int, size: int) -> None:
    await api.execute(_AT_COMMIT.format(failure, "submission"))
    records = [settlement(f"s{i}", person=i) for i in range(size)]
    answer = await api.push(*records)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    for table in ("submission", "part", "record_version", "person"):
        assert await api.rows(f"SELECT FROM {table}") == []
    await api.execute("DROP TRIGGER injected ON submission")
    answer = await api.push(*records)
    assert answer.status_code == 201
    assert answer.json()["counts"]["accepted"] == size
    # the vault's memory of people must not run ahead of the database either
    assert len(await api.rows("SELECT FROM person")) == size


@pytest.mark.parametrize("failure", ["RAISE EXCEPTION 'injected';", "PERFORM pg_terminate_backend(pg_backend_pid());"])
async def test_the_shortest_way_commits_before_it_answers_too(api: Api, failure: str) -> None:
    """One new record of a known person is one statement without BEGIN."""
    await api.push(settlement("first"))
    await api.execute(_AT_COMMIT.format(failure, "submission"))
    for i in range(10):  # more than the pool has connections: a dead one must not come back
        assert (await api.push(settlement(f"s{i}"))).status_code in {500, 503}
    assert len(await api.rows("SELECT FROM record_version")) == 1
    await api.execute("DROP TRIGGER injected ON submission")
    for i in range(10):
        assert (await api.push(settlement(f"s{i}"))).status_code == 201
        assert await api.outcomes(settlement(f"s{i}")) == ["duplicate"]
    parts = await api.rows("SELECT FROM part WHERE publishable = 1")
    assert len(await api.rows("SELECT FROM record_version")) == len(parts) == 11


async def test_a_key_is_kept_only_with_the_work_it_stands_for(api: Api) -> None:
    key = {"Idempotency-Key": "k1"}
    await api.execute(_AT_COMMIT.format("RAISE EXCEPTION 'injected';", "part"))
    assert (await api.push(settlement(), headers=key)).status_code == 500
    await api.execute("DROP TRIGGER injected ON part")
    first = await api.push(settlement(), headers=key)
    again = await api.push(settlement(), headers=key)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert len(await api.rows("SELECT FROM submission")) == 1


async def test_an_absent_database_is_a_503(api: Api) -> None:
    api.app.state.engine = api.engine_to("postgresql://nobody:x@127.0.0.1:1/nothing")
    answer = await api.push(settlement())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    await api.app.state.engine.dispose()
