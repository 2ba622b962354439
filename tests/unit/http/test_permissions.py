"""The table of roles, and scope."""

from __future__ import annotations

import pytest

from shared.errors import NotFoundError
from shared.http.errors import DivisionNotFoundError
from shared.http.permissions import DEVELOPER, PERMISSIONS, ROLES, Principal, within

ROLES_OF_THE_CONTRACT = [
    *("department", "banner_officer", "township_officer", "village_cadre", "rule_author", "rule_approver"),
    *("indicator_owner", "indicator_checker", "asset_clerk", "asset_approver", "downstream", "auditor"),
    *("operator", "developer"),
]
CITY, BANNER, OTHER_BANNER = "150600000000", "150625000000", "150602000000"
TOWNSHIP, VILLAGE = "150602001000", "150602001001"


def _principal(role: str, department: str | None = None, division: str | None = None) -> Principal:
    return Principal("x", role, department, division, ROLES[role].permissions)


def test_the_roles_are_those_of_the_contract() -> None:
    assert list(ROLES) == ROLES_OF_THE_CONTRACT
    assert ROLES[DEVELOPER].permissions == frozenset(PERMISSIONS)


@pytest.mark.parametrize("permission", ["households:read", "register:read", "warnings:read", "feeds:read"])
def test_an_operator_and_an_auditor_see_no_personal_data(permission: str) -> None:
    assert permission not in ROLES["operator"].permissions | ROLES["auditor"].permissions


def test_only_departments_push() -> None:
    assert {name for name, role in ROLES.items() if "feeds:push" in role.permissions} == {"department", DEVELOPER}


def test_a_department_sees_itself_only() -> None:
    department = _principal("department", "housing")
    assert department.may_department("housing")
    department.require_department("housing")
    assert not department.may_department("health")
    with pytest.raises(NotFoundError):
        department.require_department("health")
    assert _principal(DEVELOPER).may_department("health")
    assert not _principal(DEVELOPER, "housing").may_department("health")
    assert not _principal("downstream", division=CITY).may_department("health")


@pytest.mark.parametrize(
    ("division", "prefix", "sees", "misses"),
    [
        (None, "", [CITY, VILLAGE], []),
        (CITY, "1506", [CITY, BANNER, VILLAGE], []),
        (BANNER, "150625", [BANNER], [CITY, OTHER_BANNER, VILLAGE]),
        (TOWNSHIP, "150602001", [TOWNSHIP, VILLAGE], [OTHER_BANNER, "150602002000"]),
        (VILLAGE, VILLAGE, [VILLAGE], [TOWNSHIP, "150602001002"]),
    ],
)
def test_scope_is_the_division_and_what_lies_in_it(
    division: str | None, prefix: str, sees: list[str], misses: list[str]
) -> None:
    principal = _principal("developer", division=division)
    assert principal.scope_prefix() == prefix
    for code in sees:
        principal.require_division(code)
    for code in misses:
        with pytest.raises(NotFoundError):
            principal.require_division(code)


@pytest.mark.parametrize(("asked", "code"), [("150602", OTHER_BANNER), ("150602001", TOWNSHIP), (VILLAGE, VILLAGE)])
def test_a_division_may_be_named_by_its_significant_digits(asked: str, code: str) -> None:
    assert within("1506", asked) == code


@pytest.mark.parametrize("asked", [BANNER, "150699", "150602001999"])
def test_a_division_outside_the_scope_or_nowhere_is_not_there(asked: str) -> None:
    with pytest.raises(DivisionNotFoundError, match=asked):
        within("150602", asked)
