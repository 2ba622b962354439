"""Bearer tokens: from the Authorization header to a `Principal`, and `allow(permission)`.

A token is verified once and then remembered until it expires or the issuer's keys change: an
Ed25519 check on each request would cost a fifth of what ingest has for a whole record.
"""

from __future__ import annotations

import re
from typing import Any

import jwt
from fastapi import Request, Security
from fastapi.security.http import HTTPBase
from jwt.types import Options

from shared import clock
from shared.codes import divisions
from shared.http import issuer, queries
from shared.http.errors import ForbiddenError, UnauthorizedError, UnavailableError
from shared.http.keys import KeySet
from shared.http.permissions import DEVELOPER, PERMISSIONS, ROLES, Principal
from shared.settings import ServiceSettings, SettingsError

REMEMBERED = 4096
MAX_TOKEN_CHARACTERS = 8192
_EARLY_SECONDS = 30
"""How far the issuer's clock may be ahead of ours."""
_DIVISION = re.compile(r"[0-9]{12}")
_DEPARTMENT = re.compile(r"[a-z][a-z-]{0,63}")
_SUB = re.compile(r"[^\x00-\x20\x7f]{1,128}")
_OPTIONS: Options = {
    "require": ["exp", "iss", "aud", "sub", "role"],
    # The times are checked below against shared.clock, which PyJWT does not know.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class Authenticator:
    """Turns an Authorization header into a Principal; one per process, shared by all requests.

    Raises SettingsError when a production service would trust the development issuer.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        if settings.issuer == issuer.NAME and settings.environment != "development":
            raise SettingsError("XIANJIE_ISSUER: the development issuer is not trusted in production")
        self._issuer = settings.issuer
        self._audience = settings.audience
        self._known: dict[str, tuple[Principal, float, int]] = {}
        self.keys = KeySet(settings.jwks)

    async def principal(self, authorization: str | None) -> Principal:
        """The caller. UnauthorizedError says in Chinese what is wrong; UnavailableError when there
        is no key yet to check with."""
        if self.keys.due:
            await self.keys.refresh()
        known = self._known.get(authorization or "")
        if known is not None and known[2] == self.keys.generation:
            if known[1] <= clock.now().timestamp():
                raise _refused("令牌已过期，请重新取得。")
            return known[0]
        scheme, _, token = (authorization or "").partition(" ")
        if not token:
            raise _refused("请在 Authorization 请求头中提供 Bearer 令牌。", error=None)
        if scheme.lower() != "bearer" or len(token) > MAX_TOKEN_CHARACTERS:
            raise _refused("Authorization 请求头应为 “Bearer 令牌”。", error="invalid_request")
        generation = self.keys.generation
        claims = await self._claims(token.strip())
        principal = self._principal_of(claims)
        self._remember(authorization or "", principal, float(claims["exp"]), generation)
        return principal

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self.keys.find(kid)
            if key is None and not self.keys.loaded:
                raise UnavailableError("身份服务的公钥暂时取不到，请稍后再试。", headers={"Retry-After": "10"})
            if key is None:
                raise _refused("令牌不是由本平台信任的签发方签发的。")
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _refused("令牌无效：签名、签发方、受众或内容不符。") from None
        _check_times(claims)
        return claims

    def _principal_of(self, claims: dict[str, Any]) -> Principal:
        role = ROLES.get(claims["role"]) if isinstance(claims["role"], str) else None
        if role is None:
            raise _refused("令牌中的角色无法识别。")
        if role.name == DEVELOPER and self._issuer != issuer.NAME:
            raise _refused("开发人员角色只能由开发环境签发。")
        department = _claim(claims, "department", _DEPARTMENT, required=role.scope == "own_department")
        division = _claim(claims, "division", _DIVISION, required=role.scope == "division")
        if division is not None and divisions.get(division) is None:
            raise _refused("令牌中的区划代码不存在。")
        sub = _claim(claims, "sub", _SUB, required=True)
        return Principal(sub or "", role.name, department, division, role.permissions)

    def _remember(self, authorization: str, principal: Principal, expires: float, generation: int) -> None:
        if len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[authorization] = (principal, expires, generation)


class Permission(HTTPBase):
    """The dependency behind `allow`: the bearer scheme in OpenAPI, the Principal at run time."""

    def __init__(self, permission: str) -> None:
        if permission not in PERMISSIONS:
            raise ValueError(f"unknown permission {permission}")
        super().__init__(scheme="bearer", scheme_name="令牌", description="由身份服务签发的 JWT（EdDSA 或 RS256）。")
        self.permission = permission

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]  # not credentials: a Principal
        """Raises UnauthorizedError, ForbiddenError."""
        return await self.admit(request, request.headers.get("authorization"))

    async def admit(self, request: Request, authorization: str | None) -> Principal:
        """The caller whom `authorization` names, if the role carries this permission; raises as a call does."""
        authenticator: Authenticator = request.app.state.authenticator
        principal = await authenticator.principal(authorization)
        if self.permission not in principal.permissions:
            role, wanted = ROLES[principal.role].title, PERMISSIONS[self.permission]
            raise ForbiddenError(f"角色“{role}”没有“{wanted}”的权限。", extra={"permission": self.permission})
        if request.scope["query_string"]:
            queries.refuse_unknown(request)
        return principal


def allow(permission: str) -> Any:
    """What states a route's permission, once: `Annotated[Principal, …]` with this in it.

    Scope (department, division) is the handler's to apply with the Principal's helpers.
    """
    return Security(Permission(permission), scopes=[permission])


def _check_times(claims: dict[str, Any]) -> None:
    now = clock.now().timestamp()
    for name in ("exp", "nbf", "iat"):
        value = claims.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refused("令牌中的时间格式不对。")
    if claims["exp"] <= now:
        raise _refused("令牌已过期，请重新取得。")
    if claims.get("nbf", 0) > now + _EARLY_SECONDS or claims.get("iat", 0) > now + _EARLY_SECONDS:
        raise _refused("令牌尚未生效，请核对时钟。")


def _claim(claims: dict[str, Any], name: str, shape: re.Pattern[str], *, required: bool) -> str | None:
    value = claims.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise _refused(f"令牌中的 {name} 缺失或格式不对。")
    return value


def _refused(detail: str, *, error: str | None = "invalid_token") -> UnauthorizedError:
    challenge = 'Bearer realm="xianjie"' + (f', error="{error}"' if error else "")
    return UnauthorizedError(detail, headers={"WWW-Authenticate": challenge})
