"""Receive NDJSON: a part at a time, the next being read and checked while one is stored.

With an Idempotency-Key a stream that was cut off goes on where it ended: the same body is sent again, what is stored of
it is compared by its digest and skipped. Without one, sending again gives duplicates for what was stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.admission.service import lock_number
from services.ingest.flow.service import Door, Received, Run, Sending
from services.ingest.intake import service as intaking
from services.ingest.lines.domain import Cutter, Hash, Piece
from services.ingest.lines.service import pieces, read
from services.ingest.outcomes.domain import Outcome, receipt
from services.ingest.outcomes.service import Part, Submission
from services.ingest.receipts import service as receipts
from services.ingest.streams import repository
from shared import clock
from shared.db import transaction
from shared.feeds.bodies import no_records
from shared.http import idempotency
from shared.http.idempotency import Answer, KeyReusedError


async def receive(door: Door, sending: Sending, say: Callable[[Received], Answer]) -> Answer:
    """The answer that `say` gives once everything is stored, or the stored one of the same request.

    Raises what ends a stream; what was stored until then stays, and the error carries `submission_id` and
    `stored_records`.
    """
    claim = sending.claim()
    digest = claim.digest if claim else None
    if claim is not None and digest is not None:
        async with door.gate, transaction(door.engine) as conn:
            answered = await idempotency.is_answered(conn, claim)
            row = None if answered else await repository.claimed(conn, digest)
        if answered:
            return await _again(door, sending)
        if row is not None:
            async with door.turns.hold(lock_number(digest, row.submission_id)):
                return await _go_on(door, sending, digest, say)
    async with aclosing(pieces(Cutter(), sending.chunks)) as cut:
        first = await anext(cut)
        if first.last:
            return await _at_once(door, sending, first, say)
        new = replace(Submission.new(sending.feed, sending.caller, "ndjson", b"", sending.delivery), claim=digest)
        async with door.turns.hold(lock_number(digest, new.submission_id)):
            return await Run(door, sending, new, say).through(_chain(first, cut))


async def _chain(first: Piece, rest: AsyncIterator[Piece]) -> AsyncIterator[Piece]:
    yield first
    async for piece in rest:
        yield piece


async def _at_once(door: Door, sending: Sending, piece: Piece, say: Callable[[Received], Answer]) -> Answer:
    """A body of one part: one transaction, as a JSON body has."""
    if not piece.lines:
        raise no_records()
    intake, batch = door.intake, read(door.intake, sending.feed, piece.lines, 0)
    submission = Submission.new(sending.feed, sending.caller, "ndjson", piece.sha256, sending.delivery)
    claim = sending.claim(piece.sha256)
    done: list[Part] = []

    async def attempt(conn: AsyncConnection) -> Answer:
        async def work() -> Answer:
            if claim is not None and await repository.claimed(conn, claim.digest) is not None:
                raise KeyReusedError("这个幂等键已用于另一份内容，请换一个新的键。")
            part, _ = await intaking.store_whole(conn, intake, submission, batch)
            done[:] = [part]
            body = receipt(submission.heading("complete"), part.counts, part.receipt_lines())
            passed = part.counts[Outcome.REJECTED - 1] < part.size
            said = orjson.dumps(body, option=orjson.OPT_UTC_Z)
            return say(Received(submission.submission_id, said, passed, part.rejected()))

        return await idempotency.once(conn, claim, work, intake.sealer)

    async with door.gate:
        answer = await intaking.settle(door.engine, attempt)
    if done and not answer.replayed:
        intaking.committed(intake, done[0])
    return answer


async def _again(door: Door, sending: Sending) -> Answer:
    """The stored answer, if the body is the same."""
    hashed = hashlib.sha256()
    async for chunk in sending.chunks:
        hashed.update(chunk)
    claim = sending.claim(hashed.digest())
    if claim is not None:
        async with door.gate, transaction(door.engine) as conn:
            answer = await idempotency.begin(conn, claim, door.intake.sealer)
        if answer is not None:
            return answer
    raise KeyReusedError("这个幂等键已过期，请换一个新的键。")


async def _go_on(door: Door, sending: Sending, digest: bytes, say: Callable[[Received], Answer]) -> Answer:
    """The rest of a stream that was cut off."""
    async with door.gate, transaction(door.engine) as conn:
        row = await repository.claimed(conn, digest)
        if row.state != "complete":
            await repository.resume(conn, row.submission_id)
    if row.state == "complete":
        return await _again(door, sending)
    begun = Submission(
        row.submission_id, sending.feed, row.caller, "ndjson", row.sha256, row.received_at, row.delivery, digest
    )
    run = Run(door, sending, begun, say, receipts.counts_of(row))
    hashed = hashlib.sha256()
    async with aclosing(_behind(sending.chunks, row, hashed, sending.delivery)) as chunks:
        cutter = Cutter(hashed, row.body_bytes, run.stored)
        async with aclosing(pieces(cutter, chunks)) as cut:
            return await run.through(cut)


async def _behind(
    chunks: AsyncIterator[bytes], row: Any, hashed: Hash, delivery: str | None
) -> AsyncGenerator[bytes, None]:
    """What stands behind the part of a body that is stored. KeyReusedError when the body begins otherwise."""
    left = row.body_bytes
    async for chunk in chunks:
        if left == 0:
            yield chunk
            continue
        hashed.update(chunk[:left])
        behind, left = chunk[left:], max(0, left - len(chunk))
        if left == 0:
            if hashed.digest() != row.sha256 or row.delivery != delivery:
                break
            yield behind
    else:
        if left == 0:
            return
    raise KeyReusedError(
        f"这个幂等键已用于另一份内容：已保存的前 {row.body_bytes} 个字节与这次发送的不同，请换一个新的键。"
    )


async def forget(conn: AsyncConnection) -> int:
    """Drop the claims of what was sent more than 30 days ago; how many. For the worker's housekeeping."""
    return await repository.forget_claims(conn, clock.now() - idempotency.KEPT)
