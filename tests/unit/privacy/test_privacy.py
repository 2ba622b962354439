"""Person keys, sealing and the one mask."""

from __future__ import annotations

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy import PersonKeys, Sealer, UnsealError, mask, mask_id, mask_name

PEPPER = bytes(range(32))


def _spec(key: bytes, name: str = "k1") -> str:
    return f"{name}:{base64.b64encode(key).decode()}"


@given(st.text(alphabet="0123456789X", min_size=18, max_size=18))
def test_a_person_key_is_the_hmac_in_base32_behind_the_pepper_id(number: str) -> None:
    digest = hmac.digest(PEPPER, number.encode(), "sm3")[:16]
    expected = base64.b32encode(digest).decode().rstrip("=").lower()
    assert PersonKeys.from_spec(_spec(PEPPER, "p7")).of(number) == f"p7.{expected}"


def test_the_digest_key_is_another_secret_than_the_pepper() -> None:
    keys = PersonKeys.from_spec(_spec(PEPPER))
    assert len(keys.digest_key) == 32
    assert keys.digest_key != PEPPER


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_was_sealed_opens_for_its_owner_only(secret: bytes, owner: str) -> None:
    sealer = Sealer.from_spec(_spec(PEPPER))
    sealed = sealer.seal(secret, owner)
    assert sealer.open(sealed, owner) == secret
    assert sealed != sealer.seal(secret, owner)
    with pytest.raises(UnsealError):
        sealer.open(sealed, owner + "x")


def test_a_former_key_still_opens() -> None:
    old = Sealer.from_spec(_spec(PEPPER, "k1"))
    both = Sealer.from_spec(f"{_spec(PEPPER[::-1], 'k2')}, {_spec(PEPPER, 'k1')}")
    assert both.open(old.seal(b"x", "a"), "a") == b"x"
    assert both.seal(b"x", "a").startswith("k2.")
    with pytest.raises(UnsealError):
        old.open(both.seal(b"x", "a"), "a")


@pytest.mark.parametrize("sealed", ["", "k1", "k1.", "k1.AAAA", "k9.AAAA", "k1.*", "k1." + "A" * 64, "k1.é"])
def test_what_was_not_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(UnsealError):
        Sealer.from_spec(_spec(PEPPER)).open(sealed, "a")


@pytest.mark.parametrize("spec", ["", "abc", "k1:", "k1:!!", "K 1:" + "A" * 44, _spec(b"short"), ":" + "A" * 44])
def test_a_wrong_key_is_refused_without_being_shown(spec: str) -> None:
    for kind in (PersonKeys, Sealer):
        with pytest.raises(ValueError, match="key") as refused:
            kind.from_spec(spec)
        assert len(spec) < 10 or spec not in str(refused.value)


def test_the_mask_shows_six_digits_of_a_number_and_the_surname_of_a_name() -> None:
    assert mask_id("150625197001019948") == "150625********" == mask("150625197001019948")
    assert mask_name("某人甲") == "某**" == mask("某人甲")


@pytest.mark.parametrize("value", ["某人甲", "某人甲150625197001019948", " 某人甲 150625", "Sarnai 150625197001019948"])
def test_a_name_where_a_number_belongs_shows_its_surname_only(value: str) -> None:
    assert mask_id(value) == f"{value.strip()[0]}**" == mask(value)


@pytest.mark.parametrize("value", ["12,000.00", "2026-02-30", "inpatiant", "-5", "2026-03-05T09:30:00Z", "3.14.15"])
def test_what_tells_nothing_about_a_person_is_shown(value: str) -> None:
    assert mask(value) == value


@given(st.integers(10**8, 10**25), st.sampled_from(["", " ", "-"]), st.booleans())
def test_no_number_of_a_person_is_shown_however_it_is_written(number: int, between: str, wide: bool) -> None:
    digits = str(number)
    written = between.join(digits[start : start + 4] for start in range(0, len(digits), 4))
    if wide:
        written = written.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    shown = mask(written)
    assert sum(character.isdigit() for character in shown) <= 6
    assert mask(number) == digits[:6] + "********"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_json)
def test_anything_can_be_masked_shortly_and_in_valid_text(value: object) -> None:
    shown = mask(value)
    assert len(shown) <= 40
    shown.encode()
