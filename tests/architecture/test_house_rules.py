"""The house rules hold, and each of them can find what it forbids."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from tests.architecture.house_rules import RULES, Rule, half_width
from tests.architecture.source import ROOT, Source, product

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
    "full-width punctuation": "def f():\n    raise ValueError('没有这一户,请核对')",
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


def test_half_width_punctuation_is_found_where_people_read_it() -> None:
    rule = next(rule for rule in RULES if rule.name == "full-width punctuation")
    path = PurePosixPath("services/x/room/api.py")
    read = 'async def f():\n    """清单(新的在前)"""'
    programmers = 'def f():\n    """Household (户), as known."""'
    formatted = "text = f'共{count}件:{names}'"
    assert list(rule.findings(Source(path, read, ast.parse(read))))
    assert not list(rule.findings(Source(path, programmers, ast.parse(programmers))))
    assert list(rule.findings(Source(path, formatted, ast.parse(formatted))))


def test_lists_and_texts_are_set_as_chinese() -> None:
    files = [file for top in ("services", "shared") for file in sorted((ROOT / top).rglob("*.yaml"))]
    assert files
    texts = [(file, text) for file in files for text in strings(yaml.safe_load(file.read_text("utf-8")))]
    assert not [f"{file.name}: {what} in {text}" for file, text in texts for _, what in half_width(text)]


def strings(value: Any) -> Iterator[str]:
    """Every text of a document, the names of its fields aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in strings(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in strings(part))
