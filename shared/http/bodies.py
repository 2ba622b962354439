"""The body as bytes or as a form's fields, for routes that read it themselves.

Name it between the principal and the connection among a handler's parameters: an unknown caller
sends nothing, and a slow sender holds no connection of the pool.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from shared.http.errors import UnsupportedMediaError


async def json_body(request: Request) -> bytes:
    """The whole body of a request that says it is JSON, not yet parsed. UnsupportedMediaError (415)
    for another kind; the edge refuses what is too large (413) or does not come (408)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMediaError("请求体应为 JSON，请设置 Content-Type: application/json。")
    return await request.body()


JsonBodyDep = Annotated[bytes, Depends(json_body)]


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form that a person sent, as typed; of one that comes twice the last, and a file is nothing."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


FormDep = Annotated[dict[str, str], Depends(form_fields)]
"""For a page that says itself, beside the form, what is to be put right."""
