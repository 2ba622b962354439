"""One request at a time to ingest: patient where patience helps, plain where it does not."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from services.uploader.errors import UploadError
from shared.errors import FieldError

_TIMEOUT = httpx.Timeout(120, connect=10)
_AGAIN = frozenset({408, 429, 502, 503, 504})
_UNANSWERABLE = frozenset({404, 409, 410, 422})
_LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Door:
    """Where to send: ingest's address, a bearer token, and how many seconds of trouble to sit out."""

    url: str
    token: str
    patience: float


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """What became of a corrected record: taken (`receipt`), refused again (`errors`), or neither."""

    receipt: dict[str, Any] | None = None
    errors: list[FieldError] | None = None


class Client:
    """Ends with UploadError when the platform refuses the caller, or stays away beyond `patience`.

    `waiting` is told why and for how many seconds, so that a person is not left before a still bar.
    """

    def __init__(self, door: Door, waiting: Callable[[str, float], None]) -> None:
        self._patience = door.patience
        self._waiting = waiting
        headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/json"}
        self._http = httpx.Client(base_url=door.url, timeout=_TIMEOUT, headers=headers, trust_env=False)

    def close(self) -> None:
        """Drop the connection."""
        self._http.close()

    def submit(self, feed: str, records: list[Any], key: str, *, dry_run: bool, delivery: str | None) -> dict[str, Any]:
        """The receipt of one chunk, also where every record of it was rejected."""
        path = f"/v1/feeds/{feed}/submissions"
        query = ({"dry_run": "true"} if dry_run else {}) | ({"delivery": delivery} if delivery else {})
        return self._receipt(path, {"records": records}, key, query)

    def resubmit(self, entry: str, record: Any, key: str) -> Resubmitted:
        """Send one corrected record as the answer to a quarantine entry. An entry that cannot be answered any more
        (closed, past its 90 days, of another record, of another platform) gives neither receipt nor errors: the
        record then goes the ordinary way."""
        answer = self._ask(f"/v1/quarantine/{entry}/resubmission", orjson.dumps(record), key, {})
        content = _json(answer)
        if answer.is_success:
            return Resubmitted(receipt=content)
        if isinstance(content, dict) and content.get("code") == "still_rejected":
            return Resubmitted(errors=content["errors"])
        if answer.status_code in _UNANSWERABLE:
            return Resubmitted()
        raise _refused(answer, content)

    def _receipt(self, path: str, body: Any, key: str, query: dict[str, str]) -> dict[str, Any]:
        answer = self._ask(path, orjson.dumps(body), key, query)
        content = _json(answer)
        if answer.is_success and isinstance(content, dict):
            return content
        if isinstance(content, dict) and isinstance(content.get("receipt"), dict):
            found: dict[str, Any] = content["receipt"]
            return found
        raise _refused(answer, content)

    def _ask(self, path: str, body: bytes, key: str, query: dict[str, str]) -> httpx.Response:
        started, attempt = time.monotonic(), 0
        while True:
            try:
                answer = self._http.post(path, content=body, params=query, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                why, asked = "连不上平台", None
            else:
                if not _come_back(answer):
                    return answer
                why, asked = _reason(answer), answer.headers.get("Retry-After")
            wait = _pause(attempt, asked)
            if time.monotonic() - started + wait > self._patience:
                raise UploadError(f"{why}，已重试 {attempt} 次。进度已保存，稍后用同一命令继续。")
            self._waiting(why, wait)
            time.sleep(wait)
            attempt += 1


def _come_back(answer: httpx.Response) -> bool:
    """Busy, away, or the first try with this key is still running."""
    if answer.status_code == httpx.codes.CONFLICT:
        content = _json(answer)
        return isinstance(content, dict) and content.get("code") == "idempotency_key_in_flight"
    return answer.status_code in _AGAIN


def _refused(answer: httpx.Response, content: Any) -> UploadError:
    detail = content.get("detail") if isinstance(content, dict) else None
    return UploadError(f"平台没有接收（{answer.status_code}）：{detail or answer.text[:200]}")


def _pause(attempt: int, asked: str | None) -> float:
    """What the platform asked for; else doubling from half a second, up to half a minute, with jitter."""
    if asked is not None and asked.isdigit():
        return min(float(asked), 300.0) + random.uniform(0, 0.25)  # noqa: S311 - to spread callers, not to hide
    ceiling: float = min(_LONGEST_WAIT, 0.5 * 2**attempt)
    return random.uniform(ceiling / 2, ceiling)  # noqa: S311 - as above


def _reason(answer: httpx.Response) -> str:
    content = _json(answer)
    detail = content.get("detail") if isinstance(content, dict) else None
    return (
        f"平台暂时不能接收（{answer.status_code}）：{str(detail).rstrip('。')}"
        if detail
        else (f"平台暂时不能接收（{answer.status_code}）")
    )


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
