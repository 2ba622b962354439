"""The house rules hold, and each of them can find what it forbids."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

import pytest

from tests.architecture.house_rules import RULES, Rule
from tests.architecture.source import Source, product

FORBIDDEN = {
    "commit at the edge": "async def f(conn):\n    await conn.commit()",
    "environment": "import os\nurl = os.environ['X']",
    "one clock": "from datetime import datetime\nwhen = datetime.now()",
    "SQL has one room": "async def f(conn):\n    return await conn.fetch('SELECT 1')",
    "imports on top": "def f():\n    import json\n    return json",
    "catch what you know": "try:\n    f()\nexcept Exception:\n    pass",
    "pure domain": "import httpx",
    "pure rooms": "from sqlalchemy import select",
    "HTTP at the edge": "from fastapi import Request",
    "one Kafka client": "import aiokafka",
    "one session dependency": "from fastapi import Depends",
}
PLACES = {"pure domain": "services/x/room/domain.py", "pure rooms": "shared/codes/x.py"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_holds(rule: Rule) -> None:
    findings = [finding for source in product() for finding in rule.findings(source)]
    assert not findings, "\n" + "\n".join(findings)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_finds_what_it_forbids(rule: Rule) -> None:
    text = FORBIDDEN[rule.name]
    path = PurePosixPath(PLACES.get(rule.name, "services/x/room/service.py"))
    assert list(rule.findings(Source(path, text, ast.parse(text))))


def test_time_in_a_statement_is_found_and_in_a_docstring_not() -> None:
    rule = next(rule for rule in RULES if rule.name == "one clock")
    path = PurePosixPath("services/x/room/repository.py")
    statement, docstring = "Q = 'SELECT now()'", 'def f():\n    """Like now() but ours."""'
    assert list(rule.findings(Source(path, statement, ast.parse(statement))))
    assert not list(rule.findings(Source(path, docstring, ast.parse(docstring))))
