"""Which people are written: those that are new, or named otherwise than before."""

from __future__ import annotations

from services.ingest.vault.service import Vault
from shared.privacy import Sealer

SEALER = Sealer("t1", b"v" * 32)


def test_known_people_are_not_written_again() -> None:
    vault = Vault(SEALER, b"d" * 32)
    people = vault.unknown([("k1", "n1", "甲", 1), ("k1", "n1", "甲", 1), ("k2", "n2", "乙", 1)])
    assert set(people) == {"k1", "k2"}
    assert set(vault.unknown([("k1", "n1", "甲", 1)])) == {"k1"}, "nothing is known before it is committed"
    vault.remember(people)
    assert vault.unknown([("k1", "n1", "甲", 2)]) == {}
    assert set(vault.unknown([("k1", "n1", "丙", 2)])) == {"k1"}


def test_of_two_namings_the_newest_is_written() -> None:
    vault = Vault(SEALER, b"d" * 32)
    assert vault.unknown([("k", "n", "新", 5), ("k", "n", "旧", 2)])["k"][2] == "新"


def test_memory_is_bounded() -> None:
    vault = Vault(SEALER, b"d" * 32, capacity=10)
    for i in range(100):
        vault.remember({f"k{i}": (f"k{i}", "n", "甲", 1)})
    remembered = sum(not vault.unknown([(f"k{i}", "n", "甲", 1)]) for i in range(100))
    assert 10 <= remembered <= 20
    assert vault.unknown([("k99", "n", "甲", 1)]) == {}
