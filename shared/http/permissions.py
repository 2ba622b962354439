"""Roles, their permissions and what of the world a caller may see: the one place (trust §2)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from shared.codes import divisions
from shared.errors import NotFoundError
from shared.http.errors import DivisionNotFoundError

Scope = Literal["own_department", "division", "city"]
DEVELOPER = "developer"


@dataclass(frozen=True, slots=True)
class Role:
    """One line of `permissions.yaml`."""

    name: str
    title: str
    scope: Scope
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `division` is a 12-digit code or None; `sub` is the caller's stable name."""

    sub: str
    role: str
    department: str | None
    division: str | None
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Whether the role carries `permission`."""
        return permission in self.permissions

    def may_department(self, department: str) -> bool:
        """A department sees itself only; of the others, developers alone see departments' data."""
        if self.department is not None:
            return self.department == department
        return self.role == DEVELOPER

    def require_department(self, department: str) -> None:
        """NotFoundError for another's department: what may not be seen is not there."""
        if not self.may_department(department):
            raise NotFoundError("没有这个部门的内容，或者不在您的权限范围内。")

    def scope_prefix(self) -> str:
        """The significant digits of the caller's division, for `division_code LIKE prefix || '%'`;
        empty for the whole city."""
        return divisions.prefix(self.division) if self.division is not None else ""

    def may_division(self, code: str) -> bool:
        """Whether a division (or what lies in it) is inside the caller's scope."""
        return code.startswith(self.scope_prefix())

    def require_division(self, code: str) -> None:
        """NotFoundError for a division outside the caller's scope."""
        if not self.may_division(code):
            raise NotFoundError("没有这个区划的内容，或者不在您的权限范围内。")


def within(scope: str, division: str) -> str:
    """The 12-digit code of `division` (12, 9 or 6 digits) inside the caller's `scope`, a prefix as above.

    Raises DivisionNotFoundError when there is none or it lies outside.
    """
    code = division.ljust(12, "0")
    if divisions.get(code) is None or not code.startswith(scope):
        raise DivisionNotFoundError(f"没有代码为 {division} 的行政区划，或者不在您的权限范围内。")
    return code


def _load() -> tuple[dict[str, str], dict[str, Role]]:
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "permissions.yaml").read_text("utf-8"))
    known: dict[str, str] = document["permissions"]
    roles = {}
    for name, entry in document["roles"].items():
        granted = frozenset(known if entry["permissions"] == "all" else entry["permissions"])
        if granted - known.keys():
            raise ValueError(f"permissions.yaml: role {name} has unknown permissions {sorted(granted - known.keys())}")
        roles[name] = Role(name, entry["title"], entry["scope"], granted)
    return known, roles


PERMISSIONS, ROLES = _load()
"""Permission → Chinese title; role name → `Role`."""
