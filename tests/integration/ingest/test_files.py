"""Files at the door: taken sealed, read by the worker like any submission, answered with a workbook to put right."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from services.ingest.files.domain import LEASE
from services.ingest.files.repository import lease
from services.ingest.reading import service as reading
from shared import clock, ids, sheets
from shared.db import transaction
from shared.feeds import catalogue
from tests.integration.ingest.conftest import SETTLEMENT, Api, settlement

FEED = catalogue.get(*SETTLEMENT.split("/"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(records: list[dict[str, Any]], path: Path, encoding: Any = "gb18030") -> bytes:
    sheets.write(FEED, records, "csv" if path.suffix == ".csv" else "xlsx", path, encoding)
    return path.read_bytes()


async def send(api: Api, content: bytes, name: str = "a.xlsx", headers: Any = None, **params: Any) -> httpx.Response:
    path = f"/v1/feeds/{SETTLEMENT}/files"
    wanted = {**api.bearer(), **(headers or {})}
    return await api.client.post(path, files={"file": (name, content)}, headers=wanted, params=params)


async def read(api: Api, answer: httpx.Response) -> dict[str, Any]:
    """The file's state once the worker has read all that waits."""
    assert answer.status_code == 202, answer.text
    while await reading.read_next(api.app.state.engine, api.app.state.intake):
        pass
    found: dict[str, Any] = (await api.get(answer.headers["location"])).json()
    return found


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
async def test_a_file_becomes_a_submission_with_a_receipt(api: Api, tmp_path: Path, name: str) -> None:
    records = [settlement(f"s{n}", person=n) for n in range(1, 2501)]
    job = await read(api, await send(api, sheet(records, tmp_path / name), name))
    assert (job["state"], job["counts"]["accepted"], job["rows"], job["done"]) == ("complete", 2500, 2500, 2500)
    assert job["errors_workbook"] is None
    receipt = (await api.get(job["receipt"])).json()
    assert (receipt["state"], receipt["counts"]["accepted"]) == ("complete", 2500)
    assert await api.outcomes(records[7]) == ["duplicate"], "equal to the record sent as JSON"
    assert len(await api.rows("SELECT FROM part")) >= 3


async def test_the_workbook_put_right_closes_the_quarantine(api: Api, tmp_path: Path) -> None:
    records = [settlement(f"s{n}", person=n) for n in range(1, 30)]
    records[3]["self_paid_in_catalogue"] = "900.00"
    records[9]["source_id"] = ""
    job = await read(api, await send(api, sheet(records, tmp_path / "十一月.xlsx"), "十一月.xlsx"))
    assert job["counts"]["rejected"] == 2
    receipt = (await api.get(job["receipt"])).json()
    [wrong] = [line for line in receipt["records"] if line["index"] == 3]
    assert wrong["errors"][0]["pointer"] == "/rows/5/合规自付"
    answer = await api.get(job["errors_workbook"])
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page = book.worksheets[0]
    titles = [cell.value for cell in page[1]]
    assert page.max_row == 3
    page.cell(2, titles.index("合规自付") + 1).value = "1"
    page.cell(3, titles.index("记录主键") + 1).value = "s10"
    book.save(tmp_path / "fixed.xlsx")
    again = await read(api, await send(api, (tmp_path / "fixed.xlsx").read_bytes()))
    assert (again["counts"]["accepted"], again["counts"]["rejected"]) == (2, 0)
    assert await api.rows("SELECT FROM quarantine WHERE closed_at IS NULL") == []


async def test_all_or_nothing(api: Api, tmp_path: Path) -> None:
    strict = {"Prefer": "handling=strict"}
    records = [settlement("a"), settlement("b", total="-1")]
    job = await read(api, await send(api, sheet(records, tmp_path / "a.csv"), "a.csv", strict))
    assert (job["state"], job["problem"]["code"]) == ("refused", "strict_rejected")
    assert job["errors_workbook"]
    assert await api.rows("SELECT FROM record_version") == []
    job = await read(api, await send(api, sheet(records[:1], tmp_path / "b.csv"), "b.csv", strict))
    assert (job["state"], job["counts"]["accepted"], job["receipt"] is not None) == ("complete", 1, True)


async def test_a_trial_stores_no_record(api: Api, tmp_path: Path) -> None:
    records = [settlement("a"), settlement("b", total="-1")]
    job = await read(api, await send(api, sheet(records, tmp_path / "a.csv"), "a.csv", dry_run=True))
    assert (job["counts"]["accepted"], job["counts"]["rejected"], job["receipt"]) == (1, 1, None)
    assert (await api.get(job["errors_workbook"])).status_code == 200
    assert await api.rows("SELECT FROM submission") == []


async def test_a_trial_counts_what_sending_would_give(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a later part says again, or otherwise, what an earlier one said."""
    monkeypatch.setattr(reading, "PART_ROWS", 20)
    records = [settlement(f"s{n}", person=n) for n in range(1, 31)]
    records += [settlement(f"s{n}", person=n, minute=n % 2, self_paid=100 + n % 2) for n in range(1, 31)]
    content = sheet(records, tmp_path / "a.csv")
    tried = await read(api, await send(api, content, "a.csv", dry_run=True))
    sent = await read(api, await send(api, content, "a.csv"))
    assert tried["counts"] == sent["counts"]
    assert (sent["counts"]["duplicate"], sent["counts"]["corrected"]) == (15, 15)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 broken", "file_unreadable"),
        (b"a,b\n\xff\xfe\x00,1\n", "file_encoding"),
        ("甲,乙\n1,2\n".encode(), None),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(api: Api, content: bytes, code: str | None) -> None:
    job = await read(api, await send(api, content, "a.csv"))
    assert job["state"] == "refused"
    assert job["problem"]["detail"]
    assert code in {None, job["problem"]["code"]}
    assert await api.rows("SELECT FROM submission") == []


async def test_the_same_key_is_the_same_file(api: Api, tmp_path: Path) -> None:
    content, key = sheet([settlement("a")], tmp_path / "a.csv"), {"Idempotency-Key": "k1"}
    first, second = await send(api, content, "a.csv", key), await send(api, content, "a.csv", key)
    assert first.json()["file_id"] == second.json()["file_id"]
    other = await send(api, content + b"\n", "a.csv", key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_body_itself_may_be_the_file(api: Api, tmp_path: Path) -> None:
    content = sheet([settlement("a")], tmp_path / "a.csv")
    path = f"/v1/feeds/{SETTLEMENT}/files"
    headers = {**api.bearer(), "Content-Type": "text/csv"}
    answer = await api.client.post(path, content=content, headers=headers, params={"name": "../../etc/十一月.csv"})
    assert answer.json()["name"] == "十一月.csv"
    assert (await read(api, answer))["counts"]["accepted"] == 1
    empty = await api.client.post(path, content=b"", headers=headers)
    assert (empty.status_code, empty.json()["code"]) == (422, "no_file")


async def test_nobody_else_sees_it_and_it_is_sealed(api: Api, tmp_path: Path) -> None:
    record = settlement("a", total="-1")
    answer = await send(api, sheet([record], tmp_path / "a.csv"), "a.csv")
    foreign = api.bearer("department", "health")
    assert (await api.get(answer.headers["location"], foreign)).status_code == 404
    job = await read(api, answer)
    assert (await api.get(job["errors_workbook"], foreign)).status_code == 404
    for row in await api.rows("SELECT sealed FROM upload_chunk"):
        assert record["id_number"] not in row["sealed"]
    assert (await api.get(job["errors_workbook"])).headers["cache-control"] == "no-store"


class DiedError(Exception):
    pass


async def dies(api: Api, monkeypatch: pytest.MonkeyPatch, where: str, after: int) -> None:
    """A worker begins with the waiting file and dies when it would do `where` once more than `after` times."""
    original, done = getattr(reading._Reading, where), 0

    async def dying(self: Any, *arguments: Any) -> Any:
        nonlocal done
        if done == after:
            raise DiedError
        done += 1
        return await original(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(reading._Reading, where, dying)
        with pytest.raises(DiedError):
            await reading.read_next(api.app.state.engine, api.app.state.intake)
    assert not await reading.read_next(api.app.state.engine, api.app.state.intake), "the lease holds"
    await api.execute("UPDATE upload SET leased_until = now() - interval '1 second'")


async def test_a_worker_that_died_is_taken_over_where_it_was(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [settlement(f"s{n}", person=n) for n in range(1, 2201)]
    answer = await send(api, sheet(records, tmp_path / "a.csv"), "a.csv")
    await dies(api, monkeypatch, "_store", after=1)
    job = await read(api, answer)
    assert (job["counts"]["accepted"], job["counts"]["duplicate"]) == (2200, 0)
    assert len(await api.rows("SELECT FROM record_version")) == 2200


@pytest.mark.parametrize("params", [{}, {"dry_run": True}])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("where", "after"), [("_store", 1), ("_end", 0)])
async def test_the_counts_are_of_the_whole_file_whoever_died_over_it(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, after: int, strict: bool, params: Any
) -> None:
    monkeypatch.setattr(reading, "PART_ROWS", 20)
    records = [settlement(f"s{n}", person=n) for n in range(1, 31)]
    headers = {"Prefer": "handling=strict"} if strict else {}
    answer = await send(api, sheet(records, tmp_path / "a.csv"), "a.csv", headers, **params)
    if where == "_store":
        where = "_try_out" if params else where
        after = 0 if strict else after  # all of it is one part
    await dies(api, monkeypatch, where, after)
    job = await read(api, answer)
    assert (job["state"], job["counts"]["accepted"], job["done"]) == ("complete", 30, 30)


async def test_a_refused_file_counts_nothing_as_taken(api: Api, tmp_path: Path) -> None:
    records = [settlement("a"), settlement("b", total="-1")]
    job = await read(api, await send(api, sheet(records, tmp_path / "a.csv"), "a.csv", {"Prefer": "handling=strict"}))
    assert (job["state"], job["counts"]) == ("refused", None)


async def test_who_lost_the_lease_changes_nothing_more(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker took the file over and finished it while this one slept before its last step."""
    records = [settlement("a"), settlement("b", total="-1")]
    answer = await send(api, sheet(records, tmp_path / "a.csv"), "a.csv")
    engine, intake, original = api.app.state.engine, api.app.state.intake, reading._Reading._end
    overtaken = False

    async def slow(self: Any, *arguments: Any) -> None:
        nonlocal overtaken
        if not overtaken:
            overtaken = True
            await api.execute("UPDATE upload SET leased_until = now() - interval '1 second'")
            assert await reading.read_next(engine, intake)
        await original(self, *arguments)

    monkeypatch.setattr(reading._Reading, "_end", slow)
    job = await read(api, answer)
    assert (job["state"], job["counts"]["accepted"], job["counts"]["rejected"]) == ("complete", 1, 1)
    assert (await api.get(job["errors_workbook"])).status_code == 200


async def test_a_file_that_ends_every_worker_is_given_up(api: Api, tmp_path: Path) -> None:
    answer = await send(api, sheet([settlement("a")], tmp_path / "a.csv"), "a.csv")
    async with transaction(api.app.state.engine) as conn:
        for _ in range(3):
            await lease(conn, answer.json()["file_id"], ids.uuid7(), clock.now() - LEASE)
    job = await read(api, answer)
    assert (job["state"], job["problem"]["code"]) == ("refused", "file_failed")


async def test_departments_take_turns(api: Api, tmp_path: Path) -> None:
    content = sheet([settlement("a")], tmp_path / "a.csv")
    mine = [await send(api, content + b"\n" * n, "a.csv") for n in range(3)]
    template = (await api.get("/v1/feeds/health/chronic-care/template.xlsx")).content
    other = await api.client.post(
        "/v1/feeds/health/chronic-care/files", files={"file": ("b.xlsx", template)}, headers=api.bearer()
    )
    engine, intake = api.app.state.engine, api.app.state.intake
    await reading.read_next(engine, intake)
    await reading.read_next(engine, intake)
    states = [(await api.get(one.headers["location"])).json()["state"] for one in (*mine, other)]
    assert states == ["complete", "waiting", "waiting", "refused"], "the other department's empty template came second"
