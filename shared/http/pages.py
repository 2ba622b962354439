"""The page shell 页面外壳: what every page that a person opens has in common.

A page is plain HTML made here from a room's Jinja2 template: no script, nothing from another host,
readable on paper and usable with the keyboard alone. A browser carries the caller's token in a
cookie that scripts cannot read and other sites cannot send; only routes with `visit` accept it. A form is
taken from our own pages only: by the cookie's own rule, and by what the browser says of where it comes from.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Request, Security
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shared import clock
from shared.codes import divisions
from shared.errors import AppError
from shared.feeds.catalogue import DEPARTMENTS
from shared.http import tracing
from shared.http.auth import Permission
from shared.http.errors import ForbiddenError, UnauthorizedError
from shared.http.permissions import ROLES, Principal

COOKIE = "xianjie_token"
TITLES = {"ingest": "数据到位", "screening": "预警工作台", "indicators": "指标看板", "assets": "资产台账"}
"""Each service's own page, in the order of the shared header; a service without one is not linked."""
OPENED_BY = {
    "ingest": "freshness:read",
    "screening": "warnings:read",
    "indicators": "indicators:read",
    "assets": "assets:read",
}
"""What each of these pages asks of who opens it: the header leads nobody to where they may not be."""
_SHELL = Path(__file__).parent / "templates"
_STYLE = (_SHELL / "style.css").read_text("utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STAY = ("same-origin", "none")


class Pages:
    """The templates of one room beside those of the shell."""

    def __init__(self, folder: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([folder, _SHELL]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def answer(
        self,
        request: Request,
        template: str,
        principal: Principal | None,
        *,
        status: int = 200,
        printed: str = "",
        **values: Any,
    ) -> HTMLResponse:
        """The page; `printed` is said in the foot beside the time, for a reader on paper."""
        frame = {
            "style": Markup(_STYLE),  # noqa: S704 - our own file
            "pages": _links(request, principal),
            "principal": principal,
            "who": _who(principal) if principal else "",
            "made_at": clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            "printed": printed,
        }
        html = self._templates.get_template(template).render(frame | values)
        return HTMLResponse(html, status, headers=_HEADERS)


class Visit(Permission):
    """As `allow`, for a page: a browser's cookie will do, and who is not signed in is shown where."""

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]
        """Raises SignInFirstError, ForbiddenError."""
        if "authorization" in request.headers:
            return await super().__call__(request)
        if request.method != "GET" and not _from_our_pages(request):
            raise ForbiddenError("这个请求来自别的网站，没有执行。")
        try:
            return await self.admit(request, f"Bearer {request.cookies.get(COOKIE, '')}")
        except UnauthorizedError as error:
            raise SignInFirstError(error.detail) from None


class SignInFirstError(AppError):
    """Nobody is signed in, or no longer."""

    status = 401
    code = "sign_in_first"
    title = "请先登录"


def visit(permission: str) -> Any:
    """What states a page's permission, once: `Annotated[Principal, …]` with this in it."""
    return Security(Visit(permission), scopes=[permission])


def is_page(request: Request) -> bool:
    """Whether the route that was met answers with a page."""
    return getattr(request.scope.get("route"), "response_class", None) is HTMLResponse


def wanted_by_browser(request: Request) -> bool:
    """Whether a wrong address was typed into a browser: it would rather have HTML than anything else. Below /v1 nobody
    types one, and old clients of other makers (Java's own) ask for HTML there, whatever they want."""
    if request.url.path.startswith("/v1/"):
        return False
    wishes = dict(map(_wish, request.headers.get("accept", "").lower().split(",")))
    others = [wishes[kind] for kind in ("application/json", "application/*", "*/*") if kind in wishes]
    return wishes.get("text/html", 0.0) > (others[0] if others else 0.0)


def refuse(request: Request, error: AppError) -> Response:
    """What a person sees instead of a problem document."""
    if isinstance(error, SignInFirstError):
        asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        return RedirectResponse(f"/sign-in?next={quote(asked)}", 303)
    trace_id = tracing.trace_id()
    answer = _SHARED.answer(request, "problem.html", None, status=error.status, problem=error, trace_id=trace_id)
    answer.headers.update(error.headers)
    return answer


router = APIRouter(include_in_schema=False)
_SHARED = Pages(_SHELL)


@router.get("/sign-in", response_class=HTMLResponse)
async def sign_in(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002 - the address' own word
    """登录页。"""
    return _SHARED.answer(request, "sign_in.html", None, refused="", next=_local(next))


@router.post("/sign-in", response_class=HTMLResponse)
async def signed_in(
    request: Request,
    token: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - as above
) -> Response:
    """检查令牌并记在浏览器里。"""
    bare = token.strip().removeprefix("Bearer ").strip()
    try:
        await request.app.state.authenticator.principal(f"Bearer {bare}" if bare else None)
    except UnauthorizedError as error:
        refused = error.detail if bare else "请粘贴访问令牌。"
        return _SHARED.answer(request, "sign_in.html", None, status=401, refused=refused, next=_local(next))
    answer = RedirectResponse(_local(next), 303)
    answer.set_cookie(COOKIE, bare, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


@router.post("/sign-out", response_class=HTMLResponse)
async def sign_out() -> Response:
    """退出登录。"""
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _wish(part: str) -> tuple[str, float]:
    """A kind of answer and how much it is wanted; what cannot be read is not."""
    kind, *details = (piece.strip() for piece in part.split(";"))
    weight = next((detail.removeprefix("q=") for detail in details if detail.startswith("q=")), "1")
    try:
        return kind, float(weight)
    except ValueError:
        return kind, 0.0


def _from_our_pages(request: Request) -> bool:
    """A browser on a plain http address of an intranet sends no Sec-Fetch-Site; it says the origin then, and another
    port of this host, which shares our cookies, is another origin."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return site is None or site in _STAY


def _local(address: str) -> str:
    """A path of this service and nothing else: not `//host`, which a browser takes for another host."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _links(request: Request, principal: Principal | None) -> list[dict[str, Any]]:
    state = request.app.state
    known = {**state.settings.pages, state.service: "/"}
    return [
        {"title": title, "url": known[service], "current": service == state.service}
        for service, title in TITLES.items()
        if service in known and (principal is None or principal.may(OPENED_BY[service]))
    ]


def _who(principal: Principal) -> str:
    place = divisions.get(principal.division) if principal.division else None
    parts = [ROLES[principal.role].title, DEPARTMENTS.get(principal.department or ""), place.name if place else None]
    return " · ".join(part for part in parts if part)
