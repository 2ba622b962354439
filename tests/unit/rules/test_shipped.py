"""What is shipped holds together, and what could not be published is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.screening.parameters import shipped as parameters
from services.screening.parameters.domain import ParameterValue, scope_prefix
from services.screening.rules import shipped
from services.screening.rules.domain import RiskBy, RuleVersion
from services.screening.rules.errors import RuleInvalidError
from services.screening.rules.examination import examine
from services.screening.rules.language import RuleTextError

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RULES: dict[str, RuleVersion] = {rule.code: rule for rule in shipped.rules(NOW)}


def test_the_rules_of_the_design() -> None:
    assert " ".join(RULES) == (
        "A01 A02 B01 B02 B03a B03b B04 B05 B06 C01 D01 D02 D03 E01 E02 E03 F01 F02 H01 H02 H03 I01 J01 J02 J03"
        " M01 M02 M03 M04 P01 P02a P02b P03a P03b S01 S02 S03 S04 S05 W01"
    )
    by_severity = {s: "".join(f"{c} " for c, r in RULES.items() if r.severity == s) for s in ("urgent", "info")}
    assert by_severity == {"urgent": "A01 E01 ", "info": "F02 M04 "}
    assert "".join(f"{c} " for c, r in RULES.items() if r.risk_type is None) == "F01 F02 H03 M04 "


def test_a_rule_names_its_own_parameters_and_those_of_its_facts() -> None:
    assert RULES["M01"].parameters == ("medical_line_low",)
    assert RULES["J01"].parameters == ("stable_months",)
    assert RULES["I01"].parameters == ()  # January's grace only spares members: no hit rests on it
    assert RULES["P03a"].parameters == ("monitoring_line", "rigid_share_pct")


@pytest.mark.parametrize("code", RULES)
def test_every_shipped_rule_could_be_published(code: str) -> None:
    examine(RULES[code])


def test_only_the_monitoring_line_of_2024_is_adopted() -> None:
    adopted = [value for value in parameters.values() if value.status == "adopted"]
    assert [(v.name, v.value, v.valid_from, v.valid_to) for v in adopted] == [
        ("monitoring_line", Decimal(830_000), date(2024, 1, 1), date(2024, 12, 31))
    ]
    for value in parameters.values():
        if value.status == "demo":
            assert value.document.startswith("示例：")
            assert value.document.endswith("采用")


def test_the_example_of_a_line_begins_when_the_adopted_one_ends() -> None:
    lines = [value for value in parameters.values() if value.name == "monitoring_line"]
    assert {value.division_code for value in lines} == {"150000000000"}
    assert [value.valid_from for value in lines if value.status == "demo"] == [date(2025, 1, 1)]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"legal_basis": ()}, "没有写明依据"),
        ({"severity": "soon"}, "紧急程度“soon”不存在"),
        ({"evidence": ("lifted", "nothing")}, "证据“nothing”不是户情指标"),
        ({"evidence": ("lifted", "monitored", "low_income")}, "“近12个月家庭合规自付医疗费用”没有列入证据"),
        ({"departments": ("weather",)}, "部门“weather”不存在"),
        ({"measures_expected": ("prayer",)}, "帮扶措施“prayer”不存在"),
        ({"risk_type": "因懒"}, "风险类型“因懒”不存在"),
        ({"risk_by": RiskBy("monitored_kind", {})}, "据以区分风险的“monitored_kind”没有列入证据"),
    ],
)
def test_a_rule_that_cannot_be_published_is_refused(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(RuleInvalidError, match=reason):
        examine(replace(RULES["M01"], **changed))  # type: ignore[arg-type]


def test_a_rule_whose_text_is_wrong_is_refused_with_its_place() -> None:
    wrong = replace(RULES["M01"], condition="self_paid_in_catalogue_12m_sum >= members")
    with pytest.raises(RuleTextError, match="条件第 1 行第 35 个字符：金额不能与数量（人）比较"):
        examine(wrong)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("150000000000", "15"),
        ("150600000000", "1506"),
        ("150622000000", "150622"),
        ("150622100000", "150622100"),
        ("150622100201", "150622100201"),
    ],
)
def test_a_division_s_significant_digits(code: str, prefix: str) -> None:
    assert scope_prefix(code) == prefix


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        ("fen", "1000000", "10000.00"),
        ("fen", "5", "0.05"),
        ("count", "2", 2),
        ("days", "30.000000", 30),
        ("share", "0.300000", "0.3"),
        ("percent", "40", "40"),
        ("percent", "100.000000", "100"),
    ],
)
def test_a_parameter_on_the_wire(kind: str, value: str, wire: str | int) -> None:
    given = ParameterValue(
        name="x",
        division_code="150600000000",
        valid_from=date(2024, 1, 1),
        valid_to=None,
        version=1,
        value=Decimal(value),
        type=kind,
        unit="",
        document="",
        status="adopted",
        known_at=NOW,
    )
    assert given.wire == wire


def test_the_risk_follows_the_cause() -> None:
    accident = RULES["A01"]
    assert accident.risk_of({"labour_casualty_cause": "traffic"}) == "因意外事故"
    assert accident.risk_of({"labour_casualty_cause": "natural_disaster"}) == "因自然灾害"
    assert accident.risk_of({}) == "因意外事故"
    assert RULES["M01"].risk_of({}) == "因病"
    wrong = replace(accident, risk_by=RiskBy("labour_casualty_cause", {"war": "其他"}))
    with pytest.raises(RuleInvalidError, match="没有“war”"):
        examine(wrong)
