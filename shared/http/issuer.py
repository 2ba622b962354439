"""The development issuer: signs tokens for a person at a keyboard. A real site has its own.

Two locks keep it out of production: it refuses to exist there, and a production service refuses
to trust the issuer's name (`auth.Authenticator`).
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from shared import clock
from shared.http.permissions import ROLES
from shared.settings import SettingsError

NAME = "xianjie-development"
"""The `iss` of every token signed here; set `XIANJIE_ISSUER` to it in a development stack."""
KEY_ID = "dev-1"


class DevIssuer:
    """An Ed25519 key in `folder` (made once, readable by its owner only) and its `jwks.json`.

    Raises SettingsError unless `environment` is development.
    """

    def __init__(self, folder: Path, *, environment: str, audience: str = "xianjie") -> None:
        if environment != "development":
            raise SettingsError("XIANJIE_ENVIRONMENT: the development issuer runs in the development environment only")
        folder.mkdir(parents=True, exist_ok=True)
        self.jwks = folder / "jwks.json"
        self._audience = audience
        self._key = _key(folder / "issuer.pem")
        public = OKPAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        document = {"keys": [{**public, "kid": KEY_ID, "alg": "EdDSA", "use": "sig"}]}
        _write(self.jwks, json.dumps(document).encode(), 0o644)

    def sign(
        self,
        role: str,
        department: str | None = None,
        division: str | None = None,
        hours: float = 12,
        *,
        sub: str | None = None,
    ) -> str:
        """A token for `role`; ValueError for an unknown role or one whose scope is not given."""
        if role not in ROLES:
            raise ValueError(f"unknown role {role}; known: {', '.join(ROLES)}")
        if ROLES[role].scope == "own_department" and department is None:
            raise ValueError(f"role {role} needs a department")
        if ROLES[role].scope == "division" and division is None:
            raise ValueError(f"role {role} needs a division")
        now = clock.now()
        claims = {
            "iss": NAME,
            "aud": self._audience,
            "sub": sub or "-".join(filter(None, (role, department, division))),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=hours)).timestamp()),
            "role": role,
            "department": department,
            "division": division,
        }
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, self._key, algorithm="EdDSA", headers={"kid": KEY_ID})


def _key(file: Path) -> Ed25519PrivateKey:
    if not file.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_once(file, pem)
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{file} does not hold an Ed25519 key")
    return key


def _write(file: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, so that a service that reads the key set never sees half of it."""
    part = _part(file, content, mode)
    part.replace(file)


def _write_once(file: Path, content: bytes) -> None:
    """As `_write`, but the first of two processes wins and the other takes what is there."""
    part = _part(file, content, 0o600)
    with suppress(FileExistsError):
        os.link(part, file)
    part.unlink()


def _part(file: Path, content: bytes, mode: int) -> Path:
    part = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    return part
