"""Person keys 人员标识: what a person is called everywhere outside ingest's vault.

`{pepper_id}.{26 base32 characters}` of the first 16 bytes of HMAC-SM3(pepper, identity number). The pepper never
stands in a database; its id makes rotation possible.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from shared.privacy.specs import read_key

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_TRIPLES = [a + b + c for a in _BASE32 for b in _BASE32 for c in _BASE32]
_PURPOSE = b"xianjie content digest 1"


def _base32(value: int) -> str:
    """26 base32 characters of 128 bits (two zero bits at the end), three characters a look-up."""
    bits = value << 7  # 135 bits are nine triples; the last character is dropped
    triples = _TRIPLES
    return (
        triples[bits >> 120]
        + triples[bits >> 105 & 32767]
        + triples[bits >> 90 & 32767]
        + triples[bits >> 75 & 32767]
        + triples[bits >> 60 & 32767]
        + triples[bits >> 45 & 32767]
        + triples[bits >> 30 & 32767]
        + triples[bits >> 15 & 32767]
        + triples[bits & 32767]
    )[:26]


class PersonKeys:
    """Makes person keys from identity numbers. Holds the pepper: build once a process, from settings."""

    __slots__ = ("_keyed", "_prefix", "digest_key")

    def __init__(self, pepper_id: str, pepper: bytes) -> None:
        self._prefix = pepper_id + "."
        self._keyed = HMAC(pepper, SM3())  # copying the keyed state is half the price of keying anew
        purpose = self._keyed.copy()
        purpose.update(_PURPOSE)
        self.digest_key: bytes = purpose.finalize()
        """32 bytes for the keyed content digest: derived, so that one secret serves both."""

    @classmethod
    def from_spec(cls, spec: str) -> PersonKeys:
        """From `id:base64` of at least 32 bytes; ValueError otherwise."""
        return cls(*read_key(spec))

    def of(self, id_number: str) -> str:
        """The key of a normalised identity number (18 characters, capital X)."""
        keyed = self._keyed.copy()
        keyed.update(id_number.encode())
        return self._prefix + _base32(int.from_bytes(keyed.finalize()[:16], "big"))
