"""What the routes of an application say about themselves: for its documents and for the tests that
every route has a permission and a description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from shared.http import session
from shared.http.auth import Permission

OPEN_PATHS = frozenset(
    {"/livez", "/readyz", "/metrics", "/asyncapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
    | {"/sign-in", "/sign-out"}
)
"""What needs no token."""


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """One operation. `path` is that of the document: `{key}`, also where the route says `{key:path}`. `dependencies`
    are the callables that `handler` depends on, in the order they run."""

    method: str
    path: str
    permissions: tuple[str, ...]
    dependencies: tuple[Any, ...]
    has_body: bool
    handler: Callable[..., Any]

    @property
    def uses_database(self) -> bool:
        """Whether it has the request's transaction."""
        return session.connection in self.dependencies


def facts(app: FastAPI, *, pages: bool = False) -> Iterator[RouteFacts]:
    """Every operation of `app` that is in its OpenAPI document; with `pages`, those for persons too."""
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.original_route, APIRoute) or not (route.include_in_schema or pages):
            continue
        calls = tuple(_calls(route.dependant))
        permissions = tuple(call.permission for call in calls if isinstance(call, Permission))
        for method in sorted(route.methods or ()):
            yield RouteFacts(
                method,
                route.path_format or "",
                permissions,
                calls,
                route.body_field is not None,
                route.original_route.endpoint,
            )


def mistakes(app: FastAPI) -> list[str]:
    """What the house forbids, one sentence each: a route without exactly one permission, and a
    transaction opened before the caller is known. Empty is what a service's test asserts."""
    found = []
    for route in facts(app, pages=True):
        name = f"{route.method} {route.path}"
        if route.path in OPEN_PATHS:
            continue
        if len(route.permissions) != 1:
            found.append(f"{name} states {len(route.permissions)} permissions instead of one")
        elif route.uses_database:
            order = [c for c in route.dependencies if isinstance(c, Permission) or c is session.connection]
            if order[0] is session.connection:
                found.append(f"{name} opens its transaction before it knows the caller")
    return found


def undocumented(app: FastAPI) -> list[str]:
    """Operations without a Chinese summary or description, and request bodies without an example."""
    found = []
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            found += [
                f"{name} has no Chinese {part}"
                for part in ("summary", "description")
                if not _chinese(operation.get(part, ""))
            ]
            for media in operation.get("requestBody", {}).get("content", {}).values():
                if not media.get("examples") and not any(_schema_example(one, app) for one in _of(media)):
                    found.append(f"{name} has no example of its body")
    return found


def _calls(dependant: Any) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield from _calls(inner)
        yield inner.call


def _chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


def _of(media: dict[str, Any]) -> list[dict[str, Any]]:
    """The schema of a body, or those of which it may be one: a body that may be left out is one or null."""
    schema: dict[str, Any] = media.get("schema", {})
    choices: list[dict[str, Any]] = schema.get("anyOf", [schema])
    return choices


def _schema_example(schema: dict[str, Any], app: FastAPI) -> bool:
    if "$ref" in schema:
        schema = app.openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return bool(schema.get("examples") or schema.get("example"))
