"""Rules and parameters by day and by knowledge; seeding; the masks; many rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.parameters import repository as parameters_repository
from services.screening.parameters import service as parameters
from services.screening.parameters import shipped as parameters_shipped
from services.screening.parameters.domain import ParameterValue
from services.screening.rules import lacking, repository, service, shipped
from services.screening.rules.domain import RuleVersion
from shared.db import driver, transaction
from tests.integration.screening_rules.conftest import household, relation

KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
TODAY = date(2026, 11, 24)
VILLAGE, NEIGHBOUR = "150622100201", "150623100201"
CODES = [rule.code for rule in shipped.rules(KNOWN)]


def rule(code: str, condition: str, *, version: int = 1, **changed: object) -> RuleVersion:
    """A version like a shipped one."""
    first = next(r for r in shipped.rules(KNOWN) if r.code == "H01")
    return replace(first, code=code, condition=condition, version=version, **changed)  # type: ignore[arg-type]


def value(amount: int, division: str = "150600000000", **changed: object) -> ParameterValue:
    """A value of medical_line_low, in yuan."""
    given = ParameterValue(
        name="medical_line_low",
        division_code=division,
        valid_from=date(2026, 1, 1),
        valid_to=None,
        version=1,
        value=Decimal(amount * 100),
        type="fen",
        unit="元",
        document="测试文件",
        status="adopted",
        known_at=KNOWN,
    )
    return replace(given, **changed)  # type: ignore[arg-type]


def _bit(code: str) -> int:
    """Which bit of the masks is this rule's."""
    return CODES.index(code)


async def _line(conn: AsyncConnection, place: str, as_of: date = TODAY, known_at: datetime = NOW) -> str | int | None:
    found = await parameters.parameters_for(conn, ["medical_line_low"], place, as_of, known_at)
    return found["medical_line_low"].wire if found else None


async def test_seeding_twice_and_at_once_adds_each_thing_once(engine: AsyncEngine) -> None:
    async with transaction(engine) as conn:
        await service.seed(conn, demo=True, known_at=KNOWN)
    async with transaction(engine) as conn:
        await service.seed(conn, demo=True, known_at=NOW)
        await service.seed(conn, demo=True, known_at=datetime(2027, 3, 1, tzinfo=UTC))
        known = await parameters_repository.known(conn, "", NOW)
        rules = await repository.known_versions(conn, NOW)
    assert len(known) == len(parameters_shipped.values())
    assert {v.valid_from for v in known if v.status == "demo" and v.name != "monitoring_line"} == {date(2024, 1, 1)}
    assert [(v.status, v.valid_from) for v in known if v.name == "monitoring_line"] == [
        ("adopted", date(2024, 1, 1)),
        ("demo", date(2025, 1, 1)),
    ]
    assert [(r.code, r.version, r.known_at) for r in rules] == [(code, 1, KNOWN) for code in CODES]


async def test_what_is_stored_is_what_is_shipped(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=False, known_at=KNOWN)
    assert await repository.live(conn, TODAY, NOW) == list(shipped.rules(KNOWN))


async def test_without_demo_no_line_is_in_force(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=False, known_at=KNOWN)
    assert await _line(conn, VILLAGE) is None
    facts: dict[str, Any] = {"lifted": True, "self_paid_in_catalogue_12m_sum": 10**9}
    found = await repository.verdicts(conn, *relation(household("H", VILLAGE, **facts)), TODAY, NOW)
    assert [(v.hit >> _bit("M01") & 1, v.unknown >> _bit("M01") & 1) for v in found] == [(0, 1)]
    assert [v.unknown >> _bit("M02") & 1 for v in found] == [0]  # M02 is not about a lifted household


async def test_what_lacks_a_value_names_the_rules_that_stay_unknown(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=False, known_at=KNOWN)
    for found in (
        await lacking.known_parameters(conn, "", TODAY, NOW),
        await lacking.parameters_of(conn, "1506", "150622", TODAY, NOW),
    ):
        assert found[0] == []
        by_name = {one.name: one for one in found[1]}
        assert by_name.keys() == parameters.definitions().keys()
        assert all(one.rules for one in by_name.values())
        assert [r.code for r in by_name["medical_line_low"].rules] == ["M01"]
        assert by_name["medical_line_low"].consequence.startswith("M01 重点人群医疗费用合规自付较高：一律判为")


async def test_demo_holds_from_the_sample_s_first_day(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=True, known_at=KNOWN, demo_from=date(2025, 3, 1))
    assert await _line(conn, VILLAGE, date(2025, 2, 28)) is None
    assert await _line(conn, VILLAGE, date(2025, 3, 1)) == "10000.00"


async def test_the_line_of_2024_is_of_2024_only(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=False, known_at=KNOWN)
    names = ["monitoring_line"]
    for day, there in [(date(2024, 12, 31), True), (date(2025, 1, 1), False), (date(2023, 12, 31), False)]:
        assert bool(await parameters.parameters_for(conn, names, VILLAGE, day, NOW)) is there


async def test_the_most_local_value_wins_and_the_neighbour_s_never(conn: AsyncConnection) -> None:
    await parameters_repository.add(conn, [value(10_000), value(8_000, "150622000000"), value(1, "150623100202")])
    assert await _line(conn, VILLAGE) == "8000.00"
    assert await _line(conn, NEIGHBOUR) == "10000.00"
    assert await _line(conn, "150702100201") is None


async def test_an_example_never_stands_before_an_adopted_value(conn: AsyncConnection) -> None:
    example = value(5_000, status="demo", valid_from=date(2026, 3, 1))
    await parameters_repository.add(conn, [value(10_000), example, value(7_000, "150622000000", status="demo")])
    assert await _line(conn, NEIGHBOUR) == "10000.00"
    assert await _line(conn, VILLAGE) == "10000.00"


async def test_a_later_value_takes_over_from_its_day(conn: AsyncConnection) -> None:
    await parameters_repository.add(conn, [value(10_000), value(12_000, valid_from=date(2026, 7, 1))])
    assert await _line(conn, VILLAGE, date(2026, 6, 30)) == "10000.00"
    assert await _line(conn, VILLAGE, date(2026, 7, 1)) == "12000.00"
    assert await _line(conn, VILLAGE, date(2025, 12, 31)) is None


async def test_a_correction_counts_from_when_it_is_known(conn: AsyncConnection) -> None:
    corrected = datetime(2026, 5, 1, tzinfo=UTC)
    ended = value(9_000, version=2, known_at=corrected, valid_to=date(2026, 6, 30))
    await parameters_repository.add(conn, [value(10_000), ended])
    assert await _line(conn, VILLAGE, date(2026, 2, 1), KNOWN) == "10000.00"
    assert await _line(conn, VILLAGE, date(2026, 2, 1)) == "9000.00"
    assert await _line(conn, VILLAGE) is None  # the correction ended it: the first version does not come back


async def test_a_value_below_zero_cannot_be_stored(conn: AsyncConnection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await parameters_repository.add(conn, [value(-1)])


async def test_the_newest_version_in_force_is_live(conn: AsyncConnection) -> None:
    later = datetime(2026, 6, 1, tzinfo=UTC)
    first = rule("T01", "dwelling_unsafe")
    second = rule("T01", "dwelling_grade >= 3", version=2, valid_from=date(2026, 7, 1), known_at=later)
    ended = rule("T02", "lifted", valid_to=date(2026, 6, 30))
    await repository.add_rules(conn, [first, second, ended])
    assert await repository.live(conn, date(2026, 6, 30), NOW) == [first, ended]
    assert await repository.live(conn, date(2026, 7, 1), NOW) == [second]
    assert await repository.live(conn, date(2026, 7, 1), KNOWN) == [first]
    assert await repository.live(conn, date(2020, 12, 31), NOW) == []
    assert await repository.known_versions(conn, NOW, "T01") == [second, first]


async def test_a_published_version_is_not_changed_by_seeding_it_again(conn: AsyncConnection) -> None:
    first = rule("T01", "dwelling_unsafe")
    await repository.add_rules(conn, [first])
    await repository.add_rules(conn, [replace(first, title="另一个名称")])
    assert await repository.live(conn, TODAY, NOW) == [first]


async def test_no_rules_no_verdicts(conn: AsyncConnection) -> None:
    assert await repository.verdicts(conn, *relation(household("H", VILLAGE)), TODAY, NOW) == []


async def test_bits_are_in_the_order_of_the_rules_past_the_width_of_one_mask(conn: AsyncConnection) -> None:
    rules = [rule(f"T{n:03}", f"members >= {n}") for n in range(1, 131)]
    rows = [household("H3", VILLAGE, members=3), household("H130", VILLAGE, members=130), household("H?", VILLAGE)]
    rows.append(household("H0", VILLAGE, members=0))
    found = await repository.verdicts(conn, *relation(*rows), TODAY, NOW, rules=rules)
    everything = (1 << 130) - 1
    assert {v.household_no: (v.hit, v.unknown) for v in found} == {
        "H3": (0b111, 0),
        "H130": (everything, 0),
        "H?": (0, everything),
    }


async def test_no_household_can_make_the_statement_fail(conn: AsyncConnection) -> None:
    top = 2**63 - 1
    rules = [
        rule("T01", "999999999999 * members * self_paid_in_catalogue_12m_sum > 0"),
        rule("T02", "self_paid_in_catalogue_12m_sum / uninsured_members > :medical_line_low",
             parameters=("medical_line_low",)),
        rule("T03", "999999999999 * 999999999999 * self_paid_in_catalogue_12m_sum / 0.000001 > 0"),
    ]  # fmt: skip
    await parameters_repository.add(conn, [value(10_000)])
    facts: dict[str, Any] = {"members": 2**31 - 1, "self_paid_in_catalogue_12m_sum": top, "uninsured_members": 0}
    found = await repository.verdicts(conn, *relation(household("H", VILLAGE, **facts)), TODAY, NOW, rules=rules)
    assert [tuple(v) for v in found] == [("H", 0b101, 0b010)]


async def test_a_household_of_no_known_place_is_unknown_where_a_parameter_is_needed(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=True, known_at=KNOWN)
    facts: dict[str, Any] = {
        "lifted": True,
        "self_paid_in_catalogue_12m_sum": 10**9,
        "uninsured_members": 0,
        "dwelling_unsafe": False,
    }
    row = {**household("H", VILLAGE, **facts), "division_code": None}
    found = await repository.verdicts(conn, *relation(row), TODAY, NOW)
    assert [(v.household_no, v.hit) for v in found] == [("H", 0)]
    assert [(v.unknown >> _bit(code)) & 1 for v in found for code in ("H01", "I01", "M01", "M02")] == [0, 0, 1, 0]


async def test_a_rule_needs_a_legal_basis_in_the_table_too(conn: AsyncConnection) -> None:
    await service.seed(conn, demo=False, known_at=KNOWN)
    with pytest.raises(asyncpg.CheckViolationError):
        await (await driver(conn)).execute("UPDATE rule_version SET legal_basis = '[]'")
