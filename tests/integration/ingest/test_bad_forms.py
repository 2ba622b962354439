"""Files sent in a way that is none: names with paths in them, forms without a file, more than may be sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest

from services.ingest.reading.service import read_next
from shared.sheets import columns, rows_of
from tests.integration.ingest.conftest import SETTLEMENT, Api, settlement
from tests.unit.sheets.support import SETTLEMENT as FEED
from tests.unit.sheets.support import csv_of

FILES = f"/v1/feeds/{SETTLEMENT}/files"
FORM = "multipart/form-data; boundary=x"
HEAD = b"--x\r\nContent-Disposition: form-data; name="
TABLE = csv_of([[column.title for column in columns(FEED)], *rows_of(settlement(total="-1"), columns(FEED))])
NAMES = {
    "../../etc/passwd": "passwd",
    "C:\\表\\..\\十一月.csv": "十一月.csv",
    "%2e%2e%2f%2e%2e%2fetc%2fshadow": "shadow",
    "/": "未命名",
    "..": "未命名",
    ".env": "env",
    "结算\u202excod.csv": "结算xcod.csv",
    "一\u3000月.csv": "一\u3000月.csv",
    "a\r\nSet-Cookie: x=1.csv": "Set-Cookie: x=1.csv",
    "长" * 999 + ".csv": "长" * 196 + ".csv",
}


async def test_a_file_name_is_a_name_and_no_path(api: Api) -> None:
    for given, kept in NAMES.items():
        answer = await api.client.post(FILES, files={"file": (given, TABLE.getvalue())}, headers=api.bearer())
        assert answer.json()["name"] == kept
        if len(given) <= 200:
            headers = {**api.bearer(), "Content-Type": "text/csv"}
            raw = await api.client.post(FILES, content=TABLE.getvalue(), headers=headers, params={"name": given})
            assert raw.json()["name"] == kept
        while await read_next(api.app.state.engine, api.app.state.intake):
            pass
        workbook = await api.get(f"{answer.headers['location']}/errors.xlsx")
        shown = unquote(workbook.headers["content-disposition"].removeprefix("attachment; filename*=UTF-8''"))
        assert shown == f"{kept.rpartition('.')[0] or kept}-问题清单.xlsx"


@pytest.mark.parametrize("name", ["a" * 201, "长" * 201])
async def test_a_name_in_the_address_has_an_end(api: Api, name: str) -> None:
    headers = {**api.bearer(), "Content-Type": "text/csv"}
    answer = await api.client.post(FILES, content=TABLE.getvalue(), headers=headers, params={"name": name})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/name")


async def test_a_form_without_a_file_is_a_problem(api: Api) -> None:
    for kind, body in (
        ("multipart/form-data", b"--x\r\n\r\n--x--"),
        (FORM, b"not a form"),
        (FORM, HEAD + b'"file"\r\n\r\ntext\r\n--x--'),
        (FORM, HEAD + b'"other"\r\n\r\nt\r\n--x--'),
        (FORM, (HEAD + b'"file"; filename="a.csv"\r\n\r\nx\r\n') * 2 + b"--x--"),
        (FORM, HEAD + b'"file"; filename="' + b"x" * 99_999 + b'"\r\n\r\nx\r\n--x--'),
        (FORM, (HEAD + b'"f"\r\n\r\nx\r\n') * 99),
        ("application/json", b"{}"),
        ("text/html", b"<html>"),
        ("", b"x"),
    ):
        answer = await api.post_bytes(FILES, body, **{"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_file"), (kind, body[:60], answer.text)
        assert {"file", "Content-Type"} & set(answer.json()["detail"].replace("：", " ").split())
    assert await api.rows("SELECT FROM upload") == []


@pytest.mark.parametrize("kind", [FORM, "text/csv"])
async def test_a_file_of_more_than_64_mib_is_refused_while_it_comes(api: Api, kind: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield HEAD + b'"file"; filename="a.csv"\r\n\r\n'
        for _ in range(80):
            sent += 1
            yield b"," * (1 << 20)

    answer = await api.client.post(FILES, content=endless(), headers={**api.bearer(), "Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large"), answer.text
    assert "64" in answer.json()["detail"]
    assert sent < 70
    assert await api.rows("SELECT FROM upload") == []
