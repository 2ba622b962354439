"""The import contracts of architecture §4 (`[tool.importlinter]` in pyproject.toml) hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter import cli

from tests.architecture.source import ROOT, product

ROOM_FILES = {"api", "pages", "consumer", "schemas", "service", "repository", "models", "domain", "errors", "__init__"}


def test_contracts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    broken = cli.lint_imports(cache_dir=str(ROOT / ".import_linter_cache"))
    assert not broken, capsys.readouterr().out


def test_every_room_is_in_the_contracts() -> None:
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    rooms = {str(Path(source.path).parent) for source in product() if source.within("services/*/*/__init__.py")}
    missing = {room for room in rooms if "local" not in room and f'"{room.replace("/", ".")}"' not in contracts}
    assert not missing
