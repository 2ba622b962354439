"""A file past 300 lines or a function past 50 is two things (architecture §3)."""

from __future__ import annotations

import ast
from statistics import median

from tests.architecture.source import product

FILE_LINES, MEDIAN_FILE_LINES, FUNCTION_LINES = 300, 100, 50


def test_files_are_short() -> None:
    sizes = {str(source.path): source.lines for source in product() if source.lines}
    assert not {path: lines for path, lines in sizes.items() if lines > FILE_LINES}
    assert median(sizes.values()) <= MEDIAN_FILE_LINES


def test_functions_are_short() -> None:
    long = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in product()
        if not source.within("services/*/migrations/**/*.py")
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long
