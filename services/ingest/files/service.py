"""Keep a file that comes in, say how far it is, give back what is kept of it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.files import repository
from services.ingest.files.domain import CHUNK_BYTES, KEPT, Piece, Upload, Wishes, associated
from services.ingest.files.errors import NoWorkbookError, UnknownFileError
from services.ingest.outcomes.domain import WORDS
from shared import clock, ids
from shared.feeds.domain import Feed
from shared.privacy import Sealer


class Named(NamedTuple):
    """What a file is called, and the sha256 of its bytes."""

    name: str
    sha256: bytes


async def accept(
    conn: AsyncConnection, sealer: Sealer, feed: Feed, caller: str, content: IO[bytes], named: Named, wishes: Wishes
) -> Upload:
    """Seal and keep a file in the caller's transaction; the worker reads it once that has committed."""
    now = clock.now()
    size = content.seek(0, 2)
    upload = Upload(
        upload_id=ids.uuid7(),
        feed=feed.number,
        caller=caller,
        name=named.name,
        sha256=named.sha256,
        size=size,
        strict=wishes.strict,
        dry_run=wishes.dry_run,
        delivery=wishes.delivery,
        state="waiting",
        received_at=now,
        rows=None,
        done=0,
        submission_id=None,
        ended_at=None,
        counts=None,
        problem=None,
        workbook=False,
    )
    await repository.add(conn, upload, feed.department)
    await keep(conn, sealer, upload.upload_id, "content", content, now)
    return upload


async def keep(
    conn: AsyncConnection, sealer: Sealer, upload_id: UUID, piece: Piece, content: IO[bytes], now: datetime
) -> None:
    """Seal what `content` holds, chunk by chunk."""
    content.seek(0)
    number = 0
    while chunk := content.read(CHUNK_BYTES):
        sealed = sealer.seal(chunk, associated(upload_id, piece, number))
        await repository.add_chunk(conn, upload_id, piece, number, sealed, now)
        number += 1


async def find(conn: AsyncConnection, upload_id: UUID) -> Upload:
    """The upload; whether the caller may see it is the department's question. Raises UnknownFileError."""
    found = await repository.find(conn, upload_id)
    if found is None:
        raise UnknownFileError("没有这个文件，或者不在您的权限范围内。")
    return found


async def copy(conn: AsyncConnection, sealer: Sealer, upload_id: UUID, piece: Piece, target: IO[bytes]) -> None:
    """Open what is kept into `target`, from its beginning; nothing once it was dropped."""
    number = 0
    while (sealed := await repository.chunk(conn, upload_id, piece, number)) is not None:
        target.write(sealer.open(sealed, associated(upload_id, piece, number)))
        number += 1
    target.seek(0)


async def workbook(conn: AsyncConnection, sealer: Sealer, upload: Upload) -> bytes:
    """The error workbook (XLSX). Raises NoWorkbookError, which says why there is none."""
    if upload.ended_at is None:
        raise NoWorkbookError("文件还在处理，完成后才有问题清单；进度见这个文件的状态。")
    if not upload.workbook:
        raise NoWorkbookError("这个文件没有被拒收的行，或者整个文件没有读成，见这个文件的状态。")
    content = io.BytesIO()
    await copy(conn, sealer, upload.upload_id, "errors", content)
    found = content.read()
    if not found:
        raise NoWorkbookError("问题清单已满 90 天，内容已删除；请在原表中更正后重新报送。")
    return found


async def drop_expired(conn: AsyncConnection) -> int:
    """Delete the content of files past their 90 days; how many chunks."""
    return await repository.drop_before(conn, clock.now() - KEPT)


def digest(content: IO[bytes]) -> bytes:
    """The sha256 of a file from its beginning."""
    content.seek(0)
    found = hashlib.sha256()
    while chunk := content.read(CHUNK_BYTES):
        found.update(chunk)
    return found.digest()


def answer(upload: Upload, feed: Feed) -> Mapping[str, Any]:
    """The upload as `schemas.FileJob`."""
    here = f"/v1/files/{upload.upload_id}"
    return {
        "file_id": str(upload.upload_id),
        "feed": feed.name,
        "name": upload.name,
        "size": upload.size,
        "sha256": upload.sha256.hex(),
        "state": upload.state,
        "received_at": upload.received_at,
        "ended_at": upload.ended_at,
        "handling": "strict" if upload.strict else "lenient",
        "dry_run": upload.dry_run,
        "delivery": upload.delivery,
        "rows": upload.rows,
        "done": upload.done,
        "counts": upload.counts and {word: upload.counts[word] for word in WORDS[1:]},
        "receipt": f"/v1/submissions/{upload.submission_id}" if upload.submission_id else None,
        "errors_workbook": f"{here}/errors.xlsx" if upload.workbook else None,
        "problem": upload.problem,
    }
