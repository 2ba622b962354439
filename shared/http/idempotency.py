"""`Idempotency-Key` (feeds §2): a request sent twice is done once and answered twice the same.

Same key and payload → the stored answer; same key, other payload → 422; still running → 409. The
key's row commits with the work in the request's transaction. Scoped to caller and operation, kept
30 days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Protocol

from fastapi import Header
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import clock
from shared.errors import ConflictError, InvalidError
from shared.http import repository

KEPT = timedelta(days=30)

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        title="幂等键",
        description="由调用方生成的唯一值（例如 UUID）。重发同一请求时沿用，结果与第一次相同，保留 30 天。",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
    ),
]


class KeyReusedError(InvalidError):
    """The key was used for another payload."""

    code = "idempotency_key_reused"
    title = "幂等键已用于其他内容"


class KeyInFlightError(ConflictError):
    """The first request with this key has not ended."""

    code = "idempotency_key_in_flight"
    title = "同一请求正在处理"


class Seal(Protocol):
    """What seals stored answers: `shared.privacy.Sealer`."""

    def seal(self, plaintext: bytes, associated: str) -> str:
        """`plaintext` as text that only the key's holder can open."""

    def open(self, sealed: str, associated: str) -> bytes:
        """The plaintext again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a key stands for. `fingerprint` tells payloads apart: hash what the request means,
    parameters included, under a key where it could be guessed back to a person."""

    caller: str
    operation: str
    key: str
    fingerprint: bytes

    @property
    def digest(self) -> bytes:
        """The key of the stored row. A quoted key (the draft's own form) is the same key."""
        return fingerprint(self.caller, self.operation, self.key.strip('"'))


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, as it is stored and sent."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False

    @classmethod
    def of(cls, model: BaseModel, status: int, headers: Mapping[str, str] | None = None) -> Answer:
        """`model` as JSON."""
        return cls(status, model.model_dump_json().encode(), headers=dict(headers or {}))

    def response(self) -> Response:
        """As FastAPI sends it; a replay says so in `Idempotency-Replayed`."""
        headers = {**self.headers, **({"Idempotency-Replayed": "true"} if self.replayed else {})}
        return Response(self.body, self.status, headers=headers, media_type=self.media_type)


async def once(
    conn: AsyncConnection, claim: Claim | None, work: Callable[[], Awaitable[Answer]], seal: Seal | None = None
) -> Answer:
    """The stored answer of `claim`, or that of `work`, kept in the same transaction. Without a
    claim just `work`. Only answers are kept: what raises rolls back and may be tried again.

    Raises KeyReusedError, KeyInFlightError.
    """
    if claim is None:
        return await work()
    known = await begin(conn, claim, seal)
    if known is not None:
        return known
    answer = await work()
    await keep(conn, claim, answer, seal)
    return answer


async def begin(conn: AsyncConnection, claim: Claim, seal: Seal | None = None) -> Answer | None:
    """Take the key until the transaction ends; the stored answer if there is one."""
    digest = claim.digest
    if not await repository.try_lock(conn, int.from_bytes(digest[:8], "big", signed=True)):
        raise KeyInFlightError("同一幂等键的请求正在处理，请稍后重试。", headers={"Retry-After": "1"})
    row = await repository.kept_answer(conn, digest, clock.now() - KEPT)
    if row is None:
        return None
    if row.fingerprint != claim.fingerprint:
        raise KeyReusedError("这个幂等键已用于另一份内容，请换一个新的键。")
    body = seal.open(row.body.decode(), digest.hex()) if seal is not None else row.body
    return Answer(row.status, body, row.media_type, row.headers, replayed=True)


async def is_answered(conn: AsyncConnection, claim: Claim) -> bool:
    """Whether a request with this key was answered, whatever its payload."""
    return await repository.kept_answer(conn, claim.digest, clock.now() - KEPT) is not None


async def keep(conn: AsyncConnection, claim: Claim, answer: Answer, seal: Seal | None = None) -> None:
    """Store the answer under a key that `begin` took."""
    digest = claim.digest
    body = seal.seal(answer.body, digest.hex()).encode() if seal is not None else answer.body
    await repository.keep_answer(conn, digest, claim.fingerprint, clock.now(), replace(answer, body=body))


async def forget(conn: AsyncConnection) -> int:
    """Delete what is past its 30 days; how many. For a worker's housekeeping."""
    return await repository.forget_answers(conn, clock.now() - KEPT)


def fingerprint(*parts: str | bytes) -> bytes:
    """SHA-256 over parts kept apart by their lengths."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()
