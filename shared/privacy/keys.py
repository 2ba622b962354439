"""Person keys 人员标识: what a person is called everywhere outside ingest's vault.

`{pepper_id}.{26 base32 characters}` of the first 16 bytes of HMAC-SM3(pepper, identity number). The pepper never
stands in a database; its id makes rotation possible.
"""

from __future__ import annotations

import struct

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from shared.privacy.specs import read_key

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [a + b for a in _BASE32 for b in _BASE32]  # 1,024 pairs stay in the processor's cache; 32,768 triples do not
_PURPOSE = b"xianjie content digest 1"
_halves = struct.Struct(">QQ").unpack


def _name(pepper_id: str, digest: bytes) -> str:
    """`pepper_id.` and 26 base32 characters of 16 bytes: ten bits a look-up, three times as fast as `base64`."""
    high, low = _halves(digest)
    p = _PAIRS
    return (
        f"{pepper_id}.{p[high >> 54]}{p[high >> 44 & 1023]}{p[high >> 34 & 1023]}{p[high >> 24 & 1023]}"
        f"{p[high >> 14 & 1023]}{p[high >> 4 & 1023]}{p[(high & 15) << 6 | low >> 58]}{p[low >> 48 & 1023]}"
        f"{p[low >> 38 & 1023]}{p[low >> 28 & 1023]}{p[low >> 18 & 1023]}{p[low >> 8 & 1023]}{p[(low & 255) << 2]}"
    )


class PersonKeys:
    """Makes person keys from identity numbers. Holds the pepper: build once a process, from settings."""

    __slots__ = ("_keyed", "_pepper_id", "digest_key")

    def __init__(self, pepper_id: str, pepper: bytes) -> None:
        self._pepper_id = pepper_id
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
        return _name(self._pepper_id, keyed.finalize()[:16])
