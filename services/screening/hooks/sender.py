"""One attempt: a POST to the address that was checked, answered by a status line in time or not."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress

import httpx

from services.screening.hooks.addresses import Gate, NotResolvedError, RefusedError, Target
from services.screening.hooks.domain import Answer, Failure

ANSWER_SECONDS = 15.0
CONNECT_SECONDS = 5.0


class Sender:
    """Posts; one a process. `verify` is what receivers' certificates are checked against.

    Connections are not kept: one that was made for a host name must not serve another at the same
    address. No proxy and no redirect is followed, and no body of an answer is read.
    """

    def __init__(self, gate: Gate, verify: ssl.SSLContext, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._gate = gate
        self._answer_seconds = answer_seconds
        self._client = httpx.AsyncClient(
            verify=verify,
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": "Xianjie-Webhooks", "accept-encoding": "identity"},
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Let go of what is open."""
        await self._client.aclose()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """How it went; anything that a receiver or its network may do is an answer and not an exception."""
        began = time.monotonic()
        code, asked = None, None
        failure: Failure | None
        try:
            async with asyncio.timeout(self._answer_seconds):
                target = await self._gate.target(url)
                code, asked = await self._posted(target, headers, body)
            failure = None if 200 <= code < 300 else "not_a_success"
        except RefusedError:
            failure = "address_refused"
        except NotResolvedError:
            failure = "not_resolved"
        except (TimeoutError, httpx.TimeoutException):
            failure = "timed_out"
        except (httpx.ConnectError, OSError):
            failure = "connect_failed"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            failure = "broken_answer"
        return Answer(code, round((time.monotonic() - began) * 1000), failure, asked)

    async def _posted(self, target: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, str | None]:
        """By the first of its addresses that can be connected to."""
        for address in target.addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._posted_to(address, target, headers, body)
        return await self._posted_to(target.addresses[-1], target, headers, body)

    async def _posted_to(
        self, address: str, target: Target, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str | None]:
        request = self._client.build_request(
            "POST",
            httpx.URL(target.url, host=address),
            content=body,
            headers={**headers, "host": _host(target.url), "content-type": "application/json"},
            extensions={"sni_hostname": target.url.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            return response.status_code, response.headers.get("retry-after")
        finally:
            await response.aclose()


def _host(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")
