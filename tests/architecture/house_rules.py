"""The house rules that a type checker and a linter cannot know (architecture §4.6): each a name, the
reason it exists, where it does not apply, and what it looks for."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.architecture.source import Source, imports

Finding = tuple[int, str]
SQL_ROOMS = (
    "services/**/repository.py",
    "services/**/repository/*.py",
    "shared/**/repository.py",
    "shared/db.py",
    "shared/migrations.py",
    "services/**/groups/**/*.py",
    "services/*/migrations/**/*.py",
    "**/models.py",
)
_CONSTRUCTS = {"select", "insert", "update", "delete", "text", "func", "exists", "union", "union_all", "literal_column"}
_STATEMENTS = re.compile(r"\.(execute|executemany|fetch|fetchrow|fetchval|fetchmany|cursor|copy_\w+|exec_driver_sql)$")
_ENVIRONMENT = {"environ", "getenv", "putenv"}
_CLOCKS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$")
_SQL_CLOCK = re.compile(r"\b(now\(\)|clock_timestamp\(\)|current_timestamp|current_date|localtimestamp)", re.IGNORECASE)
_HAN = "[一-鿿]"
_HALF_WIDTH = re.compile(rf"(?:{_HAN}|[”》）])[,;:?!(]|[,;:?!)](?:{_HAN}|“)")
_CHINESE_FIRST = re.compile(rf"\s*{_HAN}")
_IO_LIBRARIES = {
    *("aiokafka", "alembic", "asyncio", "asyncpg", "fastapi", "httpx", "requests", "socket", "sqlalchemy"),
    *("starlette", "subprocess", "urllib", "uvicorn"),
}
_OUTER = {"api", "pages", "consumer", "schemas", "service", "repository", "models", "app", "worker", "settings"}
_DOMAIN_MAY = ("shared.codes", "shared.errors", "shared.rebuild.domain")


@dataclass(frozen=True)
class Rule:
    """`look` finds what is wrong in one file; files matching `apart` are left alone."""

    name: str
    reason: str
    look: Callable[[Source], Iterator[Finding]]
    apart: tuple[str, ...] = ()
    only: tuple[str, ...] = ("**/*.py",)

    def findings(self, source: Source) -> Iterator[str]:
        """One line a finding, ready to be read and clicked."""
        if source.within(*self.only) and not source.within(*self.apart):
            for line, what in self.look(source):
                yield f"{source.path}:{line}: {what}: {self.reason}"


def half_width(text: str) -> Iterator[Finding]:
    """Half-width punctuation beside a Chinese character, line by line."""
    if text.isascii():
        return  # most strings of a program
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, found[0]) for found in _HALF_WIDTH.finditer(line))


def _punctuation(source: Source) -> Iterator[Finding]:
    documents = _docstrings(source)
    patterns = {id(part) for call, target in source.calls if target.startswith("re.") for part in ast.walk(call)}
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in patterns:
            if id(node) in documents and not _CHINESE_FIRST.match(node.value):
                continue  # written for programmers; one that begins in Chinese is shown in the API's documents
            yield from ((node.lineno + line - 1, found) for line, found in half_width(node.value))


def _docstrings(source: Source) -> set[int]:
    return {
        id(node.body[0].value)
        for node in source.nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def _commits(source: Source) -> Iterator[Finding]:
    for call, target in source.calls:
        if target.endswith((".commit", ".rollback")):
            yield call.lineno, target


def _environment(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr in _ENVIRONMENT and ast.unparse(node.value) == "os":
            yield node.lineno, f"os.{node.attr}"
    yield from ((line, name) for line, name in source.imports if name in {"os.environ", "os.getenv"})


def _clocks(source: Source) -> Iterator[Finding]:
    yield from ((call.lineno, target) for call, target in source.calls if _CLOCKS.search(target))
    documents = _docstrings(source)
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            found = _SQL_CLOCK.search(node.value)
            if found:
                yield node.lineno, found[0]


def _sql(source: Source) -> Iterator[Finding]:
    for line, name in source.imports:
        package, _, construct = name.rpartition(".")
        if package.split(".")[0] == "sqlalchemy" and construct in _CONSTRUCTS:
            yield line, name
    for call, target in source.calls:
        if _STATEMENTS.search(target):
            yield call.lineno, target


def _local_imports(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(ast.walk(node))


def _catch_all(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in {"everything", "Exception", "BaseException"}:
                yield node.lineno, f"catches {caught}"


def _domain_imports(source: Source) -> Iterator[Finding]:
    service = ".".join(source.path.parts[:2]) + "."
    for line, name in source.imports:
        pure = name.startswith(service) and not _OUTER & set(name.split("."))
        if not (pure or name.split(".")[0] in sys.stdlib_module_names or name.startswith(_DOMAIN_MAY)):
            yield line, name


def _imports_of(*packages: str) -> Callable[[Source], Iterator[Finding]]:
    def look(source: Source) -> Iterator[Finding]:
        for line, name in source.imports:
            if name.split(".")[0] in packages:
                yield line, name

    return look


def _bare_depends(source: Source) -> Iterator[Finding]:
    yield from ((line, name) for line, name in source.imports if name in {"fastapi.Depends", "fastapi.Security"})


RULES = (
    Rule(
        "commit at the edge",
        "one request or one batch is one transaction, ended by shared.db.transaction()",
        _commits,
        apart=("shared/db.py", "shared/messaging/**/*.py"),  # there it is Kafka's offsets
    ),
    Rule(
        "environment",
        "settings have one door, where a wrong value is refused by its name",
        _environment,
        apart=("**/settings.py", "services/local/*.py"),
    ),
    Rule(
        "one clock",
        "tests and sweeps move the time through shared.clock, SQL takes it as a parameter",
        _clocks,
        apart=("shared/clock.py",),
    ),
    Rule("SQL has one room", "a reader finds every statement of a room in its repository", _sql, apart=SQL_ROOMS),
    Rule("imports on top", "an import inside a function hides a cycle", _local_imports),
    Rule(
        "catch what you know",
        "an error that nobody expected must reach the loop that retries or the supervisor",
        _catch_all,
        apart=("shared/messaging/consumer.py", "shared/messaging/outbox/leader.py", "services/local/supervisor.py"),
    ),
    Rule(
        "pure domain",
        "decisions can be read and tested without the world",
        _domain_imports,
        only=("services/**/domain.py", "services/screening/warnings/evidence.py", "shared/rebuild/domain.py"),
    ),
    Rule(
        "pure rooms",
        "codes and the rule language are functions of their arguments",
        _imports_of(*_IO_LIBRARIES),
        only=("shared/codes/*.py", "services/screening/rules/language/*.py"),
    ),
    Rule(
        "HTTP at the edge",
        "use cases know no HTTP",
        _imports_of("fastapi", "starlette"),
        apart=(
            "services/**/api.py",
            "services/**/routes.py",
            "services/**/pages.py",
            "services/*/app.py",
            "shared/http/**/*.py",
        ),
    ),
    Rule(
        "full-width punctuation",
        "Chinese that people read is set as Chinese: ，；：？！（）",
        _punctuation,
    ),
    Rule(
        "one Kafka client",
        "only the outbox's leader produces, only the consumer loop consumes",
        _imports_of("aiokafka"),
        apart=("shared/messaging/kafka.py",),
    ),
    Rule(
        "one session dependency",
        "the same dependency with and without scope=function is two transactions: use ConnectionDep and allow()",
        _bare_depends,
        apart=("shared/http/*.py",),
    ),
)
