"""The stack's own REST client: what any integrator would write, with the developer's token."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from services.local.errors import LocalError
from services.local.layout import Address
from services.uploader.client import Client as Uploader
from services.uploader.client import Door
from services.uploader.errors import UploadError

_TIMEOUT_SECONDS = 120
_PATIENCE_SECONDS = 60
_AGAIN = {429, 503}


class Client:
    """Asks the four services. A service that is away or busy is asked again for a minute: a child
    that ended is being started again meanwhile, and a body that comes twice carries its key."""

    def __init__(self, addresses: Mapping[str, Address], token: str) -> None:
        self._addresses = addresses
        headers = {"Authorization": f"Bearer {token}"}
        self._uploader = Uploader(Door(addresses["ingest"].url, token, _PATIENCE_SECONDS), lambda _why, _wait: None)
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, headers=headers, trust_env=False)

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The JSON answer; LocalError with the problem's Chinese detail when it is not 2xx."""
        return _result(self._ask("GET", service, path, params=query), path)

    def post(self, service: str, path: str, body: Any, key: str | None = None) -> Any:
        """The JSON answer, as `get`; a body that comes twice with its idempotency `key` is taken once."""
        headers = {"Idempotency-Key": key} if key else {}
        return _result(self._ask("POST", service, path, json=body, headers=headers), path)

    def send(self, service: str, path: str, content: bytes, key: str) -> Any:
        """The JSON answer to a CSV, as `post`."""
        headers = {"Idempotency-Key": key, "Content-Type": "text/csv"}
        return _result(self._ask("POST", service, path, content=content, headers=headers), path)

    def submit(self, department: str, kind: str, records: list[dict[str, Any]], key: str, period: str) -> Any:
        """Push one body of a delivery and return its receipt, also when every record was rejected."""
        try:
            return self._uploader.submit(f"{department}/{kind}", records, key, dry_run=False, delivery=period)
        except UploadError as error:
            raise LocalError(str(error)) from None

    def deliver(self, feed: str, period: str, sent: int) -> None:
        """Close a period of a feed for the whole city: there is no more of it."""
        path = f"/v1/feeds/{feed}/deliveries"
        _result(self._ask("POST", "ingest", path, json={"period": period, "records_sent": sent}), path)

    def close(self) -> None:
        """Drop the connections."""
        self._uploader.close()
        self._http.close()

    def _ask(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                answer = self._http.request(method, self._addresses[service].url + path, **options)
            except httpx.TransportError as error:
                if time.monotonic() > deadline:
                    raise LocalError(f"{service} 没有应答：{error}") from None
            else:
                if answer.status_code not in _AGAIN or time.monotonic() > deadline:
                    return answer
            time.sleep(0.5)


def _result(answer: httpx.Response, path: str) -> Any:
    if answer.is_success:
        return answer.json()
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    raise LocalError(f"{path} 答 {answer.status_code}：{detail}")
