"""`ETag` and `If-Match` on what people edit: a change made on an older state is refused."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import Header

from shared.errors import AppError
from shared.http.idempotency import fingerprint

IfMatchHeader = Annotated[
    str | None,
    Header(
        alias="If-Match",
        title="期望版本",
        description='读取时得到的 `ETag`，连同引号，例如 `"mfrggzdfmztwq2lk"`',
        max_length=200,
    ),
]


class PreconditionRequiredError(AppError):
    """An edit that does not say which state it edits."""

    status = 428
    code = "precondition_required"
    title = "缺少 If-Match"


class PreconditionFailedError(AppError):
    """Somebody else was faster."""

    status = 412
    code = "precondition_failed"
    title = "内容已被他人修改"


def etag(*parts: str | bytes | int) -> str:
    """A strong tag of the state that `parts` (such as id and version) name."""
    raw = fingerprint(*(str(part) if isinstance(part, int) else part for part in parts))[:10]
    return f'"{base64.b32encode(raw).decode().lower()}"'


def require_match(if_match: str | None, current: str) -> None:
    """Raises PreconditionRequiredError without a tag, PreconditionFailedError with another one."""
    if if_match is None:
        raise PreconditionRequiredError("修改时请在 If-Match 中带上读取时得到的 ETag。")
    offered = {tag.strip() for tag in if_match.split(",")}
    if "*" not in offered and current not in offered:
        raise PreconditionFailedError("内容已被他人修改，请重新读取后再改。", headers={"ETag": current})
