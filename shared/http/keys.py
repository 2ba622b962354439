"""The issuer's public keys (JWKS), from a file or an https address, cached and rotated."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared import logging
from shared.settings import SettingsError

FILE_SECONDS = 1.0
ADDRESS_SECONDS = 300.0
RETRY_SECONDS = 10.0
"""How soon a key set that could not be read, or that lacks a key, is asked for again."""
MAX_BYTES = 256 * 1024
MIN_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with the one algorithm that it may verify: the token has no say in it."""

    key: Any
    algorithm: str


class KeySet:
    """`await find(kid)`; `generation` grows whenever the keys change, which voids what was
    verified before. A set that cannot be read again stays in use: the issuer's outage is not ours.
    """

    def __init__(self, source: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        if "://" in source and not source.startswith("https://"):
            raise SettingsError("XIANJIE_JWKS: a file path or an https address")
        self._source = source
        self._transport = transport
        self._period = ADDRESS_SECONDS if "://" in source else FILE_SECONDS
        self._keys: dict[str | None, Key] = {}
        self._raw = b""
        self._lock = asyncio.Lock()
        self._next_check = 0.0
        self._next_forced = 0.0
        self.generation = 0

    @property
    def due(self) -> bool:
        """Whether the source should be looked at again; cheap, asked on every request."""
        return time.monotonic() >= self._next_check

    @property
    def loaded(self) -> bool:
        """Whether there is any key at all."""
        return bool(self._keys)

    async def find(self, kid: str | None) -> Key | None:
        """The key of that id (without an id: the only key), asking the issuer when it is new."""
        if kid not in self._keys and self._lock.locked():
            async with self._lock:  # somebody is asking: the first requests of a process come together
                pass
        elif kid not in self._keys and time.monotonic() >= self._next_forced:
            await self.refresh()
        return self._keys.get(kid)

    async def refresh(self) -> None:
        """Read the source again. One caller waits for it; the others go on with what there is."""
        if self._lock.locked() and self._keys:
            return
        async with self._lock:
            now = time.monotonic()
            self._next_check = now + self._period
            self._next_forced = now + min(RETRY_SECONDS, self._period)
            try:
                raw = await self._read()
                keys = self._keys if raw == self._raw else _parse(raw)
            except (OSError, httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
                self._next_check = now + min(RETRY_SECONDS, self._period)
                logging.get().warning("jwks_unreadable", reason=type(error).__name__, keys_kept=len(self._keys))
                return
            if raw != self._raw:
                self._raw, self._keys = raw, keys
                self.generation += 1

    async def _read(self) -> bytes:
        if "://" not in self._source:
            return await asyncio.to_thread(Path(self._source).read_bytes)
        async with httpx.AsyncClient(timeout=5, follow_redirects=False, transport=self._transport) as client:
            answer = await client.get(self._source)
        answer.raise_for_status()
        if len(answer.content) > MAX_BYTES:
            raise ValueError("the key set is too large")
        return answer.content


def _parse(raw: bytes) -> dict[str | None, Key]:
    """Keys by id; kinds that we do not accept are left out. A single key also answers to no id."""
    keys: dict[str | None, Key] = {}
    for found in jwt.PyJWKSet.from_dict(orjson.loads(raw)).keys:
        if isinstance(found.key, Ed25519PublicKey):
            keys[found.key_id] = Key(found.key, "EdDSA")
        elif isinstance(found.key, RSAPublicKey) and found.key.key_size >= MIN_RSA_BITS:
            keys[found.key_id] = Key(found.key, "RS256")
    if not keys:
        raise ValueError("no Ed25519 or RSA key in the set")
    if len(keys) == 1:
        keys[None] = next(iter(keys.values()))
    return keys
