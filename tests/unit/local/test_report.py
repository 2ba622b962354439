"""What the terminal shows."""

from __future__ import annotations

import io

from rich.console import Console

from services.local import feeding, report


def test_receipts_and_labels_that_disagree_are_named() -> None:
    said = {"housing/dwelling-appraisal": {"accepted": 10, "rejected": 1}}
    labels = {"housing/dwelling-appraisal": {"accepted": 9, "rejected": 1, "stale": 1}}
    assert feeding.differences(said, said) == []
    assert feeding.differences(said, labels) == [
        "housing/dwelling-appraisal accepted：回执 10，样例标注 9",
        "housing/dwelling-appraisal stale：回执 0，样例标注 1",
    ]


def test_the_table_shows_both_numbers_where_they_differ() -> None:
    out = io.StringIO()
    report.totals(Console(file=out, width=200), {"a/b": {"accepted": 2}}, {"a/b": {"accepted": 3}})
    assert "2（标注 3）" in out.getvalue()


def test_reasons_are_the_conditions_that_hold() -> None:
    leaves: list[dict[str, object]] = [
        {"text": "合规自付 12,000 元 ≥ 10,000 元", "value": "12000.00", "truth": True},
        {"text": "享受政策", "value": None, "truth": None},
        {"text": "脱贫户：是", "value": True, "truth": True},
    ]
    assert report.reasons(leaves) == "合规自付 12,000 元 ≥ 10,000 元；脱贫户：是"


def test_a_division_is_named_from_banner_to_village() -> None:
    assert report.division_name("150600000000") == "鄂尔多斯市"
    assert report.division_name("150621000000") == "达拉特旗"
    assert report.division_name("999999999999") == "999999999999"
