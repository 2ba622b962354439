"""Sealing 加封: AES-256-GCM, the key's id in front of the text, the owner bound as associated data."""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.privacy.specs import read_key

_NONCE_BYTES = 12


class UnsealError(Exception):
    """The text was sealed by another key, for another owner, or was changed. Shows nothing of it."""


class Sealer:
    """Seals under one key and opens under it and its `former` ones. Build once a process, from settings."""

    __slots__ = ("_key_id", "_keys")

    def __init__(self, key_id: str, key: bytes, former: dict[str, bytes] | None = None) -> None:
        self._key_id = key_id
        self._keys = {name: AESGCM(value) for name, value in {**(former or {}), key_id: key}.items()}

    @classmethod
    def from_spec(cls, spec: str) -> Sealer:
        """From `id:base64` of 32 bytes, older keys behind it after commas; ValueError otherwise."""
        keys = [read_key(part.strip(), exactly=32) for part in spec.split(",")]
        return cls(*keys[0], former=dict(keys[1:]))

    def seal(self, plaintext: bytes, associated: str) -> str:
        """`key id.base64url(nonce + ciphertext)`, bound to `associated` (such as the person key)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys[self._key_id].encrypt(nonce, plaintext, associated.encode())
        return f"{self._key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, associated: str) -> bytes:
        """The plaintext of `seal`. Raises UnsealError."""
        key_id, _, text = sealed.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise UnsealError("sealed under a key that is not configured")
        try:
            raw = base64.urlsafe_b64decode(text)
            return key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], associated.encode())
        except (InvalidTag, binascii.Error, ValueError):
            raise UnsealError("the sealed text was changed or belongs to somebody else") from None
