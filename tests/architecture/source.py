"""The product's own Python files, parsed once, and where in the house each stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One file; `path` is relative to the repository."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, walked once for all rules."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """(line, dotted name) of each module or name imported anywhere in it."""
        return tuple(imports(self.nodes))

    @cached_property
    def calls(self) -> tuple[tuple[ast.Call, str], ...]:
        """Each call with the dotted text of its target, for example `conn.execute` or `datetime.now`."""
        return tuple((node, ast.unparse(node.func)) for node in self.nodes if isinstance(node, ast.Call))

    def within(self, *patterns: str) -> bool:
        """Whether the path matches one of the glob patterns (`**/` matches any depth, none included)."""
        return any(_pattern(pattern).fullmatch(str(self.path)) for pattern in patterns)


@cache
def product() -> tuple[Source, ...]:
    """Everything below services/ and shared/."""
    files = sorted(file for top in ("services", "shared") for file in (ROOT / top).rglob("*.py"))
    return tuple(_read(file) for file in files)


def imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of each module or name that one of `nodes` imports."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _read(file: Path) -> Source:
    text = file.read_text(encoding="utf8")
    return Source(PurePosixPath(file.relative_to(ROOT).as_posix()), text, ast.parse(text))


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    parts = {"**/": r"(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(parts.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*)", glob)))
