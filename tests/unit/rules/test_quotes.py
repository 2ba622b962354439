"""What a rule quotes stands in the plan, word for word. The plan's text is no part of the product: it is read
where it lies beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.screening.rules import shipped
from tests.factories.rule_cases import KNOWN

PLAN = Path(__file__).parents[4] / "shared" / "data" / "plan.zh.txt"
TITLE = "鄂尔多斯市“十四五”巩固拓展脱贫攻坚成果同乡村振兴有效衔接规划"
QUOTES = [
    (rule.code, basis.quote) for rule in shipped.rules(KNOWN) for basis in rule.legal_basis if basis.document == TITLE
]


@pytest.mark.skipif(not PLAN.exists(), reason="the plan's text is not on this machine")
@pytest.mark.parametrize(("code", "quote"), QUOTES)
def test_a_quote_stands_in_the_plan(code: str, quote: str) -> None:
    plan = "".join(PLAN.read_text("utf-8").split())
    found = [plan.find(part) for part in quote.split("……")]
    assert -1 not in found, code
    assert found == sorted(found)


def test_every_rule_rests_on_something() -> None:
    assert len(QUOTES) >= 40
    assert all(rule.legal_basis and all(basis.quote for basis in rule.legal_basis) for rule in shipped.rules(KNOWN))
