"""Who a token makes of its bearer, and every way in which it makes nobody."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

from shared import clock
from shared.http.auth import Authenticator, Permission
from shared.http.errors import UnauthorizedError, UnavailableError
from shared.http.issuer import KEY_ID, NAME, DevIssuer
from shared.http.keys import KeySet
from shared.settings import SettingsError
from tests.unit.http.support import api, client, dev_issuer, problem, settings

BANNER = "150625000000"
ISSUER = "https://issuer.example"


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    given = {"iss": NAME, "aud": "xianjie", "sub": "x", "iat": now, "exp": now + 60, "role": "auditor"}
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def _signed(issuer: DevIssuer, **changes: Any) -> str:
    return jwt.encode(_claims(**changes), issuer._key, algorithm="EdDSA", headers={"kid": KEY_ID})


async def test_a_token_becomes_a_principal(issuer: DevIssuer) -> None:
    token = issuer.sign("banner_officer", division=BANNER, sub="officer-7")
    principal = await Authenticator(settings(issuer)).principal(f"bearer {token}")
    assert (principal.sub, principal.role, principal.division) == ("officer-7", "banner_officer", BANNER)
    assert principal.may("warnings:read")
    assert not principal.may("feeds:push")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer " + "a" * 9000, "Bearer 龘"])
async def test_what_is_no_bearer_token(issuer: DevIssuer, header: str | None) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        await Authenticator(settings(issuer)).principal(header)
    assert refused.value.headers["WWW-Authenticate"].startswith('Bearer realm="xianjie"')


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": "a\nb"},
        {"sub": 5},
        {"role": None},
        {"role": "emperor"},
        {"role": ["developer"]},
        {"exp": None},
        {"exp": 1},
        {"exp": "never"},
        {"exp": True},
        {"nbf": 99_999_999_999},
        {"iat": 99_999_999_999},
        {"role": "department"},
        {"role": "department", "department": "卫健"},
        {"role": "banner_officer"},
        {"role": "banner_officer", "division": "1506"},
        {"role": "banner_officer", "division": "999999999999"},
    ],
)
async def test_claims_that_do_not_hold(issuer: DevIssuer, changes: dict[str, Any]) -> None:
    with pytest.raises(UnauthorizedError):
        await Authenticator(settings(issuer)).principal("Bearer " + _signed(issuer, **changes))


async def test_the_key_and_not_the_token_chooses_the_algorithm(issuer: DevIssuer) -> None:
    authenticator = Authenticator(settings(issuer))
    public = issuer._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    unsigned = jwt.encode(_claims(), "", algorithm="none", headers={"kid": KEY_ID})
    with_public_key = jwt.encode(_claims(), public, algorithm="HS256", headers={"kid": KEY_ID})
    foreign = jwt.encode(_claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": KEY_ID})
    whole = _signed(issuer)
    cut = whole[:-4] + ("AAAA" if whole[-4:] != "AAAA" else "BBBB")
    for token in (unsigned, with_public_key, foreign, cut):
        with pytest.raises(UnauthorizedError):
            await authenticator.principal(f"Bearer {token}")


async def test_a_token_is_remembered_only_until_it_expires(issuer: DevIssuer, tmp_path: Path) -> None:
    authenticator = Authenticator(settings(issuer))
    header = "Bearer " + issuer.sign("auditor", hours=1)
    first = await authenticator.principal(header)
    assert await authenticator.principal(header) is first
    (tmp_path / "clock").write_text((datetime.now(UTC) + timedelta(hours=1, seconds=1)).isoformat())
    clock.follow(tmp_path / "clock")
    try:
        with pytest.raises(UnauthorizedError, match="过期"):
            await authenticator.principal(header)
    finally:
        clock.follow(None)


async def test_a_key_that_the_issuer_took_back_no_longer_counts(issuer: DevIssuer, tmp_path: Path) -> None:
    authenticator = Authenticator(settings(issuer))
    old = "Bearer " + issuer.sign("auditor")
    await authenticator.principal(old)
    successor = dev_issuer(tmp_path / "successor")
    issuer.jwks.write_bytes(successor.jwks.read_bytes())
    await authenticator.keys.refresh()
    with pytest.raises(UnauthorizedError):
        await authenticator.principal(old)
    assert (await authenticator.principal("Bearer " + successor.sign("auditor"))).role == "auditor"


async def test_the_first_callers_of_a_process_come_together(issuer: DevIssuer) -> None:
    authenticator = Authenticator(settings(issuer))
    headers = ["Bearer " + issuer.sign("auditor", sub=f"auditor-{number}") for number in range(5)]
    principals = await asyncio.gather(*map(authenticator.principal, headers))
    assert [principal.sub for principal in principals] == [f"auditor-{number}" for number in range(5)]


async def test_without_any_key_nobody_is_judged(issuer: DevIssuer, tmp_path: Path) -> None:
    authenticator = Authenticator(settings(issuer, jwks=str(tmp_path / "nowhere.json")))
    with pytest.raises(UnavailableError) as away:
        await authenticator.principal("Bearer " + issuer.sign("auditor"))
    assert away.value.headers["Retry-After"]


def _answering(answers: list[httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: answers.pop(0))


async def test_keys_come_from_an_address_and_stay_through_its_outage() -> None:
    big = rsa.generate_private_key(65537, 2048)
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the weak key that must be left out
    edwards = Ed25519PrivateKey.generate()
    keys = [
        {**RSAAlgorithm.to_jwk(big.public_key(), as_dict=True), "kid": "big"},
        {**RSAAlgorithm.to_jwk(small.public_key(), as_dict=True), "kid": "small"},
        {**OKPAlgorithm.to_jwk(edwards.public_key(), as_dict=True), "kid": "ed"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared-secret"},
    ]
    answers = [httpx.Response(200, json={"keys": keys}), httpx.Response(500), httpx.Response(200, text="<html>")]
    found = KeySet(f"{ISSUER}/jwks", _answering(answers))
    big_key, ed_key = await found.find("big"), await found.find("ed")
    assert big_key is not None
    assert ed_key is not None
    assert (big_key.algorithm, ed_key.algorithm) == ("RS256", "EdDSA")
    assert await found.find("small") is None
    assert await found.find("shared-secret") is None
    await found.refresh()
    await found.refresh()
    assert await found.find("big") is big_key
    assert found.generation == 1
    assert not answers


async def test_rs256_of_a_foreign_issuer(issuer: DevIssuer, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    file = tmp_path / "foreign.json"
    file.write_text(json.dumps({"keys": [RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)]}))
    authenticator = Authenticator(settings(issuer, jwks=str(file), issuer=ISSUER, environment="production"))
    token = jwt.encode(_claims(iss=ISSUER), key, algorithm="RS256")
    assert (await authenticator.principal(f"Bearer {token}")).role == "auditor"
    with pytest.raises(UnauthorizedError, match="开发"):
        await authenticator.principal(
            "Bearer " + jwt.encode(_claims(iss=ISSUER, role="developer"), key, algorithm="RS256")
        )


def test_production_knows_no_development_issuer(issuer: DevIssuer, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="XIANJIE_ISSUER"):
        Authenticator(settings(issuer, environment="production"))
    with pytest.raises(SettingsError, match="XIANJIE_ENVIRONMENT"):
        DevIssuer(tmp_path / "production", environment="production")
    assert not (tmp_path / "production").exists()


def test_keys_are_not_fetched_in_clear() -> None:
    with pytest.raises(SettingsError, match="XIANJIE_JWKS"):
        KeySet("http://issuer.example/jwks")


def test_the_issuers_key_is_its_owners_and_stays(tmp_path: Path) -> None:
    first = dev_issuer(tmp_path / "issuer")
    assert (tmp_path / "issuer" / "issuer.pem").stat().st_mode & 0o077 == 0
    assert dev_issuer(tmp_path / "issuer").jwks.read_bytes() == first.jwks.read_bytes()
    assert {file.name for file in (tmp_path / "issuer").iterdir()} == {"issuer.pem", "jwks.json"}


@pytest.mark.parametrize("role", ["emperor", "department", "banner_officer"])
def test_the_issuer_signs_no_token_that_would_be_refused(issuer: DevIssuer, role: str) -> None:
    with pytest.raises(ValueError, match=role):
        issuer.sign(role)


async def test_a_caller_without_the_permission_is_told_which(issuer: DevIssuer) -> None:
    app = api(issuer)
    async with client(app) as nobody:
        answer = await nobody.post("/v1/things", json={"name": "a", "count": 1})
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == 'Bearer realm="xianjie"'
    async with client(app, issuer.sign("asset_approver", division=BANNER)) as approver:
        body = problem(await approver.post("/v1/things", json={"name": "a", "count": 1}), 403, "forbidden")
        assert body["permission"] == "assets:write"
        assert (await approver.get("/v1/things/1")).status_code == 200


def test_a_permission_must_exist() -> None:
    with pytest.raises(ValueError, match="assets:burn"):
        Permission("assets:burn")
