"""Every refusal is one shape, in Chinese, at a place, and shows nobody."""

from __future__ import annotations

import json
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Query
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from structlog.testing import capture_logs

from shared.errors import ConflictError
from shared.http.auth import allow
from shared.http.issuer import DevIssuer
from shared.http.permissions import Principal
from shared.http.validation import MAX_ERRORS, field_errors
from tests.unit.http.support import ID_NUMBER, PERSON, api, client, faults, problem

JSON = {"content-type": "application/json"}
THING = {"name": "水井", "count": 1}


async def test_an_address_that_is_not_there(caller: httpx.AsyncClient) -> None:
    problem(await caller.get("/v1/nothing"), 404, "not_found")


async def test_a_method_that_is_not_taken_names_those_that_are(caller: httpx.AsyncClient) -> None:
    answer = await caller.request("TRACE", "/v1/things")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


async def test_each_fault_is_named_by_its_chinese_title_at_its_place(caller: httpx.AsyncClient) -> None:
    thing = {"name": "长" * 21, "count": 0, "parts": [{"amount": 1}, {"amount": "x"}], "colour": "red"}
    body = problem(await caller.post("/v1/things", json=thing), 422, "invalid")
    assert faults(body) == [
        ("/name", "too_long"),
        ("/count", "out_of_range"),
        ("/parts/1/amount", "wrong_type"),
        ("/colour", "unknown_field"),
    ]
    messages = [error["message"] for error in body["errors"]]
    assert messages[:3] == ["“名称”最多 20 个字符", "“数量”不能小于 1", "“数额”应为整数"]


async def test_a_parameter_is_pointed_at_by_where_it_stands(caller: httpx.AsyncClient) -> None:
    body = problem(await caller.get("/v1/things/abc?limit=x"), 422, "invalid")
    assert faults(body) == [("/path/number", "wrong_type"), ("/query/limit", "wrong_type")]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b'{"name": ', JSON, 400, "malformed_json"),
        (b"[" * 100_000, JSON, 400, "malformed_json"),
        (b'{"name": "a", "count": ' + b"9" * 1_000_000 + b"}", JSON, 400, "malformed_json"),
        (b"\xff\xfe", JSON, 400, "malformed_json"),
        (b'{"name": "\\ud800", "count": 1}', JSON, 422, "invalid"),
        (b'{"name": "a", "count": 1e999}', JSON, 422, "invalid"),
        (b'{"name": "a", "count": NaN}', JSON, 422, "invalid"),
        (b"name=a", {"content-type": "text/plain"}, 415, "unsupported_media_type"),
        (b"{}", {}, 415, "unsupported_media_type"),
        (b"", JSON, 400, "malformed_json"),
        (b"\n ", JSON, 400, "malformed_json"),
        (b"null", JSON, 422, "invalid"),
        (b"[]", JSON, 422, "invalid"),
    ],
)
async def test_a_body_that_is_none(
    caller: httpx.AsyncClient, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    body = problem(await caller.post("/v1/things", content=content, headers=headers), status, code)
    assert body["errors"] or status == 415


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"name": "a",\n "count" 1}', "第 2 行第 10 列：字段名后面缺少冒号"),
        ('{"name": "水井",\r\n "count": 1\r\n "parts": []}'.encode(), "第 3 行第 2 列：这里缺少逗号，或者括号没有配对"),
        (b'{"name": }', "第 1 行第 10 列：这里应有一个值"),
        (b'{"name": "a', "第 1 行第 10 列：从这里开始的文字缺少结尾的双引号"),
        (b'{"name": "a"} {}', "第 1 行第 15 列：一个 JSON 之后还有多余的内容"),
        (b'{name: "a"}', "第 1 行第 2 列：这里应有用双引号括起的字段名"),
        (b"", "请求体是空的，应为 JSON，示例见 /docs"),
        (b'{"name": "\xff"}', "内容无法解析：不是 UTF-8 编码，或嵌套过深，或数值过长"),
    ],
)
async def test_broken_json_is_told_where_and_why(caller: httpx.AsyncClient, content: bytes, message: str) -> None:
    body = problem(await caller.post("/v1/things", content=content, headers=JSON), 400, "malformed_json")
    assert [(error["pointer"], error["message"]) for error in body["errors"]] == [("", message)]
    assert message in body["detail"]


class Narrow(BaseModel):
    division: str = Field("150625000000", title="行政区划代码", pattern="^[0-9]{12}$")
    tag: str = Field("a", title="标签", description="小写字母。", pattern="^[a-c]+$", examples=["abc"])


async def test_a_format_that_does_not_fit_is_told_what_does(issuer: DevIssuer) -> None:
    router = APIRouter(prefix="/v1/narrow")

    @router.get("/{department}")
    async def narrow(
        principal: Annotated[Principal, allow("assets:read")], department: int, query: Annotated[Narrow, Query()]
    ) -> None:
        pass

    async with client(api(issuer, router), issuer.sign("developer")) as caller:
        answer = await caller.get("/v1/narrow/x?division=123&tag=Q")
    body = problem(answer, 422, "invalid")
    assert [(error["pointer"], error["message"]) for error in body["errors"]] == [
        ("/path/department", "“部门”应为整数"),
        ("/query/division", "“行政区划代码”格式不对，应为 12 位数字，例如 150625000000"),
        ("/query/tag", "“标签”格式不对，应为：小写字母，例如 abc"),
    ]


async def test_a_thousand_faults_are_answered_by_a_hundred(caller: httpx.AsyncClient) -> None:
    thing = {**THING, "parts": [{"amount": -1}] * 1000}
    body = problem(await caller.post("/v1/things", json=thing), 422, "invalid")
    assert len(body["errors"]) == MAX_ERRORS
    assert "1000 处" in body["detail"]


@pytest.mark.parametrize(
    "thing",
    [
        {"name": f"{PERSON}的水井名称写得太长太长太长太长太长太长了吧", "count": 1},
        {"name": "水井", "count": ID_NUMBER + "x"},
        {"name": [PERSON, ID_NUMBER], "count": 1},
        {**THING, ID_NUMBER: 1},
        {**THING, "id_number": ID_NUMBER, "owner": PERSON},
        {ID_NUMBER: PERSON},
    ],
)
async def test_a_refusal_shows_no_person(caller: httpx.AsyncClient, thing: dict[str, Any]) -> None:
    with capture_logs() as logs:
        answer = await caller.post("/v1/things", json=thing)
    problem(answer, 422, "invalid")
    assert ID_NUMBER not in answer.text + repr(logs)
    assert PERSON not in answer.text + repr(logs)


def _failing() -> APIRouter:
    router = APIRouter(prefix="/v1/failing")

    @router.get("/bug")
    async def bug(principal: Annotated[Principal, allow("assets:read")]) -> None:
        try:
            json.loads(PERSON)
        except ValueError as error:
            raise KeyError(ID_NUMBER) from error

    @router.get("/conflict")
    async def conflict(principal: Annotated[Principal, allow("assets:read")]) -> None:
        raise ConflictError("已被占用。", headers={"Retry-After": "3"}, extra={"taken_by": "另一个"})

    return router


async def test_a_bug_shows_neither_caller_nor_log_what_it_failed_on(issuer: DevIssuer) -> None:
    async with client(api(issuer, _failing()), issuer.sign("developer")) as caller:
        with capture_logs() as logs:
            answer = await caller.get("/v1/failing/bug")
    body = problem(answer, 500, "internal_error")
    assert "KeyError" not in answer.text
    (log,) = logs
    assert (log["event"], log["error"], log["cause"], log["route"]) == (
        "request_failed",
        "KeyError",
        "JSONDecodeError",
        "/v1/failing/bug",
    )
    assert any("test_problems.py" in frame for frame in log["frames"])
    assert ID_NUMBER not in repr(log) + json.dumps(body)
    assert PERSON not in repr(log)


async def test_a_rooms_own_error_keeps_its_headers_and_members(issuer: DevIssuer) -> None:
    async with client(api(issuer, _failing()), issuer.sign("developer")) as caller:
        answer = await caller.get("/v1/failing/conflict")
    assert problem(answer, 409, "conflict")["taken_by"] == "另一个"
    assert answer.headers["retry-after"] == "3"


class Own(BaseModel):
    plain: str = "a"
    custom: str = "a"
    english: str = "a"

    @field_validator("plain")
    @classmethod
    def _plain(cls, _value: str) -> str:
        raise ValueError("应为旗区名称 {略}")

    @field_validator("custom")
    @classmethod
    def _custom(cls, _value: str) -> str:
        raise PydanticCustomError("no_such_banner", "没有这个旗区")

    @field_validator("english")
    @classmethod
    def _english(cls, value: str) -> str:
        raise ValueError(f"bad {value}")


def test_a_rooms_validator_speaks_chinese_or_is_replaced() -> None:
    with pytest.raises(ValidationError) as caught:
        Own(plain="x", custom="x", english=ID_NUMBER)
    found = field_errors(caught.value.errors())
    assert [(error["code"], error["message"]) for error in found] == [
        ("invalid_value", "应为旗区名称 ｛略｝"),
        ("no_such_banner", "没有这个旗区"),
        ("invalid_value", "“english”不符合要求"),
    ]
    assert ID_NUMBER not in repr(found)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(thing=_VALUES | st.fixed_dictionaries({"name": _VALUES, "count": _VALUES, "parts": _VALUES}))
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_is_a_5xx(caller: httpx.AsyncClient, thing: object) -> None:
    answer = await caller.post("/v1/things", content=json.dumps(thing), headers=JSON)
    assert answer.status_code in (201, 422)
    if answer.status_code == 422:
        assert problem(answer, 422, "invalid")["errors"]
