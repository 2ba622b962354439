"""Keep each person's ID number and name, sealed, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.vault import repository
from shared.privacy import Sealer

Naming = tuple[str, str, str, int]
"""(person key, ID number, name, version of the record that names the person so)."""

REMEMBERED = 100_000
"""People of each of the two generations this process remembers: about 40 MB when both are full."""


class Vault:
    """Writes only people that are new or named otherwise than this process last wrote.

    What is remembered is a hash under Python's per-process seed, not the name.
    """

    def __init__(self, sealer: Sealer, digest_key: bytes, capacity: int = REMEMBERED) -> None:
        self._sealer = sealer
        self._digest_key = digest_key[:64]
        self._capacity = capacity
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}

    def unknown(self, namings: Iterable[Naming]) -> dict[str, Naming]:
        """Those to write, by person key, each with its newest naming."""
        young, old = self._young, self._old
        found: dict[str, Naming] = {}
        for naming in namings:
            key, name = naming[0], hash(naming[2])
            if young.get(key) != name and old.get(key) != name:
                seen = found.get(key)
                if seen is None or seen[3] <= naming[3]:
                    found[key] = naming
        return found

    async def keep(self, conn: AsyncConnection, people: dict[str, Naming]) -> None:
        """Write people within the caller's transaction; tell `remember` after the commit."""
        if people:
            await repository.keep(conn, [self._row(people[key]) for key in sorted(people)])

    def remember(self, people: dict[str, Naming]) -> None:
        """These are committed."""
        if len(self._young) + len(people) > self._capacity:
            self._old, self._young = self._young, {}
        self._young.update((key, hash(naming[2])) for key, naming in people.items())

    def _row(self, naming: Naming) -> tuple[str, str, bytes, int]:
        key, id_number, name, version = naming
        plain = orjson.dumps({"id_number": id_number, "name": name})
        digest = hashlib.blake2b(plain, key=self._digest_key, digest_size=16).digest()
        return key, self._sealer.seal(plain, key), digest, version
