"""Every statement about rules, and the one that evaluates all rules for all households.

All go through the driver, inside the caller's transaction: they are array statements, and `verdicts`
must reach PostgreSQL as it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS
from services.screening.parameters.repository import relation_sql as parameters_sql
from services.screening.rules.domain import LegalBasis, RiskBy, RuleVersion
from services.screening.rules.language import compile_predicate, parse
from shared.db import driver

MASK_BITS = 62
"""Rules in one bigint mask; more rules take more masks."""

_RULE_COLUMNS = (
    "code, version, title, risk_type, severity, population, condition, parameters, evidence, departments, "
    "measures_expected, legal_basis, valid_from, valid_to, author, approver, origin, known_at, risk_by"
)

_RULE_READ = _RULE_COLUMNS.replace("legal_basis", "legal_basis::text AS legal_basis").replace(
    "risk_by", "risk_by::text AS risk_by"
)

_LIVE = f"""
SELECT {_RULE_READ} FROM (
    SELECT DISTINCT ON (code) * FROM rule_version
    WHERE known_at <= $2 AND valid_from <= $1
    ORDER BY code, version DESC
) newest
WHERE valid_to IS NULL OR $1 <= valid_to
ORDER BY code
"""

_KNOWN = f"""
SELECT {_RULE_READ} FROM rule_version
WHERE known_at <= $1 AND ($2::text IS NULL OR code = $2)
ORDER BY code, version DESC
"""

_ADD_RULE = f"""
INSERT INTO rule_version ({_RULE_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb, $13, $14, $15, $16, $17, $18, $19::text::jsonb)
ON CONFLICT (code, version) DO NOTHING
"""


class Verdicts(NamedTuple):
    """A household's bits: bit i of `hit` and of `unknown` is rule i of the live list; both 0 is clear."""

    household_no: str
    hit: int
    unknown: int


async def live(conn: AsyncConnection, as_of: date, known_at: datetime) -> list[RuleVersion]:
    """The rule versions in force on `as_of` as known at `known_at`, by code: the order of the bits."""
    rows = await (await driver(conn)).fetch(_LIVE, as_of, known_at)
    return [_rule(row) for row in rows]


async def known_versions(conn: AsyncConnection, known_at: datetime, code: str | None = None) -> list[RuleVersion]:
    """Every version known at `known_at`, by code and newest version first, of one rule or of all."""
    rows = await (await driver(conn)).fetch(_KNOWN, known_at, code)
    return [_rule(row) for row in rows]


async def add_rules(conn: AsyncConnection, rules: Sequence[RuleVersion]) -> None:
    """Add the versions that are not there; those that are stay as they are."""
    await (await driver(conn)).executemany(_ADD_RULE, [_rule_row(rule) for rule in rules])


async def verdicts(
    conn: AsyncConnection,
    relation_sql: str,
    relation_args: Sequence[Any],
    as_of: date,
    known_at: datetime,
    *,
    rules: Sequence[RuleVersion] | None = None,
    every: bool = False,
) -> list[Verdicts]:
    """All rules for all households of the relation, in one statement.

    The relation (SQL with `$1…` for `relation_args`) has `household_no`, `division_code`, a column
    per fact and `silent_<feed number>` per feed. `rules` defaults to `live(conn, as_of, known_at)`;
    bit i is rule i of it. Households that are clear of every rule are left out unless `every`.
    """
    asked = await live(conn, as_of, known_at) if rules is None else rules
    if not asked:
        return []
    names = tuple(dict.fromkeys(name for rule in asked for name in rule.parameters))
    args = (as_of, known_at)
    statement = _statement(tuple(rule.texts for rule in asked), names, relation_sql, len(relation_args), every)
    rows = await (await driver(conn)).fetch(statement, *relation_args, *(args if names else ()))
    masks = range(1, 1 + 2 * len(range(0, len(asked), MASK_BITS)), 2)
    if len(masks) == 1:
        return [Verdicts(*row) for row in rows]
    return [Verdicts(row[0], _combined(row, masks), _combined(row, masks, 1)) for row in rows]


def _combined(row: Sequence[Any], masks: range, beside: int = 0) -> int:
    return sum(int(row[column + beside]) << (MASK_BITS * index) for index, column in enumerate(masks))


@lru_cache(maxsize=64)
def _statement(
    rules: tuple[tuple[str, ...], ...], names: tuple[str, ...], relation: str, used: int, every: bool
) -> str:
    """Each rule is one column of three values; two bits of it go into the masks. OFFSET 0 keeps
    PostgreSQL from writing every rule out again for each bit, which takes twice the time."""
    columns = ",\n".join(f"{_rule_predicate(texts)} AS v{i}" for i, texts in enumerate(rules))
    chunks = [range(start, min(start + MASK_BITS, len(rules))) for start in range(0, len(rules), MASK_BITS)]
    masks = [f"{_mask(chunk, 'IS TRUE')} AS hit_{c}, {_mask(chunk, 'IS NULL')} AS unknown_{c}"
             for c, chunk in enumerate(chunks)]  # fmt: skip
    local = parameters_sql(names, "SELECT division_code FROM f", f"${used + 1}", f"${used + 2}")
    touched = " OR ".join(f"hit_{c} <> 0 OR unknown_{c} <> 0" for c in range(len(chunks)))
    return f"""
WITH f AS MATERIALIZED ({relation}),
p AS MATERIALIZED ({local}),
judged AS (
    SELECT f.household_no,
{columns}
    FROM f LEFT JOIN p ON p.division_code = f.division_code
    OFFSET 0
),
masked AS (
    SELECT household_no, {", ".join(masks)} FROM judged
)
SELECT * FROM masked{"" if every else f" WHERE {touched}"}
"""


def _rule_predicate(texts: tuple[str, ...]) -> str:
    return "(" + " AND ".join(f"({compile_predicate(parse(text), FACTS)})" for text in texts) + ")"


def _mask(chunk: range, test: str) -> str:
    """Every shifted term in parentheses: `a << 0 | b << 1` means something else."""
    return "(" + " | ".join(f"(((v{i} {test})::int::bigint) << {i - chunk.start})" for i in chunk) + ")"


def _rule(row: Any) -> RuleVersion:
    fields = dict(row)
    for name in ("parameters", "evidence", "departments", "measures_expected"):
        fields[name] = tuple(fields[name])
    fields["legal_basis"] = tuple(LegalBasis(**basis) for basis in orjson.loads(fields["legal_basis"]))
    fields["risk_by"] = None if fields["risk_by"] is None else RiskBy(**orjson.loads(fields["risk_by"]))
    return RuleVersion(**fields)


def _rule_row(rule: RuleVersion) -> tuple[Any, ...]:
    basis = orjson.dumps([asdict(b) for b in rule.legal_basis]).decode()
    return (
        rule.code,
        rule.version,
        rule.title,
        rule.risk_type,
        rule.severity,
        rule.population,
        rule.condition,
        rule.parameters,
        rule.evidence,
        rule.departments,
        rule.measures_expected,
        basis,
        rule.valid_from,
        rule.valid_to,
        rule.author,
        rule.approver,
        rule.origin,
        rule.known_at,
        None if rule.risk_by is None else orjson.dumps(asdict(rule.risk_by)).decode(),
    )
