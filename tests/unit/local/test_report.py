"""What the terminal shows."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

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


def test_receipts_of_an_earlier_start_are_called_so() -> None:
    shown = []
    for earlier in (None, "2026-11-20"):
        out = io.StringIO()
        report.totals(Console(file=out, width=200), {"a/b": {"accepted": 2}}, {"a/b": {"accepted": 2}}, earlier)
        shown.append(out.getvalue())
    assert "没有再报送" not in shown[0]
    assert "以下是 2026-11-20 报送样例时的回执，这次启动没有再报送。" in shown[1]


def test_a_parameter_that_no_rule_needs_is_not_missed() -> None:
    line = {"name": "medical_line_low", "title": "因病监测线", "rules": ["M01"], "consequence": "M01 无法判断"}
    idle = {"name": "monitoring_line", "title": "防止返贫监测线", "rules": [], "consequence": "没有规则用到它"}
    out = io.StringIO()
    report.missing_parameters(Console(file=out, width=200), [idle])
    assert not out.getvalue()
    report.missing_parameters(Console(file=out, width=200), [line, idle])
    assert "因病监测线（medical_line_low）。M01 无法判断。" in out.getvalue()
    assert "PUT /v1/parameters/{name}" in out.getvalue()
    assert "monitoring_line" not in out.getvalue()


def test_the_reason_is_the_sentence_of_the_verdict() -> None:
    leaves = [{"text": "近90天失去工作的成员数 1 人 > 0 人", "value": 1, "truth": True}]
    why = {"text": "符合条件：近90天失去工作的成员数为 1 人", "leaves": leaves}
    assert report.reason(why) == "近90天失去工作的成员数为 1 人"


def test_evidence_without_a_sentence_tells_the_conditions_that_hold() -> None:
    leaves: list[dict[str, object]] = [
        {"text": "合规自付 12,000 元 ≥ 10,000 元", "value": "12000.00", "truth": True},
        {"text": "享受政策", "value": None, "truth": None},
        {"text": "脱贫户：是", "value": True, "truth": True},
    ]
    told = "合规自付 12,000 元 ≥ 10,000 元；脱贫户：是"
    assert report.reason({"text": None, "leaves": leaves}) == told
    assert report.reason({"leaves": leaves}) == told


def test_the_total_of_the_warnings_is_that_of_a_minute() -> None:
    """A sweep may raise more while the table is printed."""
    out = io.StringIO()
    count = report.warnings(Console(file=out, width=200), Answers(), datetime(2026, 11, 28, 9, 41, 55, tzinfo=UTC))
    assert count == 1_206
    assert "待核实的预警（前 10 件，截至 17:41 共 1,206 件）" in out.getvalue()
    assert "不是脱贫户；自付 32,600.20 元" in out.getvalue()
    assert "符合条件" not in out.getvalue()


class Answers:
    """What screening answers."""

    def get(self, service: str, path: str, **_: object) -> dict[str, Any]:
        """One open warning of 1,206, and why."""
        assert service == "screening"
        if path.endswith("/why"):
            rule = {"code": "M02", "title": "一般农户因病预警"}
            return {"rule": rule, "text": "符合条件：不是脱贫户；自付 32,600.20 元", "leaves": []}
        item = {"warning_id": "w1", "household_no": "H1", "division_code": "150621000000"}
        return {"items": [{**item, "rule_code": "M02", "severity": "high"}], "totals": {"open": 1_206}}


def test_a_division_is_named_from_banner_to_village() -> None:
    assert report.division_name("150600000000") == "鄂尔多斯市"
    assert report.division_name("150621000000") == "达拉特旗"
    assert report.division_name("999999999999") == "999999999999"
