"""NDJSON: parts that are durable one by one, resumed by the same key, in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import orjson
import pytest

from services.ingest.admission.repository import try_lock
from services.ingest.admission.service import lock_number
from shared.db import transaction
from tests.integration.ingest.conftest import SETTLEMENT, Api, Record, settlement

PATH = f"/v1/feeds/{SETTLEMENT}/submissions"
NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(records: Iterable[Any]) -> bytes:
    return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def many(count: int, prefix: str = "n") -> list[Any]:
    return [settlement(f"{prefix}{i}", person=i) for i in range(count)]


async def send(api: Api, body: Any, key: str | None = None, **params: Any) -> Any:
    headers = {**api.bearer(), **NDJSON, **({"Idempotency-Key": key} if key else {})}
    return await api.client.post(PATH, content=body, headers=headers, params=params)


async def send_and_hang_up(api: Api, body: bytes, after: int, key: str | None = None) -> None:
    """The sender is gone after so many bytes."""

    async def cut(scope: Any, receive: Any, send_: Any) -> None:
        left = after

        async def gone() -> Any:
            nonlocal left
            if left <= 0:
                return {"type": "http.disconnect"}
            message = await receive()
            whole, message["body"] = message["body"], message["body"][:left]
            left -= len(whole)
            return {**message, "more_body": True}

        await api.app(scope, gone, send_)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    headers = {**api.bearer(), **NDJSON, **({"Idempotency-Key": key} if key else {})}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=cut), base_url="http://ingest") as client:
        answer = await client.post(PATH, content=chunks(), headers=headers)
    assert answer.json()["code"] == "cut_off", answer.text


async def test_a_few_lines_are_one_part_with_a_whole_receipt(api: Api) -> None:
    body = (
        lines([settlement("a"), settlement("b", total="1", person=2)]) + b"\n  \n" + lines([settlement("c", person=3)])
    )
    answer = await send(api, body.rstrip(b"\n"), delivery="2026-03")
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert [(line["index"], line["outcome"]) for line in receipt["records"]] == [
        (0, "accepted"), (1, "rejected"), (2, "accepted"),
    ]  # fmt: skip
    assert (receipt["state"], receipt["delivery"]) == ("complete", "2026-03")
    assert answer.headers["Preference-Applied"] == "handling=lenient"
    again = await api.get(f"/v1/submissions/{receipt['submission_id']}")
    assert again.json() == receipt
    [row] = await api.rows("SELECT origin, delivery, sha256 FROM submission")
    assert (row["origin"], row["delivery"], row["sha256"].hex()) == ("ndjson", "2026-03", receipt["sha256"])


async def test_many_lines_are_parts_of_a_thousand_and_the_receipt_is_read_in_pages(api: Api) -> None:
    answer = await send(api, lines(many(6_200)))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["counts"]["accepted"] == 6_200
    assert receipt["records"] == []
    parts = await api.rows("SELECT first_line, lines, publishable FROM part ORDER BY first_line")
    assert [tuple(part) for part in parts] == [(i * 1000, 1000, 1000) for i in range(6)] + [(6000, 200, 200)]
    seen, after = [], None
    while True:
        params: Record = {"limit": 1_500, **({} if after is None else {"after": after})}
        page = (await api.get(receipt["records_url"], **params)).json()
        seen += page["items"]
        after = page["next"]
        if after is None:
            break
    assert [line["index"] for line in seen] == list(range(6_200))
    assert [line["source_id"] for line in seen] == [f"n{i}" for i in range(6_200)]


@pytest.mark.parametrize("end", [1, 1_999, 2_000])
async def test_whatever_its_length_the_last_part_ends_it(api: Api, end: int) -> None:
    answer = await send(api, lines(many(end)))
    assert (answer.status_code, answer.json()["state"]) == (201, "complete")
    assert answer.json()["counts"]["accepted"] == end
    assert len(answer.json()["records"]) == end


async def test_cut_off_it_is_interrupted_and_the_same_key_goes_on(api: Api) -> None:
    body = lines(many(3_500))
    await send_and_hang_up(api, body, len(body) * 5 // 7, "k")
    [row] = await api.rows("SELECT * FROM submission")
    assert (row["state"], row["accepted"]) == ("interrupted", 2_000)
    path = f"/v1/submissions/{row['submission_id']}"
    assert (await api.get(path)).json()["state"] == "interrupted"
    other = await send(api, lines(many(3_500, "x")), "k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    shorter = await send(api, body[:9_000], "k")
    assert (shorter.status_code, shorter.json()["code"]) == (422, "idempotency_key_reused")
    answer = await send(api, body, "k")
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["submission_id"] == str(row["submission_id"])
    assert (receipt["state"], receipt["counts"]["accepted"]) == ("complete", 3_500)
    assert [line["index"] for line in receipt["records"]] == list(range(3_500))
    assert len(await api.rows("SELECT FROM record_version")) == 3_500
    again = await send(api, body, "k")
    assert again.content == answer.content
    assert again.headers["Idempotency-Replayed"] == "true"
    changed = await send(api, body + b"\n", "k")
    assert changed.json()["code"] == "idempotency_key_reused"
    as_json = await api.push(settlement("n0"), headers={"Idempotency-Key": "k"})
    assert as_json.json()["code"] == "idempotency_key_reused"


async def test_without_a_key_what_was_stored_comes_again_as_duplicates(api: Api) -> None:
    body = lines(many(1_500))
    await send_and_hang_up(api, body, len(body) - 1)
    counts = (await send(api, body)).json()["counts"]
    assert (counts["duplicate"], counts["accepted"]) == (1_000, 500)


async def test_while_one_is_received_the_same_key_is_told_to_wait(api: Api) -> None:
    body = lines(many(2_500))
    go_on = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]
        await go_on.wait()
        yield body[len(body) // 2 :]

    first = asyncio.create_task(send(api, slowly(), "k"))
    while not await api.rows("SELECT FROM part"):  # noqa: ASYNC110 - only the database knows
        await asyncio.sleep(0.01)
    [row] = await api.rows("SELECT submission_id FROM submission")
    assert (await api.get(f"/v1/submissions/{row['submission_id']}")).json()["state"] == "receiving"
    for other in (body, lines([settlement("z")])):
        second = await send(api, other, "k")
        assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_flight")
        assert second.headers["Retry-After"]
    as_json = await api.push(settlement("z"), headers={"Idempotency-Key": "k"})
    assert as_json.status_code == 409
    go_on.set()
    assert (await first).json()["counts"]["accepted"] == 2_500


async def test_a_receiver_that_died_without_a_word_does_not_say_receiving_for_ever(api: Api) -> None:
    body = lines(many(1_500))
    await send_and_hang_up(api, body, len(body) - 1, "k")
    await api.execute("UPDATE submission SET state = 'receiving'")
    [row] = await api.rows("SELECT submission_id, claim FROM submission")
    path = f"/v1/submissions/{row['submission_id']}"
    assert (await api.get(path)).json()["state"] == "interrupted"
    engine = api.engine_to(api.url)
    async with transaction(engine) as conn:
        assert await try_lock(conn, lock_number(row["claim"], row["submission_id"]))
    assert (await api.get(path)).json()["state"] == "receiving"
    assert (await send(api, body, "k")).status_code == 409
    await engine.dispose()
    assert (await send(api, body, "k")).json()["counts"]["accepted"] == 1_500


async def test_strict_is_refused_and_an_unknown_handling_is_ignored(api: Api) -> None:
    headers = {**api.bearer(), **NDJSON, "Prefer": "respond-async, handling=strict"}
    answer = await api.client.post(PATH, content=lines([settlement()]), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "strict_needs_json")
    for wish in ("handling=careful", "handling=lenient, handling=strict"):
        answer = await api.push(settlement(), headers={"Prefer": wish})
        assert (answer.status_code, answer.headers["Preference-Applied"]) == (201, "handling=lenient")


async def test_lines_that_are_no_json_are_refused_like_records(api: Api) -> None:
    broken = [b'{"source_id": ', b"\xff\xfe\x00", b"[1]", b"[" * 5_000, b'{"source_id": "\\ud800"}', b"9" * 1_000_000]
    answer = await send(api, b"\n".join([*broken, lines([settlement("ok")])]))
    assert answer.status_code == 201, answer.text
    outcomes = [line["outcome"] for line in answer.json()["records"]]
    assert outcomes == ["rejected"] * len(broken) + ["accepted"]
    first = answer.json()["records"][0]["errors"][0]
    assert (first["pointer"], first["code"]) == ("/records/0", "malformed_json")
    assert len(await api.rows("SELECT FROM quarantine")) == len(broken)
    nothing = await send(api, lines([{"source_id": "x"}]))
    assert (nothing.status_code, nothing.json()["code"]) == (422, "all_rejected")
    assert nothing.json()["receipt"]["counts"]["rejected"] == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_body"),
        (b"\n \n" * 2_000, 422, "invalid_body"),
        (b"[" * (2 << 20), 413, "line_too_long"),
        (lines([settlement("a")]) + b"{" + b" " * (2 << 20), 413, "line_too_long"),
        (b"1" * (64 * 1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
async def test_a_body_that_is_none(api: Api, body: bytes, status: int, code: str) -> None:
    answer = await send(api, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert {"limit_bytes", "limit_records", "errors"} & answer.json().keys()


async def test_what_ends_a_stream_says_what_is_stored_all_the_same(api: Api) -> None:
    problem = (await send(api, lines(many(1_100)) + b"[" * (2 << 20), "k")).json()
    assert (problem["code"], problem["stored_records"]) == ("line_too_long", 1_100)
    assert problem["errors"][0]["pointer"] == "/records/1100"
    receipt = (await api.get(f"/v1/submissions/{problem['submission_id']}")).json()
    assert (receipt["state"], receipt["counts"]["accepted"]) == ("interrupted", 1_100)
    # the mended rest goes on behind what is stored
    mended = await send(api, lines(many(1_100)) + lines([settlement("end")]), "k")
    assert mended.json()["counts"]["accepted"] == 1_101


async def test_dry_run_sees_what_came_earlier_in_the_stream(api: Api) -> None:
    await api.push(settlement("n0", minute=5))
    records = [
        *many(1_200),
        settlement("n1100", minute=9, self_paid=7),
        settlement("n3", person=3),
        {"source_id": "bad"},
    ]
    records += [
        {"source_id": "bad"},
        settlement("n5", person=5, minute=3),
        settlement("n5", person=5, minute=1, self_paid=9),
    ]
    body = lines(records)
    tried = await send(api, body, dry_run=True)
    assert tried.status_code == 200, tried.text
    assert await api.rows("SELECT FROM submission WHERE origin = 'ndjson'") == []
    assert await api.rows("SELECT FROM quarantine") == []
    real = (await send(api, body)).json()
    assert tried.json()["submission_id"] is None
    assert tried.json()["counts"] == real["counts"]
    assert [one["outcome"] for one in tried.json()["records"]] == [one["outcome"] for one in real["records"]]
    assert real["counts"]["stale"] == 2


async def test_a_database_that_goes_away_in_between_is_a_503_that_says_what_is_stored(api: Api) -> None:
    body = lines(many(2_500))
    await api.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = 'disk_full'; END $$;"
        "CREATE TRIGGER full_disk BEFORE INSERT ON part FOR EACH ROW WHEN (NEW.first_line = 1000)"
        " EXECUTE FUNCTION full_disk();"
    )
    problem = await send(api, body, "k")
    assert (problem.status_code, problem.json()["code"], problem.json()["stored_records"]) == (
        503,
        "storage_full",
        1_000,
    )
    assert problem.headers["Retry-After"]
    path = f"/v1/submissions/{problem.json()['submission_id']}"
    assert (await api.get(path)).json()["state"] == "interrupted"
    await api.execute("DROP TRIGGER full_disk ON part")
    answer = await send(api, body, "k")
    assert (answer.status_code, answer.json()["counts"]["accepted"]) == (201, 2_500)
    assert len(await api.rows("SELECT FROM record_version")) == 2_500
    assert len(await api.rows("SELECT FROM person")) == 2_500
